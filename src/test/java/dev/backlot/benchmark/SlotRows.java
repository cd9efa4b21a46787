package dev.backlot.benchmark;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Three hundred jobs over eight slots of two models, with render times as the real provider has
 * them: how well the slots are used, how soon an end is known, and how often is asked. Beside a
 * {@link NaiveClient} that then does the same at the same simulator.
 */
final class SlotRows {
  /** How much faster than the real service everything is that the provider decides. */
  static final int TIME_FACTOR = 10;

  private static final int JOBS = 300;

  /** Before those: in the first minutes of a process its code is still being compiled. */
  private static final int WARM_UP = 120;

  /** Longer than the service remembers a free slot. */
  private static final Duration UNWANTED = Duration.ofSeconds(11);

  private static final Map<String, Integer> SLOTS = Map.of("kling-v2-6", 5, "kling-v3", 3);

  /** In turns, so many of each model as its share of the slots. */
  private static final List<String> TURNS =
      SLOTS.entrySet().stream()
          .flatMap(model -> Collections.nCopies(model.getValue(), model.getKey()).stream())
          .toList();

  private static final String REFILL = "backlot_dispatch_refill_seconds";
  private static final double REFILL_MILLIS = 10;

  private static final Map<String, String> PROVIDER =
      Map.of(
          "provider.accounts[0].slots.default", "5",
          "provider.accounts[0].slots.models.kling-v3", "3",
          "provider.accounts[0].dialect.default", "path-per-model",
          "simulator.slots", "5",
          "simulator.slots-by-model.kling-v3", "3",
          "simulator.time-factor", String.valueOf(TIME_FACTOR),
          "simulator.journal", "");

  private static final String CALLBACKS = "provider.callback-url";

  private final Table table;
  private final Load load;
  private final Path directory;

  SlotRows(Table table, Load load, Path directory) {
    this.table = table;
    this.load = load;
    this.directory = directory;
  }

  void measure() {
    System.out.printf(
        "%d jobs over slots %s after %d that are not measured, time factor %d%n",
        JOBS, SLOTS, WARM_UP, TIME_FACTOR);
    try (Service service = Service.start(directory.resolve("slots"), settings(""))) {
      System.out.println(Machine.text(service.database()));
      warmUp(service);
      Ours ours = ours(service);
      System.out.println("the naive client");
      RenderSide naive = naive(service, ours.side().tasks().last());
      rows(ours, naive);
    }
  }

  /** Once more with callbacks: an end is known when the callback is there and confirmed. */
  void measureWithCallbacks() {
    System.out.println("the same with callbacks");
    try (Service service = Service.start(directory.resolve("callbacks"), settings("self"))) {
      warmUp(service);
      RenderSide side = ours(service).side();
      figure("with callbacks: slots used while work is queued, %", used(side), Target.none());
      figure("the same: end to known: p50, ms", side.lag(0.5), Target.none());
      figure("the same: p99, ms", side.lag(0.99), Target.atMost(100));
      figure("the same: status requests per job", side.requestsEach(), Target.none());
    }
  }

  private static Map<String, String> settings(String callbackUrl) {
    Map<String, String> settings = new HashMap<>(PROVIDER);
    settings.putAll(ScaledTimes.of(TIME_FACTOR));
    settings.put(CALLBACKS, callbackUrl);
    return settings;
  }

  /**
   * @param refill while work was queued for every slot
   * @param commits of one row, at the same time
   */
  private record Ours(RenderSide side, Metric refill, Commits commits) {}

  /** Milliseconds. */
  private record Commits(double p50, double p99) {}

  private void warmUp(Service service) {
    submit(service, WARM_UP);
    service.awaitEnded(WARM_UP);
    // Slots that nobody wanted at its end would be timed until the next job comes.
    RunningRows.pause(UNWANTED);
  }

  private Ours ours(Service service) {
    JsonObject before = service.books();
    Metric refilled = new Metric(service.metrics(), REFILL);
    String last = RenderedTasks.after(service, "0").last();
    submit(service, JOBS);
    Commits commits = commitsUntilNothingIsQueued(service);
    Metric refill = new Metric(service.metrics(), REFILL).since(refilled);
    service.awaitEnded(WARM_UP + JOBS);
    RenderedTasks tasks = RenderedTasks.after(service, last);
    return new Ours(side(tasks, ends(service, tasks), before, service.books()), refill, commits);
  }

  private static Commits commitsUntilNothingIsQueued(Service service) {
    try (CommitProbe probe = CommitProbe.start(service.database())) {
      service.awaitNothingQueued(SLOTS.keySet());
      return new Commits(probe.within(0.5), probe.within(0.99));
    }
  }

  private void submit(Service service, int jobs) {
    List<String> bodies = new ArrayList<>();
    inputs(jobs).forEach(input -> bodies.add(SampleJob.body(input)));
    List<String> keys = service.tenants().someKeys(10);
    load.run(new LoadOrder(service.ports(), keys, 8, 0, jobs, 0, bodies));
  }

  private static List<JsonObject> inputs(int jobs) {
    return IntStream.range(0, jobs)
        .mapToObj(i -> SampleJob.input(TURNS.get(i % TURNS.size())))
        .toList();
  }

  /** By the service's own clock, in the moment in which it begins to store the end. */
  private static Map<String, Double> ends(Service service, RenderedTasks tasks) {
    Map<String, Double> byExternalId = new HashMap<>();
    String sql =
        """
        SELECT external_id, extract(epoch FROM closed_at)::float8 * 1000 AS millis
          FROM attempt WHERE closed_at IS NOT NULL""";
    for (Row row : service.database().query(sql)) {
      byExternalId.put(row.getString("external_id"), row.getDouble("millis"));
    }
    Map<String, Double> ends = new HashMap<>();
    tasks.tasks().forEach(task -> ends.put(task.id(), byExternalId.get(task.externalId())));
    return ends;
  }

  private static RenderSide naive(Service service, String lastTask) {
    JsonObject before = service.books();
    Vertx vertx = Vertx.vertx();
    try {
      Map<String, Double> ends =
          Await.result(
              vertx,
              () ->
                  new NaiveClient(
                          vertx, service.simulatorPort(), service.providerKey(), TIME_FACTOR)
                      .run(inputs(JOBS)));
      RenderedTasks tasks = RenderedTasks.after(service, lastTask);
      return side(tasks, ends, before, service.books());
    } finally {
      Await.result(vertx.close());
    }
  }

  private static RenderSide side(
      RenderedTasks tasks, Map<String, Double> ends, JsonObject before, JsonObject after) {
    double requests = Books.statusRequests(after) - Books.statusRequests(before);
    return new RenderSide(tasks, ends, requests, Books.noSlot(after) - Books.noSlot(before));
  }

  private void rows(Ours ours, RenderSide naive) {
    RenderSide side = ours.side();
    one("slots used while work is queued, %", used(side), used(naive), Target.atLeast(97));
    one(
        "makespan over the least possible",
        side.tasks().makespan() / side.tasks().bound(SLOTS),
        naive.tasks().makespan() / naive.tasks().bound(SLOTS),
        Target.none());
    one("the same: seconds", side.tasks().makespan(), naive.tasks().makespan(), Target.none());
    one(
        "the same: of an ideal schedule that knows all times",
        side.tasks().longestFirst(SLOTS),
        naive.tasks().longestFirst(SLOTS),
        Target.none());
    Metric refill = ours.refill();
    figure("a freed slot to the next create: mean, ms", refill.meanMillis(), Target.none());
    figure(
        "the same: p99 no more than, ms",
        refill.within(new Metric.Share(0.99)),
        Target.atMost(REFILL_MILLIS));
    figure("the same: within 10 ms, %", refill.within(REFILL_MILLIS), Target.none());
    figure("the same: slots counted", refill.count(), Target.none());
    figure("a bare commit meanwhile: p50, ms", ours.commits().p50(), Target.none());
    figure("the same: p99, ms", ours.commits().p99(), Target.none());
    table.compare(
        "status requests per job", side.requestsEach(), naive.requestsEach(), Target.atMost(0.4));
    table.compare("end to known: p50, ms", side.lag(0.5), naive.lag(0.5), Target.atMost(1));
    table.compare("the same: p99, ms", side.lag(0.99), naive.lag(0.99), Target.atMost(1));
    one("creates refused for want of a slot", side.refused(), naive.refused(), Target.none());
  }

  private static double used(RenderSide side) {
    return side.tasks().utilisation(SLOTS);
  }

  private void figure(String what, double value, Target target) {
    table.figure(what, new Series(List.of(value)), target);
  }

  private void one(String what, double ours, double beside, Target target) {
    table.beside(what, ours, beside, target);
  }
}
