package dev.backlot.store;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.ClientReply;
import dev.backlot.domain.job.JobId;
import dev.backlot.port.ClientReplies;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Single statements. Their rows are written by {@link PgAdmissions}, with the jobs. */
public final class PgClientReplies implements ClientReplies {
  private final Pool pool;

  public PgClientReplies(Pool pool) {
    this.pool = pool;
  }

  @Override
  public Future<Optional<JobId>> takeLost(TenantId tenant, ClientReply reply, Instant now) {
    Tuple which =
        Rows.arguments(
            tenant.value(),
            Rows.bytes(reply.digest()),
            Rows.time(reply.lostAfter()),
            Rows.time(reply.unansweredUntil()),
            Rows.time(now));
    return Reads.written(pool, ClientReplySql.TAKE_LOST, which, row -> Rows.jobId(row, "job_id"))
        .map(jobs -> jobs.stream().findFirst());
  }

  @Override
  public Future<Void> delivered(List<JobId> jobs, Instant olderThan) {
    if (jobs.size() > MAX_DELIVERED) {
      return Future.failedFuture(
          new IllegalArgumentException("at most " + MAX_DELIVERED + " jobs at once"));
    }
    UUID[] ids = Rows.column(jobs, JobId::value, UUID[]::new);
    return Reads.count(pool, ClientReplySql.DELIVERED, Rows.arguments(ids, Rows.time(olderThan)))
        .mapEmpty();
  }

  @Override
  public Future<Void> lost(JobId job, Instant now) {
    return Reads.count(pool, ClientReplySql.LOST, Tuple.of(job.value(), Rows.time(now))).mapEmpty();
  }
}
