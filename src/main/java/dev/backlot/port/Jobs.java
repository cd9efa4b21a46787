package dev.backlot.port;

import dev.backlot.domain.Page;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.CancelResult;
import dev.backlot.domain.job.Job;
import dev.backlot.domain.job.JobDetail;
import dev.backlot.domain.job.JobFilter;
import dev.backlot.domain.job.JobId;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A tenant's view of its jobs. Another tenant's job does not exist here (promise P6). */
public interface Jobs {
  Future<Optional<Job>> find(TenantId tenant, JobId id);

  /** The job and its lineage, as of one moment. */
  Future<Optional<JobDetail>> detail(TenantId tenant, JobId id);

  /**
   * Newest first.
   *
   * @param cursor from the page before; null for the first. Fails with {@code INVALID_REQUEST} when
   *     it is not one of ours
   * @param limit 1 to 200
   */
  Future<Page<Job>> list(TenantId tenant, JobFilter filter, @Nullable String cursor, int limit);

  /** Cancels at once what no provider has seen yet; otherwise records the wish. Idempotent. */
  Future<CancelResult> cancel(TenantId tenant, JobId id, Instant now);

  /**
   * The provider's raw payload of the attempt that succeeded, for the result proxy only. Empty when
   * there is no such job for this tenant, or it has not succeeded.
   */
  Future<Optional<ResultSource>> resultSource(TenantId tenant, JobId id);

  /** Jobs by live state, over all tenants, for metrics. */
  Future<Map<String, Long>> countLive();

  /** Running jobs that are marked overdue, over all tenants, for metrics. */
  Future<Long> countOverdue();

  /**
   * @param raw as in {@code TaskReport.Succeeded}
   */
  record ResultSource(String account, String raw) {}
}
