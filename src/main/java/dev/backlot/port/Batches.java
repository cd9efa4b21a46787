package dev.backlot.port;

import dev.backlot.domain.Page;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.batch.BatchAdmission;
import dev.backlot.domain.batch.BatchChange;
import dev.backlot.domain.batch.BatchId;
import dev.backlot.domain.batch.BatchLine;
import dev.backlot.domain.batch.BatchProgress;
import dev.backlot.domain.batch.BatchState;
import dev.backlot.domain.batch.BatchTerms;
import dev.backlot.domain.batch.JobBatch;
import dev.backlot.domain.batch.NewBatch;
import dev.backlot.domain.batch.RefusedItem;
import dev.backlot.domain.job.JobState;
import dev.backlot.domain.job.Submission.Idempotency;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Batches of jobs. Another tenant's batch does not exist here (promise P6). */
public interface Batches {
  /** Most items of one page. */
  int PAGE_MAX = 1_000;

  /**
   * Stores a batch and all its jobs in one transaction, or nothing of it. Serialization failures
   * and deadlocks are repeated inside.
   *
   * @return fails with {@code STORE_UNAVAILABLE} when surely nothing was stored, and with {@code
   *     OUTCOME_UNKNOWN} when that is not known
   */
  Future<BatchAdmission> admit(NewBatch batch);

  /**
   * Makes a new job for each item whose newest job has ended in one of these states: all of them or
   * none, at the price of the job that is repeated.
   *
   * @param key how the call may be repeated; its answer is filled in by what was stored
   * @param keyId the API key that asks
   */
  Future<BatchAdmission> retry(
      TenantId tenant,
      BatchId id,
      Set<JobState> states,
      String keyId,
      @Nullable Idempotency key,
      Instant now);

  Future<Optional<JobBatch>> find(TenantId tenant, BatchId id);

  /** Newest first. As {@link Jobs#list}. */
  Future<Page<JobBatch>> list(TenantId tenant, @Nullable String cursor, int limit);

  /** Counted from the jobs, at most twice {@link NewBatch#ITEMS_MAX} unless items are retried. */
  Future<BatchProgress> progress(TenantId tenant, BatchId id);

  /**
   * The items of which there are jobs, by their place.
   *
   * @param states empty for all
   * @param after the last item of the page before; -1 for the first page
   * @param limit 1 to {@value #PAGE_MAX}
   */
  Future<List<BatchLine>> lines(
      TenantId tenant, BatchId id, Set<JobState> states, int after, int limit);

  /** The items of which there are none, by their place. */
  Future<List<RefusedItem>> refused(TenantId tenant, BatchId id);

  /** Writes what the tenant wants; {@link #step} makes the jobs follow. Idempotent. */
  Future<BatchChange> change(TenantId tenant, BatchId id, BatchState wanted, Instant now);

  /** Writes new terms. A lower cap takes jobs out of the queue in the same transaction. */
  Future<BatchChange> change(
      TenantId tenant, BatchId id, UnaryOperator<BatchTerms> terms, Instant now);

  /**
   * What one step has moved.
   *
   * @param queued whether they may be claimed now
   * @param more whether another step is worth while at once
   */
  record Step(int moved, boolean queued, boolean more) {}

  /**
   * Moves at most so many jobs of a batch to where its state wants them: held while it is paused,
   * queued again when it is open and the cap allows it, canceled for good. Jobs that are being
   * changed at this moment are passed over; a later step finds them.
   *
   * @param recheck when to look again at a batch of which jobs are still on their way
   */
  Future<Step> step(BatchId id, int limit, Duration recheck, Instant now);

  /** Batches whose jobs may not yet be where they belong, the longest waiting first. */
  Future<List<BatchId>> due(Instant now, int limit);
}
