package dev.backlot.store;

import dev.backlot.domain.job.JobError;
import dev.backlot.domain.job.JobState;
import dev.backlot.domain.job.Output;
import dev.backlot.domain.job.StandIn;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The transition of a job.
 *
 * @param startAt earliest next claim; null leaves it as it is
 * @param reason why it is queued again, or held
 * @param standIn the model that takes it over from now on; its queue may be that of another slot
 *     class
 */
record JobMove(
    JobState state,
    @Nullable Instant startAt,
    @Nullable String reason,
    @Nullable JobError error,
    List<Output> outputs,
    @Nullable StandIn standIn) {

  static JobMove to(JobState state) {
    return new JobMove(state, null, null, null, List.of(), null);
  }

  static JobMove queued(@Nullable Instant notBefore, String reason) {
    return new JobMove(JobState.QUEUED, notBefore, reason, null, List.of(), null);
  }

  static JobMove replaced(StandIn by, String reason) {
    return new JobMove(JobState.QUEUED, null, reason, null, List.of(), by);
  }

  static JobMove held(String reason) {
    return new JobMove(JobState.HELD, null, reason, null, List.of(), null);
  }

  static JobMove succeeded(List<Output> outputs) {
    return new JobMove(JobState.SUCCEEDED, null, null, null, outputs, null);
  }

  static JobMove failed(JobError error) {
    return new JobMove(JobState.FAILED, null, null, error, List.of(), null);
  }

  /** What the event says beside state and version. */
  JsonObject facts() {
    JsonObject facts = new JsonObject();
    if (reason != null) {
      facts.put("reason", reason);
    }
    if (standIn != null) {
      facts.put(
          "fallback", new JsonObject().put("from", standIn.from()).put("to", standIn.model()));
    }
    if (error != null) {
      facts.put(
          "error", new JsonObject().put("code", error.code().slug()).put("detail", error.detail()));
    }
    if (state == JobState.SUCCEEDED) {
      facts.put("outputs", Rows.shownOutputsJson(outputs));
    }
    return facts;
  }
}
