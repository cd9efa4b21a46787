package dev.backlot.domain.batch;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.batch.BatchProgress.Totals;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobState;
import dev.backlot.domain.job.Submission;
import dev.backlot.domain.job.Submission.Idempotency;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A checked and priced batch, ready to be stored.
 *
 * @param items how many were given; those of {@code jobs} and {@code refused} together
 * @param jobs in the order of their items; without keys of their own, and without parts
 */
public record NewBatch(
    BatchId id,
    TenantId tenant,
    String keyId,
    BatchTerms terms,
    int items,
    List<Submission> jobs,
    List<RefusedItem> refused,
    Instant acceptedAt,
    @Nullable Idempotency idempotency) {
  /** Most items of one batch. */
  public static final int ITEMS_MAX = 10_000;

  public NewBatch {
    jobs = List.copyOf(jobs);
    refused = List.copyOf(refused);
  }

  /** The same with its jobs told where their webhooks are kept. */
  public NewBatch with(List<Submission> told) {
    return new NewBatch(id, tenant, keyId, terms, items, told, refused, acceptedAt, idempotency);
  }

  /** The same with fewer jobs, and the items of the others refused. */
  public NewBatch with(List<Submission> left, List<RefusedItem> wrong) {
    return new NewBatch(id, tenant, keyId, terms, items, left, wrong, acceptedAt, idempotency);
  }

  /** The same with another answer for its repeats. */
  public NewBatch answering(String answer) {
    Idempotency key = idempotency;
    Idempotency told =
        key == null ? null : new Idempotency(key.key(), key.bodyDigest(), answer, key.expiresAt());
    return new NewBatch(id, tenant, keyId, terms, items, jobs, refused, acceptedAt, told);
  }

  /** The jobs that the cap does not pay for from the start, in the order of their items. */
  public Set<JobId> beyondCap() {
    SpendCap.Room room = terms.cap().room(Map.of());
    return jobs.stream()
        .filter(job -> !room.take(job.asset(), job.cost()))
        .map(Submission::id)
        .collect(Collectors.toSet());
  }

  /** As it is once it is stored. */
  public JobBatch stored() {
    return new JobBatch(
        id, tenant, terms, BatchState.OPEN, items, refused.size(), acceptedAt, acceptedAt);
  }

  /** Where its jobs are once it is stored. */
  public BatchProgress progress() {
    Set<JobId> beyond = beyondCap();
    long held = beyond.size();
    Map<JobState, Long> counts = new EnumMap<>(JobState.class);
    counts.put(JobState.QUEUED, jobs.size() - held);
    counts.put(JobState.HELD, held);
    counts.values().removeIf(count -> count == 0);
    Map<Asset, Credits> sums = new EnumMap<>(Asset.class);
    Map<Asset, Credits> reserved = new EnumMap<>(Asset.class);
    for (Submission job : jobs) {
      Credits now = beyond.contains(job.id()) ? Credits.ZERO : job.cost();
      sums.merge(job.asset(), job.cost(), Credits::plus);
      reserved.merge(job.asset(), now, Credits::plus);
    }
    return new BatchProgress(
        counts,
        sums.entrySet().stream()
            .map(
                each ->
                    new Totals(
                        each.getKey(),
                        each.getValue(),
                        Credits.ZERO,
                        reserved.getOrDefault(each.getKey(), Credits.ZERO)))
            .toList());
  }
}
