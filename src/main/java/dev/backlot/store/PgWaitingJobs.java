package dev.backlot.store;

import dev.backlot.domain.access.TenantId;
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
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

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
    return move(tenant, id, JobState.HELD, PgWaitingJobs::holding, now);
  }

  @Override
  public Future<WaitingResult> release(TenantId tenant, JobId id, Instant now) {
    return move(tenant, id, JobState.QUEUED, PgWaitingJobs::releasing, now);
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

  private static @Nullable JobMove holding(WaitingJob job) {
    return job.state() == JobState.QUEUED ? JobMove.held(HeldReason.REQUESTED) : null;
  }

  private static @Nullable JobMove releasing(WaitingJob job) {
    return HeldReason.mayBeReleased(job.heldReason())
        ? JobMove.queued(null, HeldReason.RELEASED)
        : null;
  }

  /**
   * @param how the job is moved; null to leave it as it is
   */
  private Future<WaitingResult> move(
      TenantId tenant,
      JobId id,
      JobState to,
      Function<WaitingJob, @Nullable JobMove> how,
      Instant now) {
    return transactions
        .<List<WaitingJob>, Boolean>inTwoFlights(
            tx ->
                tx.execute(WaitingSql.LOCK_ONE, Tuple.of(tenant.value(), id.value()))
                    .map(rows -> Reads.list(rows, WaitingJob::read)),
            (waiting, tx) -> {
              boolean moved = false;
              for (WaitingJob job : waiting) {
                JobMove move = how.apply(job);
                if (move != null) {
                  WaitingMoves.write(List.of(job), same -> move, tx, now);
                  moved = true;
                }
              }
              return Future.succeededFuture(moved);
            })
        .compose(moved -> result(tenant, id, to, moved));
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
