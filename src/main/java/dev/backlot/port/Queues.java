package dev.backlot.port;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.QueuedJob;
import dev.backlot.domain.schedule.QueuePlace;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.BiPredicate;

/** Where jobs stand in their queues. */
public interface Queues {
  /**
   * Counts at most {@link QueuePlace#COUNTED} jobs, so that it costs the same however long a queue
   * is. Empty when there is no such job for this tenant.
   *
   * @param mayGo whether an account may be given a queued job, as dispatch decides it; pure and
   *     quick
   */
  Future<Optional<QueuePlace>> place(
      TenantId tenant, JobId job, BiPredicate<QueuedJob, String> mayGo);
}
