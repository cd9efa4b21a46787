package dev.backlot.system;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Waits for jobs of a real process. */
final class Jobs {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Set<String> ENDED = Set.of("succeeded", "failed", "canceled", "expired");

  private Jobs() {}

  /** Fails at once when one of them ends otherwise: waiting on would not tell why. */
  static void awaitAll(Api api, List<String> jobs, String state) {
    Eventually.until(
        "all are " + state,
        PATIENCE,
        () -> jobs.stream().allMatch(id -> isNow(api.job(id), state)));
  }

  private static boolean isNow(JsonObject job, String state) {
    String now = job.getString("state");
    if (ENDED.contains(now) && !now.equals(state)) {
      throw new AssertionError("a job has ended as " + now + ": " + job.getJsonObject("error"));
    }
    return now.equals(state);
  }
}
