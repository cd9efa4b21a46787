package dev.backlot.drill;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One node: a process of its own. One thread at a time, but for what says otherwise. */
final class NodeProcess {
  /** As long as its platform gives it: terminationGracePeriodSeconds. */
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(90);

  private static final Duration ASK = Duration.ofSeconds(2);
  private static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(ASK).build();

  private static final Pattern MEMBERS =
      Pattern.compile("(?m)^backlot_cluster_members(?:\\{[^}]*})? ([0-9.E]+)$");

  /**
   * Below the ports that a system gives to outgoing connections: one of those could be taken while
   * its node is down.
   */
  private static final int PORTS_FROM = 10_000;

  private static final int PORTS_TO = 32_000;
  private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

  private final String name;
  private final Map<String, String> settings;
  private final Path directory;
  private final Path log;
  private final int http;
  private final int management;
  private Program program;
  private Process process;

  /** Since it was last started; asked from several threads. */
  private volatile boolean seenReady;

  private NodeProcess(String name, Program program, Map<String, String> settings, Path directory) {
    this.name = name;
    this.program = program;
    this.http = freePort();
    this.management = freePort();
    this.settings = new TreeMap<>(settings);
    this.settings.put("node.name", name);
    this.settings.put("http.port", Integer.toString(http));
    this.settings.put("management.port", Integer.toString(management));
    this.directory = directory;
    this.log = directory.resolve(name + ".log");
    this.process = launch();
  }

  /** Does not wait until it is ready. */
  static NodeProcess start(
      String name, Program program, Map<String, String> settings, Path directory) {
    return new NodeProcess(name, program, settings, directory);
  }

  String name() {
    return name;
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + http);
  }

  boolean isReady() {
    boolean ready = ask("/health/ready").isPresent();
    seenReady |= ready;
    return ready;
  }

  /** Whether somebody has seen it ready since it was last started. */
  boolean wasReady() {
    return seenReady;
  }

  /** How many nodes it sees, itself included; 0 when it does not answer. */
  int members() {
    return ask("/metrics")
        .map(MEMBERS::matcher)
        .filter(Matcher::find)
        .map(found -> (int) Double.parseDouble(found.group(1)))
        .orElse(0);
  }

  /** What it says there, if it says 200. */
  private Optional<String> ask(String path) {
    if (!process.isAlive()) {
      return Optional.empty();
    }
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + management + path))
            .timeout(ASK)
            .build();
    try {
      HttpResponse<String> answer = HTTP.send(request, BodyHandlers.ofString());
      return answer.statusCode() == 200 ? Optional.of(answer.body()) : Optional.empty();
    } catch (IOException notYet) {
      return Optional.empty();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  void kill() {
    process.destroyForcibly();
    await();
  }

  Program program() {
    return program;
  }

  void restart() {
    restartAs(program);
  }

  /** The same node in another version: its name, its settings and its log stay. */
  void restartAs(Program version) {
    program = version;
    seenReady = false;
    process = launch();
  }

  void pause() {
    signal("STOP");
  }

  void goOn() {
    signal("CONT");
  }

  /**
   * As an operator stops it.
   *
   * @return its exit code
   */
  int stop() {
    process.destroy();
    await();
    return process.exitValue();
  }

  /** Lines of its log that say {@code ERROR}. */
  long errors() {
    try (var lines = Files.lines(log)) {
      return lines.filter(line -> line.contains(" ERROR ")).count();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private void signal(String signal) {
    try {
      Process kill =
          new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
              .redirectErrorStream(true)
              .start()
              .onExit()
              .join();
      if (kill.exitValue() != 0) {
        throw new IllegalStateException(name + " could not be told " + signal);
      }
    } catch (IOException cannotSignal) {
      throw new UncheckedIOException("cannot signal " + name, cannotSignal);
    }
  }

  private Process launch() {
    try {
      return program
          .process(directory, arguments("serve"))
          .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
          .start();
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot start " + name, failure);
    }
  }

  /** Has another version do something with this node's settings, and waits until it is done. */
  void have(Program version, String command) {
    try {
      Process once =
          version
              .process(directory, arguments(command))
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
      if (once.onExit().join().exitValue() != 0) {
        throw new IllegalStateException(command + " failed; the log of " + name + " says why");
      }
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot start " + command, failure);
    }
  }

  private List<String> arguments(String command) {
    List<String> arguments = new ArrayList<>(List.of(command));
    settings.forEach((key, value) -> arguments.addAll(List.of("--set", key + "=" + value)));
    return arguments;
  }

  private void await() {
    try {
      if (!process.waitFor(STOP_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException(name + " did not end within " + STOP_PATIENCE);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", interrupted);
    }
  }

  /** Free at this moment, and given to nobody else of this drill. */
  static int freePort() {
    int port = ThreadLocalRandom.current().nextInt(PORTS_FROM, PORTS_TO);
    return GIVEN.add(port) && isFree(port) ? port : freePort();
  }

  private static boolean isFree(int port) {
    try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return probe.isBound();
    } catch (IOException taken) {
      return false;
    }
  }
}
