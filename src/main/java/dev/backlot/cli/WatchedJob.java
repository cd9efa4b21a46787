package dev.backlot.cli;

import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobState;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a job that is being watched.
 *
 * @param since when it entered its state
 * @param problem why it failed
 * @param outputs paths of its files in the API
 */
record WatchedJob(
    JobId id,
    int version,
    JobState state,
    Instant acceptedAt,
    Instant since,
    @Nullable String problem,
    List<String> outputs) {
  /** After this long half of what is left of a rendering is taken for done. */
  private static final double HALF_LIFE_SECONDS = 30;

  WatchedJob {
    outputs = List.copyOf(outputs);
  }

  static WatchedJob ofSnapshot(JsonObject job) {
    JobId id = JobId.parse(job.getString("id")).orElseThrow();
    return new WatchedJob(
        id,
        job.getInteger("version"),
        JobState.parse(job.getString("state")),
        Instant.parse(job.getString("accepted_at")),
        Instant.parse(job.getString("updated_at")),
        problem(job),
        outputs(id, job));
  }

  /** The job after an event; itself when the event is older than what is known. */
  WatchedJob after(JsonObject event) {
    int newVersion = event.getInteger("version");
    if (newVersion <= version) {
      return this;
    }
    JsonObject data = event.getJsonObject("data", new JsonObject());
    JobState newState = JobState.parse(event.getString("event").substring("job.".length()));
    return new WatchedJob(
        id,
        newVersion,
        newState,
        acceptedAt,
        Instant.parse(event.getString("at")),
        problem(data),
        outputs(id, data));
  }

  Duration elapsed(Instant now) {
    Duration age = Duration.between(acceptedAt, state.isTerminal() ? since : now);
    return age.isNegative() ? Duration.ZERO : age;
  }

  /**
   * How much is done, from 0 to 1: exact at the ends, a guess between them, since nobody says how
   * long a rendering takes. Never 1 before the end.
   */
  double progress(Instant now) {
    return switch (state) {
      case HELD -> 0;
      case QUEUED -> 0.02;
      case SUBMITTING -> 0.08;
      case RUNNING -> 0.1 + 0.85 * (1 - Math.pow(0.5, seconds(now) / HALF_LIFE_SECONDS));
      case STORING -> 0.97;
      case SUCCEEDED, FAILED, CANCELED, EXPIRED -> 1;
    };
  }

  private double seconds(Instant now) {
    return Math.max(0, Duration.between(since, now).toMillis() / 1_000.0);
  }

  private static @Nullable String problem(JsonObject job) {
    JsonObject error = job.getJsonObject("error");
    return error == null ? null : error.getString("detail");
  }

  /** Our own paths, never what a server may have put there. */
  private static List<String> outputs(JobId id, JsonObject job) {
    return job.getJsonArray("outputs", new JsonArray()).stream()
        .map(JsonObject.class::cast)
        .map(output -> "/api/v1/jobs/" + id + "/outputs/" + output.getInteger("n"))
        .toList();
  }
}
