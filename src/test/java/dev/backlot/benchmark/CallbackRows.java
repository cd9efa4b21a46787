package dev.backlot.benchmark;

import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A storm of callbacks at 2,000 running tasks, all of which lie that the task has ended: first to
 * the genuine addresses, as from a provider gone mad, then to forged ones, as from a stranger. Jobs
 * are submitted meanwhile, and before it, at the same pace.
 */
final class CallbackRows {
  private static final int TASKS = 2_000;
  private static final int PER_SECOND = 5_000;
  private static final int SUBMITS_PER_SECOND = 50;
  private static final Duration WATCHED = Duration.ofSeconds(20);

  /** No query waits longer for its turn than a hint may be pending. */
  private static final Duration SETTLED = Duration.ofSeconds(5);

  private static final String LIE = "{\"id\":\"1\",\"status\":\"succeeded\",\"outputs\":[]}";

  private static final Map<String, String> SETTINGS =
      Map.ofEntries(
          Map.entry("provider.accounts[0].slots.default", String.valueOf(5 * TASKS)),
          Map.entry("provider.accounts[0].dialect.default", "path-per-model"),
          Map.entry("provider.callback-url", "self"),
          Map.entry("simulator.slots", String.valueOf(5 * TASKS)),
          Map.entry("simulator.pack-units", "1000000000"),
          Map.entry("simulator.render-median", "1h"),
          Map.entry("simulator.render-spread", "0"),
          Map.entry("simulator.time-factor", "1"),
          Map.entry("simulator.journal", ""));

  private final Table table;
  private final Load load;
  private final Path directory;

  CallbackRows(Table table, Load load, Path directory) {
    this.table = table;
    this.load = load;
    this.directory = directory;
  }

  void measure() {
    System.out.println("a storm of callbacks at " + TASKS + " running tasks");
    try (Service service = Service.start(directory.resolve("storm"), SETTINGS);
        Load submits = new Load()) {
      load.run(LoadOrder.ofJobs(service.port(), service.tenants().keys(), 32, TASKS));
      service.awaitRunning(TASKS);
      List<String> genuine = paths(service);
      List<String> forged = genuine.stream().map(CallbackRows::forge).toList();
      warmUp(service, genuine, forged);
      LoadReport quiet = submits.run(submits(service));
      rows(service, submits, quiet, "callbacks of running tasks", order(service, genuine, 200));
      rows(service, submits, quiet, "callbacks with forged addresses", order(service, forged, 404));
      figure("memory of the process after both, MiB", RunningRows.memory(service.pid()));
      figure("jobs that ended by a lie", ended(service), Target.atMost(0));
    }
  }

  private void warmUp(Service service, List<String> genuine, List<String> forged) {
    load.run(order(service, genuine, 200));
    load.run(order(service, forged, 404));
    RunningRows.pause(SETTLED);
  }

  private void rows(Service service, Load submits, LoadReport quiet, String what, LoadOrder order) {
    JsonObject before = service.books();
    CompletableFuture<LoadReport> beside =
        CompletableFuture.supplyAsync(() -> submits.run(submits(service)));
    LoadReport storm = load.run(order);
    LoadReport submitted = beside.join();
    double queries = Books.statusRequests(service.books()) - Books.statusRequests(before);
    table.figure(
        what + ": answered a second",
        new Series(List.of(storm.perSecond())),
        Target.atLeast(0.99 * PER_SECOND));
    figure("the same: p99, ms", storm.p99());
    figure("the same: status requests a second", queries / WATCHED.toSeconds());
    table.beside(
        "the same: submits meanwhile, p99, ms, beside without",
        submitted.p99(),
        quiet.p99(),
        Target.none());
    RunningRows.pause(SETTLED);
  }

  private static LoadOrder submits(Service service) {
    int jobs = (int) (SUBMITS_PER_SECOND * WATCHED.toSeconds());
    return LoadOrder.paced(service.port(), service.tenants().keys(), 16, jobs, SUBMITS_PER_SECOND);
  }

  private static LoadOrder order(Service service, List<String> paths, int status) {
    int callbacks = (int) (PER_SECOND * WATCHED.toSeconds());
    return new LoadOrder(
        service.ports(),
        List.of("none"),
        64,
        0,
        callbacks,
        PER_SECOND,
        paths,
        status,
        List.of(LIE));
  }

  /** Where the provider was told to call, for each running task. */
  private static List<String> paths(Service service) {
    List<String> paths = new ArrayList<>();
    for (Row row :
        service.database().query("SELECT body::text FROM attempt WHERE closed_at IS NULL")) {
      JsonObject body = new JsonObject(row.getString(0));
      String address = body.getJsonObject("options", body).getString("callback_url");
      paths.add(URI.create(address).getPath());
    }
    return paths;
  }

  /** As long, and wrong in its last character. */
  private static String forge(String path) {
    char last = path.charAt(path.length() - 1);
    return path.substring(0, path.length() - 1) + (last == 'A' ? 'Q' : 'A');
  }

  private static double ended(Service service) {
    return service
        .database()
        .query("SELECT count(*) FROM job WHERE ended_at IS NOT NULL")
        .iterator()
        .next()
        .getLong(0);
  }

  private void figure(String what, double value) {
    figure(what, value, Target.none());
  }

  private void figure(String what, double value, Target target) {
    table.figure(what, new Series(List.of(value)), target);
  }
}
