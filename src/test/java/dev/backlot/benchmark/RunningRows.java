package dev.backlot.benchmark;

import dev.backlot.system.Api;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Ten thousand running tasks on one node, each to be looked at every ten seconds, and then a
 * hundred queries that are never answered: first one of ten, and then the next hundred, which is a
 * complete outage of the queries. A task was looked at when an answer came.
 */
final class RunningRows {
  private static final int TASKS = 10_000;
  private static final Duration EVERY = Duration.ofSeconds(10);
  private static final int HANGING = 100;

  /** Chance that a query hangs, until a hundred have. */
  private static final double SOME = 0.1;

  private static final double ALL = 1;

  /** Seconds after which a task is looked at too late. */
  private static final double LATE = EVERY.toSeconds() + 1;

  private static final Duration WATCHED = Duration.ofSeconds(60);

  private static final Map<String, String> SETTINGS =
      Map.ofEntries(
          Map.entry("provider.accounts[0].slots.default", String.valueOf(TASKS)),
          Map.entry("provider.accounts[0].dialect.default", "path-per-model"),
          Map.entry("provider.callback-url", ""),
          Map.entry("simulator.slots", String.valueOf(TASKS)),
          Map.entry("simulator.pack-units", "1000000000"),
          Map.entry("simulator.render-median", "1h"),
          Map.entry("simulator.render-spread", "0"),
          Map.entry("simulator.time-factor", "1"),
          Map.entry("simulator.journal", ""),
          // With one pause for all, a task is due that long after its last answer.
          Map.entry("poll.shortest", EVERY.toSeconds() + "s"),
          Map.entry("poll.longest", EVERY.toSeconds() + "s"));

  private final Table table;
  private final Load load;
  private final Path directory;

  RunningRows(Table table, Load load, Path directory) {
    this.table = table;
    this.load = load;
    this.directory = directory;
  }

  void measure() {
    System.out.println(TASKS + " running tasks");
    try (QueryLog log = new QueryLog();
        Service service = Service.start(directory.resolve("running"), through(log))) {
      log.passTo(service.simulatorPort());
      load.run(LoadOrder.ofJobs(service.port(), service.tenants().keys(), 32, TASKS));
      service.awaitRunning(TASKS);
      System.out.println("all of them run");
      pause(EVERY.multipliedBy(2));
      Duration cpu = service.cpu().used();
      long begun = System.nanoTime();
      QueryLog.Noted quiet = watch(log);
      double cores =
          service.cpu().used().minus(cpu).toNanos() / (double) (System.nanoTime() - begun);
      QueryLog.Noted hanging = watchHanging(service, log, SOME);
      QueryLog.Noted outage = watchHanging(service, log, ALL);
      quietRows(quiet, cores, service.pid());
      hangingRows("with a hundred hanging queries, one of ten", hanging);
      hangingRows("with the next hundred queries hanging", outage);
    }
  }

  private static Map<String, String> through(QueryLog log) {
    Map<String, String> settings = new HashMap<>(SETTINGS);
    settings.put("provider.accounts[0].base-url", "http://127.0.0.1:" + log.port());
    return settings;
  }

  private static QueryLog.Noted watch(QueryLog log) {
    log.begin();
    pause(WATCHED);
    return log.end();
  }

  /** The queries hang when every task has an answer to count from. */
  private static QueryLog.Noted watchHanging(Service service, QueryLog log, double probability) {
    log.begin();
    pause(EVERY.multipliedBy(2));
    Api.postTo(
        service.control() + "/faults",
        "[{\"fault\":\"hang\",\"target\":\"query\",\"count\":"
            + HANGING
            + ",\"probability\":"
            + probability
            + "}]");
    pause(WATCHED);
    return log.end();
  }

  private void quietRows(QueryLog.Noted quiet, double cores, long pid) {
    figure(
        "10,000 running tasks: those looked at in a minute", quiet.tasks(), Target.atLeast(TASKS));
    figure(
        "the same: longest time without a look, due every 10 s: s",
        quiet.gap(1),
        Target.atMost(LATE));
    figure(
        "the same: status requests a second",
        quiet.queries() / (double) WATCHED.toSeconds(),
        Target.none());
    figure("the same: cores used, simulator and PostgreSQL included", cores, Target.none());
    figure("the same: memory of the process, MiB", memory(pid), Target.none());
  }

  private void hangingRows(String what, QueryLog.Noted hanging) {
    figure(what + ": those looked at", hanging.tasks(), Target.atLeast(TASKS));
    figure(
        "the same: queries that were not answered", (double) hanging.unanswered(), Target.none());
    figure("the same: time without a look, p99, s", hanging.gap(0.99), Target.none());
    figure("the same: longest, s", hanging.gap(1), Target.atMost(LATE));
  }

  private void figure(String what, double value, Target target) {
    table.figure(what, new Series(List.of(value)), target);
  }

  /** MiB that the process holds now, as Linux counts them. */
  static double memory(long pid) {
    try {
      return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1_024)
          .findFirst()
          .orElse(Double.NaN);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  static void pause(Duration time) {
    long until = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
