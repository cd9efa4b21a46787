package dev.backlot.system;

import dev.backlot.config.DatabaseConfig;
import dev.backlot.database.PreparedDatabase;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** One real process of the service on its own data directory and ports. */
public final class BacklotProcess implements AutoCloseable {
  private static final Duration STARTUP = Duration.ofSeconds(90);
  private static final String HEAP = "512m";
  private static final Duration SHUTDOWN = Duration.ofSeconds(60);

  /** For {@link #letRender}: a task ends when a test says so, and polls notice it at once. */
  static final Map<String, String> RENDERS_FOR_AN_HOUR =
      Map.of(
          "simulator.render-median", "1h",
          "simulator.render-spread", "0",
          "simulator.time-factor", "1",
          "poll.first", "100ms",
          "poll.shortest", "100ms",
          "poll.longest", "200ms");

  /** For a test of what is answered, not of how soon: this machine has other things to do. */
  static final Map<String, String> UNHURRIED = Map.of("facade.answer-within", "20s");

  /** In a setting: the simulator's address, whose port is not known before. */
  static final String SIMULATOR = "{simulator}";

  /**
   * For a process that lives for seconds on a few cores: compiling well takes longer than it lives.
   */
  private static final List<String> SHORT_LIVED =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

  /** What a JVM would read from our own environment, and we did not mean for it. */
  private static final List<String> JVM_VARIABLES =
      List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

  private final Path directory;
  private final Map<String, String> settings;
  private final Ports ports;
  private final String logLevel;
  private final List<String> jvm;
  private final List<Path> classes;
  private Process process;

  public record Ports(int http, int management, int database, int simulator, int control) {
    static Ports free() {
      return onDatabase(FreePorts.next());
    }

    private static Ports onDatabase(int database) {
      return new Ports(
          FreePorts.next(), FreePorts.next(), database, FreePorts.next(), FreePorts.next());
    }
  }

  private BacklotProcess(
      Path directory,
      Ports ports,
      Map<String, String> settings,
      String logLevel,
      List<String> jvm,
      List<Path> classes) {
    this.jvm = jvm;
    this.classes = classes;
    this.directory = directory;
    this.ports = ports;
    this.settings = settings;
    this.logLevel = logLevel;
    this.process = launch();
  }

  /** Starts the service and waits until it says that it is ready. */
  static BacklotProcess start(Path directory, Map<String, String> settings) {
    return start(directory, settings, "DEBUG");
  }

  /**
   * The same where nothing is prepared: PostgreSQL is unpacked and the schema made, as at first.
   */
  static BacklotProcess startFromNothing(Path directory) {
    return startReady(directory, Map.of(), "DEBUG", shortLived(HEAP));
  }

  /** Starts the service, from nothing if nothing is there, and waits until it has said this. */
  static BacklotProcess startUntil(Path directory, String said) {
    return startUntil(directory, Map.of(), said);
  }

  static BacklotProcess startUntil(Path directory, Map<String, String> settings, String said) {
    BacklotProcess started =
        new BacklotProcess(directory, Ports.free(), settings, "INFO", shortLived(HEAP), List.of());
    Eventually.until(said, STARTUP, () -> started.tail().contains(said));
    return started;
  }

  static BacklotProcess start(Path directory, Map<String, String> settings, String logLevel) {
    return start(directory, settings, logLevel, HEAP);
  }

  /** As an operator's Java runs it, to be measured. */
  public static BacklotProcess startAtFullSpeed(Path directory, Map<String, String> settings) {
    return startReady(directory, settings, "INFO", List.of("-Xmx" + HEAP));
  }

  /**
   * @param heap the most that the JVM may take, for example {@code 512m}
   */
  static BacklotProcess start(
      Path directory, Map<String, String> settings, String logLevel, String heap) {
    PreparedDatabase.copyTo(directory.resolve("postgres"));
    return startReady(directory, settings, logLevel, shortLived(heap));
  }

  private static List<String> shortLived(String heap) {
    List<String> jvm = new ArrayList<>(SHORT_LIVED);
    jvm.add("-Xmx" + heap);
    jvm.addAll(SharedClasses.options());
    return jvm;
  }

  /**
   * @param archive where its JVM leaves the classes that it has loaded, when it is closed
   */
  static BacklotProcess startToArchive(Path directory, Path archive) {
    PreparedDatabase.copyTo(directory.resolve("postgres"));
    List<String> jvm = new ArrayList<>(SHORT_LIVED);
    jvm.addAll(List.of("-Xmx" + HEAP, "-XX:ArchiveClassesAtExit=" + archive));
    return startReady(directory, Map.of(), "INFO", jvm);
  }

  private static BacklotProcess startReady(
      Path directory, Map<String, String> settings, String logLevel, List<String> jvm) {
    return startReady(directory, settings, logLevel, jvm, List.of());
  }

  private static BacklotProcess startReady(
      Path directory,
      Map<String, String> settings,
      String logLevel,
      List<String> jvm,
      List<Path> classes) {
    return startReady(directory, Ports.free(), settings, logLevel, jvm, classes);
  }

  private static BacklotProcess startReady(
      Path directory,
      Ports ports,
      Map<String, String> settings,
      String logLevel,
      List<String> jvm,
      List<Path> classes) {
    BacklotProcess started = new BacklotProcess(directory, ports, settings, logLevel, jvm, classes);
    try {
      started.awaitReady();
    } catch (AssertionError notReady) {
      started.kill();
      started.stopDatabaseLeftBehind();
      throw notReady;
    }
    return started;
  }

  /** On a PostgreSQL on loopback that is not the service's own, and lets everybody in. */
  static BacklotProcess startOn(int database, Path directory, Map<String, String> settings) {
    return startReady(
        directory,
        Ports.onDatabase(database),
        on(database, directory, settings),
        "INFO",
        shortLived(HEAP),
        List.of());
  }

  /**
   * The settings of a node on such a server.
   *
   * @param directory where a password is kept that nobody asks for
   */
  static Map<String, String> on(int database, Path directory, Map<String, String> settings) {
    Path password = directory.resolve("password");
    write(password, "unasked");
    Map<String, String> all = new HashMap<>(settings);
    all.put("database.mode", "external");
    all.put("database.host", DatabaseConfig.LOOPBACK);
    all.put("database.port", String.valueOf(database));
    all.put("database.name", DatabaseConfig.NAME);
    all.put("database.owner-user", DatabaseConfig.OWNER);
    all.put("database.owner-password", "file:" + password);
    all.put("database.app-user", DatabaseConfig.APP);
    all.put("database.app-password", "file:" + password);
    return all;
  }

  /**
   * Another node on the database and the simulator of one that runs, from the same data directory.
   * To be closed before that one.
   */
  static BacklotProcess beside(BacklotProcess first, Map<String, String> settings) {
    return beside(first, settings, List.of());
  }

  /**
   * Likewise, of another version.
   *
   * @param classes a directory that is looked in before ours
   */
  static BacklotProcess beside(BacklotProcess first, Map<String, String> settings, Path classes) {
    return beside(first, settings, List.of(classes.toAbsolutePath()));
  }

  /** Likewise, to be measured. */
  public static BacklotProcess besideAtFullSpeed(
      BacklotProcess first, Map<String, String> settings) {
    return beside(first, settings, List.of("-Xmx" + HEAP), List.of());
  }

  private static BacklotProcess beside(
      BacklotProcess first, Map<String, String> settings, List<Path> classes) {
    return beside(first, settings, shortLived(HEAP), classes);
  }

  private static BacklotProcess beside(
      BacklotProcess first, Map<String, String> settings, List<String> jvm, List<Path> classes) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("data-directory", first.directory.toString());
    all.put("simulator.enabled", "false");
    all.put("provider.accounts[0].base-url", "http://127.0.0.1:" + first.ports.simulator());
    Path own = first.directory.resolve("beside-" + UUID.randomUUID());
    try {
      Files.createDirectories(own);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return startReady(own, all, "INFO", jvm, classes);
  }

  public Ports ports() {
    return ports;
  }

  public long pid() {
    return process.pid();
  }

  String api() {
    return "http://127.0.0.1:" + ports.http();
  }

  Api client() {
    return new Api(api(), demoKey());
  }

  String demoKey() {
    return demoKey(directory);
  }

  /** Of all nodes with this data directory. */
  static String demoKey(Path data) {
    return "blk_demodemodemo_" + read(data.resolve("demo.key")).strip();
  }

  /** Everything that the process has said. */
  String log() {
    return read(output());
  }

  public String control() {
    return "http://127.0.0.1:" + ports.control();
  }

  public String management() {
    return "http://127.0.0.1:" + ports.management();
  }

  String jdbcUrl() {
    return "jdbc:postgresql://127.0.0.1:" + ports.database() + "/" + DatabaseConfig.NAME;
  }

  /** Puts the simulator's clock forward by more than the hour that a task takes. */
  void letRender() {
    Api.postTo(control() + "/clock", "{\"advance\":\"2h\"}");
  }

  /** Of a process that ends by itself. */
  int exitCode() {
    await(process, SHUTDOWN);
    return process.exitValue();
  }

  Path output() {
    return directory.resolve("stdout.txt");
  }

  Path directory() {
    return directory;
  }

  /** As a crash does it: no hook runs, PostgreSQL stays as it is. */
  void kill() {
    process.destroyForcibly();
    await(process, Duration.ofSeconds(10));
  }

  public void restart() {
    process = launch();
    awaitReady();
  }

  /** As an operator does it. */
  public int stop() {
    process.destroy();
    await(process, SHUTDOWN);
    return process.exitValue();
  }

  /** Ends the process, and fails when its log has what no log of ours may have. */
  @Override
  public void close() {
    if (process.isAlive()) {
      stop();
    } else {
      stopDatabaseLeftBehind();
    }
    ProcessLog.requireSound(log());
  }

  private void stopDatabaseLeftBehind() {
    try (Stream<Path> files = Files.walk(directory)) {
      files
          .filter(file -> file.endsWith("postmaster.pid"))
          .map(file -> Long.parseLong(read(file).lines().findFirst().orElseThrow().strip()))
          .flatMap(pid -> ProcessHandle.of(pid).stream())
          .forEach(BacklotProcess::end);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Waits for it, since it writes into the directory until its end. */
  private static void end(ProcessHandle server) {
    server.destroy();
    try {
      server.onExit().get(10, TimeUnit.SECONDS);
    } catch (TimeoutException stuck) {
      // Whoever deletes the directory finds out.
    } catch (ExecutionException | InterruptedException failure) {
      throw new IllegalStateException(failure);
    }
  }

  /** Runs another command beside the service, and answers what it printed. */
  String run(String... words) {
    Path output = directory.resolve("command-stdout.txt");
    try {
      Process command =
          new ProcessBuilder(command(words))
              .redirectOutput(output.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      await(command, STARTUP);
      if (command.exitValue() != 0) {
        throw new AssertionError(List.of(words) + " failed");
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return read(output).strip();
  }

  Api client(String key) {
    return new Api(api(), key);
  }

  private Process launch() {
    try {
      ProcessBuilder builder = new ProcessBuilder(command("serve"));
      builder.environment().put("LOG_LEVEL", logLevel);
      builder.environment().keySet().removeAll(JVM_VARIABLES);
      return builder
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(output().toFile()))
          .start();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** With all of this service's settings. */
  private List<String> command(String... words) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvm);
    command.addAll(List.of("-cp", ownClassPath(), "dev.backlot.Main"));
    command.addAll(List.of(words));
    set(command, "data-directory", directory.toString());
    set(command, "http.port", String.valueOf(ports.http()));
    set(command, "management.port", String.valueOf(ports.management()));
    set(command, "database.port", String.valueOf(ports.database()));
    set(command, "simulator.port", String.valueOf(ports.simulator()));
    set(command, "simulator.control-port", String.valueOf(ports.control()));
    set(command, "provider.accounts[0].base-url", "http://127.0.0.1:" + ports.simulator());
    String simulator = "http://127.0.0.1:" + ports.simulator();
    settings.forEach((key, value) -> set(command, key, value.replace(SIMULATOR, simulator)));
    return command;
  }

  private void awaitReady() {
    Eventually.until(
        "ready; its output was:\n" + tail(),
        STARTUP,
        () -> {
          if (!process.isAlive()) {
            throw new AssertionError("the process ended:\n" + tail());
          }
          return Api.status(management() + "/health/ready") == 200;
        });
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private String tail() {
    return Files.exists(output()) ? read(output()) : "";
  }

  private static void set(List<String> command, String key, String value) {
    command.add("--set");
    command.add(key + "=" + value);
  }

  private String ownClassPath() {
    List<String> path = new ArrayList<>();
    classes.forEach(directory -> path.add(directory.toString()));
    path.add(SharedClasses.path());
    return String.join(File.pathSeparator, path);
  }

  public static String classPath() {
    String surefire = System.getProperty("surefire.test.class.path");
    return surefire != null ? surefire : System.getProperty("java.class.path");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static void await(Process process, Duration limit) {
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("the process did not end within " + limit);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError(interrupted);
    }
  }
}
