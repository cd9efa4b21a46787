package dev.backlot.store;

import dev.backlot.domain.job.AttemptId;
import dev.backlot.domain.job.CancelPolicy;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.domain.render.RenderProfile;
import dev.backlot.port.Dispatches.Claiming;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends attempts, and with them jobs: two round trips for each batch, and one more where queued jobs
 * take the slots.
 */
public final class PgEndings implements Endings {
  private static final Logger LOG = LoggerFactory.getLogger(PgEndings.class);

  private final PgTransactions transactions;
  private final PgDispatches dispatches;
  private final Pool pool;

  public PgEndings(Vertx vertx, Pool pool, RandomGenerator random) {
    this.transactions = new PgTransactions(vertx, pool, random);
    this.dispatches = new PgDispatches(vertx, pool, random);
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
  public Future<Finished> finish(List<Ending> endings, CancelPolicy cancelPolicy, Instant now) {
    return new Finish(transactions, cancelPolicy, now).plainly(endings);
  }

  /**
   * A job that is named twice needs two transactions. Were the second to fail, nobody would send
   * what the first has claimed: so such a batch, which is rare, claims nothing.
   */
  @Override
  public Future<Refilled> finishAndRefill(
      List<Ending> endings, CancelPolicy cancelPolicy, Claiming claiming, Instant now) {
    Finish finish = new Finish(transactions, cancelPolicy, now);
    long jobs = endings.stream().map(ending -> ending.ref().job()).distinct().count();
    if (jobs < endings.size()) {
      return finish.plainly(endings).map(Finish::notRefilled);
    }
    Claim claim = new Claim(claiming, now);
    return finish
        .withClaim(endings, claim)
        .recover(failure -> withoutClaim(endings, finish, claim, failure, now));
  }

  private Future<Refilled> withoutClaim(
      List<Ending> endings, Finish finish, Claim claim, Throwable failure, Instant now) {
    if (PgErrors.isInDoubt(failure)) {
      return dispatches.undo(claim, failure, now);
    }
    if (PgErrors.isOverload(failure)) {
      return Future.failedFuture(failure);
    }
    LOG.atWarn()
        .addKeyValue("endings", endings.size())
        .addKeyValue("refusal", PgErrors.reason(failure))
        .log("endings could not be stored with a claim for their slots; they are stored without");
    return finish.plainly(endings).map(Finish::notRefilled);
  }
}
