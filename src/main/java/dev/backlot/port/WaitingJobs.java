package dev.backlot.port;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.WaitingResult;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;

/** What a tenant may do with jobs that no provider has seen yet. */
public interface WaitingJobs {
  /** Keeps a queued job from starting until it is released. Idempotent. */
  Future<WaitingResult> hold(TenantId tenant, JobId id, Instant now);

  /**
   * Queues a held job again, in its old place. While its batch is paused, it is held for that from
   * then on and goes on with the batch. One that waits for its batch already is refused: that is to
   * be changed there. Otherwise idempotent.
   */
  Future<WaitingResult> release(TenantId tenant, JobId id, Instant now);

  /**
   * Gives a waiting job another place among those of its tenant. No transition.
   *
   * @param priority -100 to 100; higher goes first
   * @param ageingStep how much waiting time one step of priority is worth
   */
  Future<WaitingResult> reprioritise(TenantId tenant, JobId id, int priority, Duration ageingStep);
}
