package dev.backlot.benchmark;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * Time until a create reaches the provider, at a moderate load with free slots, by the simulator's
 * own books. Their times are whole milliseconds, cut off, so half of one is added; sender and
 * simulator read the same clock.
 */
final class StartLatency {
  private static final int PER_SECOND = 100;
  private static final int WARM_UP = 300;
  private static final int PAGE = 10_000;

  /** Milliseconds of each job, in order, from its answer or from its request. */
  private final List<Double> fromAnswer;

  private final List<Double> fromRequest;

  private StartLatency(List<LoadReport.Accepted> jobs, Map<String, Long> arrivals) {
    this.fromAnswer = sorted(jobs, arrivals, LoadReport.Accepted::answered);
    this.fromRequest = sorted(jobs, arrivals, LoadReport.Accepted::sent);
  }

  static StartLatency measure(Service service, Load load, Effort effort) {
    int jobs = Math.toIntExact(3 * effort.turn().toMillis() * PER_SECOND / 1_000);
    List<String> keys = service.tenants().keys();
    load.run(LoadOrder.paced(service.port(), keys, effort.connections(), WARM_UP, PER_SECOND));
    LoadReport report =
        load.run(LoadOrder.paced(service.port(), keys, effort.connections(), jobs, PER_SECOND));
    service.awaitAllEnded();
    return new StartLatency(report.answers(), arrivals(service));
  }

  /** From the 202 in the client's hand to the create at the provider. */
  double fromAnswer(double share) {
    return at(fromAnswer, share);
  }

  /** From the client's request on. */
  double fromRequest(double share) {
    return at(fromRequest, share);
  }

  private static double at(List<Double> sorted, double share) {
    return sorted.get((int) ((sorted.size() - 1) * share));
  }

  private static List<Double> sorted(
      List<LoadReport.Accepted> jobs,
      Map<String, Long> arrivals,
      ToLongFunction<LoadReport.Accepted> from) {
    return jobs.stream()
        .map(job -> (arrivals.getOrDefault(job.id(), 0L) - from.applyAsLong(job)) / 1e3)
        .sorted()
        .toList();
  }

  /** By job, in microseconds since the epoch. */
  private static Map<String, Long> arrivals(Service service) {
    Map<String, Long> byExternalId = new HashMap<>();
    String after = "0";
    for (JsonArray page = service.tasks(after, PAGE);
        !page.isEmpty();
        page = service.tasks(after, PAGE)) {
      for (Object each : page) {
        JsonObject task = (JsonObject) each;
        byExternalId.put(task.getString("external_id"), task.getLong("created_at") * 1_000 + 500);
        after = task.getString("task_id");
      }
    }
    Map<String, Long> byJob = new HashMap<>();
    for (Row row : service.database().query("SELECT job_id, external_id FROM attempt")) {
      Long arrival = byExternalId.get(row.getString("external_id"));
      if (arrival != null) {
        byJob.put(row.getUUID("job_id").toString(), arrival);
      }
    }
    return byJob;
  }
}
