package dev.backlot.ops;

import dev.backlot.domain.Page;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.CancelResult;
import dev.backlot.domain.job.Job;
import dev.backlot.domain.job.JobDetail;
import dev.backlot.domain.job.JobFilter;
import dev.backlot.domain.job.JobId;
import dev.backlot.port.Jobs;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Counts, or fails to; nothing else is asked of it. */
record FakeJobs(@Nullable Map<String, Long> counts) implements Jobs {
  @Override
  public Future<Map<String, Long>> countLive() {
    return counts == null ? Future.failedFuture("down") : Future.succeededFuture(counts);
  }

  @Override
  public Future<Long> countOverdue() {
    return counts == null ? Future.failedFuture("down") : Future.succeededFuture(2L);
  }

  @Override
  public Future<Optional<Job>> find(TenantId tenant, JobId id) {
    return Future.failedFuture("not asked");
  }

  @Override
  public Future<Optional<JobDetail>> detail(TenantId tenant, JobId id) {
    return Future.failedFuture("not asked");
  }

  @Override
  public Future<Page<Job>> list(
      TenantId tenant, JobFilter filter, @Nullable String cursor, int limit) {
    return Future.failedFuture("not asked");
  }

  @Override
  public Future<CancelResult> cancel(TenantId tenant, JobId id, Instant now) {
    return Future.failedFuture("not asked");
  }

  @Override
  public Future<Optional<ResultSource>> resultSource(TenantId tenant, JobId id) {
    return Future.failedFuture("not asked");
  }
}
