package dev.backlot.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** The provider's simulator as a process of its own, which outlives any node. */
final class SimulatorProcess implements AutoCloseable {
  private static final Duration STARTUP = Duration.ofSeconds(60);

  private final Process process;
  private final int port;
  private final int controlPort;

  private SimulatorProcess(Process process, int port, int controlPort) {
    this.process = process;
    this.port = port;
    this.controlPort = controlPort;
  }

  /**
   * Returns once it answers. A task renders for an hour; see {@link #letRender}.
   *
   * @param directory for what it says
   * @param slots that it grants
   */
  static SimulatorProcess start(Path directory, int slots) {
    return start(directory, Map.of("simulator.slots", String.valueOf(slots)));
  }

  /**
   * The same with settings of its own.
   *
   * @param directory for what it says
   */
  static SimulatorProcess start(Path directory, Map<String, String> settings) {
    int port = FreePorts.next();
    int control = FreePorts.next();
    try {
      Process process =
          new ProcessBuilder(command(directory, port, control, settings))
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("simulator.txt").toFile())
              .start();
      SimulatorProcess started = new SimulatorProcess(process, port, control);
      Eventually.until("the simulator answers", STARTUP, started::answers);
      return started;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** What a node is told to use it; the polls notice an end at once. */
  Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>();
    settings.put("simulator.enabled", "false");
    settings.put("provider.accounts[0].base-url", address());
    settings.put("poll.first", "100ms");
    settings.put("poll.shortest", "100ms");
    settings.put("poll.longest", "200ms");
    return settings;
  }

  /** How many creates it has accepted. */
  int accepted() {
    return Api.json(control() + "/books").getInteger("accepted");
  }

  /** Puts its clock forward by more than the hour that a task takes. */
  void letRender() {
    Api.postTo(control() + "/clock", "{\"advance\":\"2h\"}");
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(STARTUP.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError(interrupted);
    }
  }

  private static List<String> command(
      Path directory, int port, int control, Map<String, String> settings) {
    Map<String, String> all = new TreeMap<>();
    all.put("data-directory", directory.toString());
    all.put("simulator.port", String.valueOf(port));
    all.put("simulator.control-port", String.valueOf(control));
    all.put("simulator.render-median", "1h");
    all.put("simulator.render-spread", "0");
    all.put("simulator.time-factor", "1");
    all.putAll(settings);
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-cp",
                SharedClasses.path(),
                "dev.backlot.Main",
                "simulate"));
    all.forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
    return command;
  }

  String address() {
    return "http://127.0.0.1:" + port;
  }

  String control() {
    return "http://127.0.0.1:" + controlPort;
  }

  private boolean answers() {
    if (!process.isAlive()) {
      throw new AssertionError("the simulator has ended");
    }
    try {
      return Api.status(control() + "/books") == 200;
    } catch (UncheckedIOException notYet) {
      return false;
    }
  }
}
