package dev.backlot.domain.job;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A job as its tenant may see it.
 *
 * @param publicNumber 18 digits, for facades that cannot carry a UUID
 * @param input the caller's own fields, JSON object text
 * @param metadata the caller's labels, JSON object text
 * @param version rises by one with every transition; equals the version of the job's last event
 * @param overdue the provider works on it for longer than it should; never true once it has ended
 * @param cost what was reserved at accept; the most that the tenant will pay
 * @param charged what was settled; absent until the job has ended
 * @param heldReason one of our own short words, while it is held; else null
 */
public record Job(
    JobId id,
    TenantId tenant,
    long publicNumber,
    String kind,
    String model,
    String input,
    String metadata,
    int priority,
    JobState state,
    int version,
    boolean cancelRequested,
    boolean overdue,
    Asset asset,
    Credits cost,
    @Nullable Credits charged,
    String priceVersion,
    @Nullable JobError error,
    List<Output> outputs,
    Instant acceptedAt,
    Instant updatedAt,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    Terms terms,
    @Nullable String heldReason) {
  public Job {
    outputs = List.copyOf(outputs);
  }
}
