package dev.backlot.port;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.schedule.QueuePlace;
import io.vertx.core.Future;
import java.util.Optional;

/** Where jobs stand in their queues. */
public interface Queues {
  /**
   * Counts at most {@link QueuePlace#COUNTED} jobs, so that it costs the same however long a queue
   * is. Empty when there is no such job for this tenant.
   */
  Future<Optional<QueuePlace>> place(TenantId tenant, JobId job);
}
