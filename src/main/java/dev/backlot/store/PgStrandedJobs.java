package dev.backlot.store;

import dev.backlot.domain.job.HeldReason;
import dev.backlot.domain.job.JobError;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.StandIn;
import dev.backlot.port.StrandedJobs;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Two round trips for each batch: what is locked, then all that is written about it. */
public final class PgStrandedJobs implements StrandedJobs {
  private final Pool pool;
  private final PgTransactions transactions;

  public PgStrandedJobs(Vertx vertx, Pool pool, RandomGenerator random) {
    this.pool = pool;
    this.transactions = new PgTransactions(vertx, pool, random);
  }

  @Override
  public Future<Integer> hold(Collection<JobId> queued, String reason, Instant now) {
    return move(transaction -> lockQueued(queued, transaction), job -> JobMove.held(reason), now);
  }

  @Override
  public Future<Integer> fail(Collection<JobId> queued, JobError error, Instant now) {
    return move(transaction -> lockQueued(queued, transaction), job -> JobMove.failed(error), now);
  }

  private static Future<List<WaitingJob>> lockQueued(
      Collection<JobId> jobs, Statements transaction) {
    return transaction
        .execute(WaitingSql.LOCK_QUEUED, Tuple.of((Object) ids(jobs)))
        .map(rows -> Reads.list(rows, WaitingJob::read));
  }

  @Override
  public Future<Integer> replace(Map<JobId, StandIn> by, String reason, Instant now) {
    List<Map.Entry<JobId, StandIn>> given = List.copyOf(by.entrySet());
    Tuple which =
        Tuple.of(
            Rows.column(given, each -> each.getKey().value(), UUID[]::new),
            (Object) Rows.column(given, each -> each.getValue().from(), String[]::new));
    return move(
        transaction ->
            transaction
                .execute(WaitingSql.LOCK_QUEUED_WITH, which)
                .map(rows -> Reads.list(rows, WaitingJob::read)),
        job -> JobMove.replaced(Objects.requireNonNull(by.get(job.id())), reason),
        now);
  }

  @Override
  public Future<List<JobId>> withoutSlots(List<String> pools, List<String> accounts, int limit) {
    return Reads.list(
        pool,
        SlotSql.WITHOUT_SLOTS,
        Tuple.of(pools.toArray(String[]::new), accounts.toArray(String[]::new), limit),
        row -> Rows.jobId(row, "id"));
  }

  @Override
  public Future<List<Held>> held(String reason, @Nullable JobId after, int limit) {
    return Reads.list(
        pool,
        FallbackSql.HELD,
        Tuple.of(reason, after == null ? null : after.value(), limit),
        row ->
            new Held(
                Rows.jobId(row, "id"), PgFallbacks.candidate(row), row.getBoolean("fallback")));
  }

  @Override
  public Future<Integer> release(String reason, List<Release> released, Instant now) {
    Map<JobId, StandIn> standIns = new HashMap<>();
    for (Release each : released) {
      StandIn by = each.by();
      if (by != null) {
        standIns.put(each.job(), by);
      }
    }
    UUID[] jobs = ids(released.stream().map(Release::job).toList());
    return move(
        transaction -> lockHeld(jobs, reason, transaction),
        job -> releasing(standIns.get(job.id())),
        now);
  }

  /** One whose batch is not open, or is being changed, would be queued behind the batch's back. */
  private static Future<List<WaitingJob>> lockHeld(
      UUID[] jobs, String reason, Statements transaction) {
    Future<List<UUID>> open =
        transaction
            .execute(BatchSql.SHARE_OPEN, Tuple.of((Object) jobs))
            .map(rows -> Reads.list(rows, row -> row.getUUID("id")));
    return transaction
        .execute(WaitingSql.LOCK_HELD, Tuple.of(jobs, reason))
        .map(rows -> Reads.list(rows, WaitingJob::read))
        .compose(held -> open.map(batches -> free(held, Set.copyOf(batches))));
  }

  private static List<WaitingJob> free(List<WaitingJob> held, Set<UUID> open) {
    return held.stream().filter(job -> job.batch() == null || open.contains(job.batch())).toList();
  }

  private static JobMove releasing(@Nullable StandIn by) {
    return by == null
        ? JobMove.queued(null, HeldReason.RELEASED)
        : JobMove.replaced(by, HeldReason.RELEASED);
  }

  private Future<Integer> move(
      Function<Statements, Future<List<WaitingJob>>> lock,
      Function<WaitingJob, JobMove> move,
      Instant now) {
    return transactions.inTwoFlights(
        lock,
        (locked, transaction) -> {
          WaitingMoves.write(locked, move, transaction, now);
          return Future.succeededFuture(locked.size());
        });
  }

  private static UUID[] ids(Collection<JobId> jobs) {
    return jobs.stream().map(JobId::value).toArray(UUID[]::new);
  }
}
