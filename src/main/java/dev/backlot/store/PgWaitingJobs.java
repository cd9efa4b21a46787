package dev.backlot.store;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.batch.BatchState;
import dev.backlot.domain.job.HeldReason;
import dev.backlot.domain.job.Job;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobState;
import dev.backlot.domain.job.WaitingResult;
import dev.backlot.port.WaitingJobs;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Every statement names the tenant: a job of another one is not found. */
public final class PgWaitingJobs implements WaitingJobs {
  private final Pool pool;
  private final PgTransactions transactions;

  public PgWaitingJobs(Vertx vertx, Pool pool, RandomGenerator random) {
    this.pool = pool;
    this.transactions = new PgTransactions(vertx, pool, random);
  }

  @Override
  public Future<WaitingResult> hold(TenantId tenant, JobId id, Instant now) {
    return transactions
        .<List<WaitingJob>, Boolean>inTwoFlights(
            tx -> lock(Tuple.of(tenant.value(), id.value()), tx),
            (waiting, tx) -> Future.succeededFuture(hold(waiting, tx, now)))
        .compose(moved -> result(tenant, id, JobState.HELD, moved));
  }

  @Override
  public Future<WaitingResult> release(TenantId tenant, JobId id, Instant now) {
    return transactions
        .<Releasing, Boolean>inTwoFlights(
            tx -> lockWithBatch(Tuple.of(tenant.value(), id.value()), tx),
            (locked, tx) -> Future.succeededFuture(release(locked, tx, now)))
        .compose(moved -> result(tenant, id, JobState.QUEUED, moved));
  }

  @Override
  public Future<WaitingResult> reprioritise(
      TenantId tenant, JobId id, int priority, Duration ageingStep) {
    return Reads.count(
            pool,
            WaitingSql.REPRIORITISE,
            Tuple.of(tenant.value(), id.value(), priority, ageingStep.toMillis()))
        .compose(changed -> result(tenant, id, JobState.HELD, changed == 1));
  }

  /**
   * @param held at most one
   * @param batchPaused whether its batch is, and stays so until the commit
   */
  private record Releasing(List<WaitingJob> held, boolean batchPaused) {}

  private static Future<List<WaitingJob>> lock(Tuple which, Statements transaction) {
    return transaction
        .execute(WaitingSql.LOCK_ONE, which)
        .map(rows -> Reads.list(rows, WaitingJob::read));
  }

  private static Future<Releasing> lockWithBatch(Tuple which, Statements transaction) {
    Future<Boolean> paused =
        transaction
            .execute(BatchSql.SHARE_OF_JOB, which)
            .map(rows -> Reads.list(rows, row -> BatchState.parse(row.getString("state"))))
            .map(states -> states.contains(BatchState.PAUSED));
    return lock(which, transaction)
        .map(
            waiting ->
                waiting.stream().filter(job -> HeldReason.mayBeReleased(job.heldReason())).toList())
        .compose(held -> paused.map(is -> new Releasing(held, is)));
  }

  /**
   * @return whether there was anything to do
   */
  private static boolean hold(List<WaitingJob> waiting, Statements transaction, Instant now) {
    List<WaitingJob> queued =
        waiting.stream().filter(job -> job.state() == JobState.QUEUED).toList();
    WaitingMoves.write(queued, job -> JobMove.held(HeldReason.REQUESTED), transaction, now);
    return !queued.isEmpty();
  }

  /**
   * What a paused batch would hold as soon as it is queued waits for the batch at once: nobody
   * looks for it again while the pause lasts.
   *
   * @return whether there was anything to do
   */
  private static boolean release(Releasing locked, Statements transaction, Instant now) {
    if (locked.batchPaused()) {
      new WaitingMoves(transaction, now).holdFor(locked.held(), HeldReason.BATCH_PAUSED);
    } else {
      WaitingMoves.write(
          locked.held(), job -> JobMove.queued(null, HeldReason.RELEASED), transaction, now);
    }
    return !locked.held().isEmpty();
  }

  /**
   * @param wanted the state in which nothing was left to do
   */
  private Future<WaitingResult> result(
      TenantId tenant, JobId id, JobState wanted, boolean changed) {
    return Reads.list(pool, JobSql.FIND, Tuple.of(tenant.value(), id.value()), Rows::job)
        .map(jobs -> result(jobs.stream().findFirst(), wanted, changed));
  }

  private static WaitingResult result(Optional<Job> found, JobState wanted, boolean changed) {
    if (found.isEmpty()) {
      return new WaitingResult.Unknown();
    }
    Job job = found.get();
    return changed || job.state() == wanted
        ? new WaitingResult.Done(job)
        : new WaitingResult.Refused(job);
  }
}
