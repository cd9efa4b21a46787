package dev.backlot.domain.batch;

import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.JobError;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobState;
import dev.backlot.domain.job.Output;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of one item: its newest job.
 *
 * @param metadata the caller's labels, JSON object text
 * @param charged absent until the job has ended
 * @param attempts counted attempts of this job
 * @param retryOf the failed job of the same item that this one repeats; null for the first
 */
public record BatchLine(
    int item,
    JobId job,
    String kind,
    String model,
    JobState state,
    @Nullable String heldReason,
    String metadata,
    Asset asset,
    Credits cost,
    @Nullable Credits charged,
    @Nullable JobError error,
    List<Output> outputs,
    int attempts,
    @Nullable JobId retryOf,
    Instant updatedAt,
    @Nullable Instant endedAt) {
  public BatchLine {
    outputs = List.copyOf(outputs);
  }
}
