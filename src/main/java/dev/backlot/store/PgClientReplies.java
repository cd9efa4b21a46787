package dev.backlot.store;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.call.CallId;
import dev.backlot.domain.job.ClientReply;
import dev.backlot.domain.job.JobId;
import dev.backlot.port.ClientReplies;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Single statements. Their rows are written by {@link PgAdmissions} and {@link PgCalls}, with the
 * jobs and the calls.
 */
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
            Rows.time(reply.unansweredUntil(now)),
            Rows.time(now),
            reply.asker().beside().toArray(UUID[]::new));
    return Reads.written(pool, ClientReplySql.TAKE_LOST, which, row -> Rows.jobId(row, "job_id"))
        .map(jobs -> jobs.stream().findFirst());
  }

  @Override
  public Future<Set<JobId>> onTheirWay(TenantId tenant, ClientReply reply, Instant now) {
    Tuple which =
        Rows.arguments(
            tenant.value(),
            Rows.bytes(reply.digest()),
            Rows.time(reply.unansweredUntil(now)),
            reply.asker().beside().toArray(UUID[]::new),
            ON_THEIR_WAY_MAX);
    return Reads.list(pool, ClientReplySql.ON_THEIR_WAY, which, row -> Rows.jobId(row, "job_id"))
        .map(Set::copyOf);
  }

  @Override
  public Future<Optional<CallId>> takeLostCall(
      TenantId tenant, String digest, Duration window, Set<UUID> beside, Instant now) {
    Tuple which =
        Rows.arguments(
            tenant.value(),
            Rows.bytes(digest),
            Rows.time(now.minus(window)),
            Rows.time(now.minus(GRACE)),
            Rows.time(now),
            beside.toArray(UUID[]::new));
    return Reads.written(
            pool, ClientReplySql.TAKE_LOST_CALL, which, row -> new CallId(row.getUUID("call_id")))
        .map(calls -> calls.stream().findFirst());
  }

  @Override
  public Future<Optional<Unanswered>> unanswered(
      TenantId tenant, String digest, Duration window, Set<UUID> beside, Instant now) {
    Tuple which =
        Rows.arguments(
            tenant.value(),
            Rows.bytes(digest),
            Rows.time(now.minus(window)),
            beside.toArray(UUID[]::new));
    return Reads.list(
            pool,
            ClientReplySql.UNANSWERED,
            which,
            row -> new Unanswered(new CallId(row.getUUID("call_id")), row.getBoolean("unknown")))
        .map(calls -> calls.stream().findFirst());
  }

  @Override
  public Future<Void> delivered(List<UUID> made, Instant olderThan) {
    if (made.size() > MAX_DELIVERED) {
      return Future.failedFuture(
          new IllegalArgumentException("at most " + MAX_DELIVERED + " at once"));
    }
    UUID[] ids = made.toArray(UUID[]::new);
    return Reads.count(pool, ClientReplySql.DELIVERED, Rows.arguments(ids, Rows.time(olderThan)))
        .mapEmpty();
  }

  @Override
  public Future<Void> lost(UUID made, Instant now) {
    return Reads.count(pool, ClientReplySql.LOST, Tuple.of(made, Rows.time(now))).mapEmpty();
  }
}
