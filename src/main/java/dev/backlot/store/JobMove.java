package dev.backlot.store;

import dev.backlot.domain.job.JobError;
import dev.backlot.domain.job.JobState;
import dev.backlot.domain.job.Output;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The transition of a job.
 *
 * @param startAt earliest next claim; null leaves it as it is
 * @param reason why it is queued again
 */
record JobMove(
    JobState state,
    @Nullable Instant startAt,
    @Nullable String reason,
    @Nullable JobError error,
    List<Output> outputs) {

  static JobMove to(JobState state) {
    return new JobMove(state, null, null, null, List.of());
  }

  static JobMove queued(@Nullable Instant notBefore, String reason) {
    return new JobMove(JobState.QUEUED, notBefore, reason, null, List.of());
  }

  static JobMove succeeded(List<Output> outputs) {
    return new JobMove(JobState.SUCCEEDED, null, null, null, outputs);
  }

  static JobMove failed(JobError error) {
    return new JobMove(JobState.FAILED, null, null, error, List.of());
  }

  /** What the event says beside state and version. */
  JsonObject facts() {
    JsonObject facts = new JsonObject();
    if (reason != null) {
      facts.put("reason", reason);
    }
    if (error != null) {
      facts.put(
          "error", new JsonObject().put("code", error.code().slug()).put("detail", error.detail()));
    }
    if (state == JobState.SUCCEEDED) {
      facts.put("outputs", Rows.outputsJson(outputs));
    }
    return facts;
  }
}
