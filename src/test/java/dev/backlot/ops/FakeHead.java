package dev.backlot.ops;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.batch.BatchId;
import dev.backlot.domain.job.JobId;
import dev.backlot.port.EventLog;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Knows how long the log is; nothing else is asked of it. */
record FakeHead(long position) implements EventLog {
  @Override
  public Future<Long> head() {
    return Future.succeededFuture(position);
  }

  @Override
  public Future<List<Event>> after(long from, int limit) {
    return Future.failedFuture("not asked");
  }

  @Override
  public Future<List<Event>> after(TenantId tenant, Selection selection, long from, int limit) {
    return Future.failedFuture("not asked");
  }

  @Override
  public Future<Long> oldest() {
    return Future.failedFuture("not asked");
  }

  @Override
  public Future<Snapshot> snapshot(TenantId tenant, Set<JobId> jobs, int limit) {
    return Future.failedFuture("not asked");
  }

  @Override
  public Future<Optional<Long>> head(TenantId tenant, BatchId batch) {
    return Future.failedFuture("not asked");
  }

  @Override
  public Future<Optional<Snapshot>> snapshot(TenantId tenant, BatchId batch, int limit) {
    return Future.failedFuture("not asked");
  }
}
