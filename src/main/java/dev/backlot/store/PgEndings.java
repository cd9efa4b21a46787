package dev.backlot.store;

import dev.backlot.domain.job.AttemptId;
import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.CancelPolicy;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.domain.render.RenderProfile;
import dev.backlot.port.Endings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Ends attempts, and with them jobs: two round trips for each batch. */
public final class PgEndings implements Endings {
  private final PgTransactions transactions;
  private final Pool pool;

  public PgEndings(Vertx vertx, Pool pool, RandomGenerator random) {
    this.transactions = new PgTransactions(vertx, pool, random);
    this.pool = pool;
  }

  @Override
  public Future<List<Running>> running(NodeLease lease, Collection<AttemptId> attempts) {
    UUID[] ids = attempts.stream().map(AttemptId::value).toArray(UUID[]::new);
    return Reads.list(
        pool,
        EndingSql.RUNNING,
        Tuple.of(lease.node().value(), lease.epoch(), ids),
        PgEndings::running);
  }

  @Override
  public Future<List<Running>> allRunning(NodeLease lease, @Nullable AttemptId after, int limit) {
    return Reads.list(
        pool,
        EndingSql.ALL_RUNNING,
        Tuple.of(lease.node().value(), lease.epoch(), after == null ? null : after.value(), limit),
        PgEndings::running);
  }

  @Override
  public Future<List<JobId>> markOverdue(NodeLease lease, Instant runningBefore, int limit) {
    Tuple arguments =
        Tuple.of(lease.node().value(), lease.epoch(), Rows.time(runningBefore), limit);
    return transactions.inOneFlight(
        transaction ->
            transaction
                .execute(EndingSql.MARK_OVERDUE, arguments)
                .map(rows -> Reads.list(rows, row -> Rows.jobId(row, "id"))));
  }

  private static Running running(Row row) {
    return new Running(
        Rows.attemptRef(row),
        row.getString("dialect"),
        row.getString("task_id"),
        row.getString("model"),
        Rows.instant(row, "running_since"),
        row.getInteger("attempts"),
        Rows.timeoutPolicyOrNull(row),
        new RenderProfile(
            row.getString("kind"),
            row.getString("model"),
            row.getString("mode"),
            row.getInteger("seconds")));
  }

  @Override
  public Future<List<Ending>> finish(List<Ending> endings, CancelPolicy cancelPolicy, Instant now) {
    Isolation<Ending> isolation =
        new Isolation<>(
            Ending::ref, PlainEnding::of, batch -> finishOnce(batch, cancelPolicy, now));
    return Batch.store(endings, Ending::ref, isolation::store);
  }

  private Future<List<Ending>> finishOnce(
      List<Ending> endings, CancelPolicy cancelPolicy, Instant now) {
    List<AttemptRef> refs = endings.stream().map(Ending::ref).toList();
    return transactions.inTwoFlights(
        transaction -> OpenAttempt.lock(transaction, refs),
        (open, transaction) -> {
          Batch<Ending> batch =
              Batch.decide(
                  endings,
                  Ending::ref,
                  open,
                  (attempt, ending) -> EndingChanges.decide(attempt, ending, cancelPolicy));
          new Changes(batch.changes(), transaction, now).write();
          return Future.succeededFuture(batch.applied());
        });
  }
}
