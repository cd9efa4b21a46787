package dev.backlot.store;

import dev.backlot.domain.batch.BatchState;
import dev.backlot.domain.batch.JobBatch;
import dev.backlot.domain.job.HeldReason;
import dev.backlot.port.Batches.Step;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** One step of a batch: locks some of its jobs and moves them where its state wants them. */
final class BatchStep {
  /** Why a job of a paused batch is held. */
  static final String HELD = HeldReason.BATCH_PAUSED;

  private final UUID batch;
  private final int limit;
  private final Instant now;

  /**
   * @param state of the batch, which is locked
   * @param full whether there may be more of these
   * @param awaited whether something else may let more of them go on: others that were at work
   *     before these were looked for, or credit
   */
  record Locked(BatchState state, List<WaitingJob> jobs, boolean full, boolean awaited) {}

  BatchStep(UUID batch, int limit, Instant now) {
    this.batch = batch;
    this.limit = limit;
    this.now = now;
  }

  Future<Locked> lock(Statements transaction) {
    return transaction
        .execute(BatchSql.LOCK_ANY, Tuple.of(batch))
        .compose(
            rows ->
                rows.size() == 0
                    ? Future.succeededFuture(new Locked(BatchState.OPEN, List.of(), false, false))
                    : lock(BatchRows.batch(rows.iterator().next()), transaction));
  }

  private Future<Locked> lock(JobBatch locked, Statements transaction) {
    return switch (locked.state()) {
      case PAUSED -> jobs(BatchSql.QUEUED, locked, transaction);
      case CANCELED -> jobs(BatchSql.WAITING, locked, transaction);
      case OPEN ->
          jobs(BatchSql.PAUSED, locked, transaction)
              .compose(
                  paused ->
                      paused.jobs().isEmpty()
                          ? new BatchFit(locked, limit, transaction).lock()
                          : Future.succeededFuture(paused));
    };
  }

  private Future<Locked> jobs(String sql, JobBatch locked, Statements transaction) {
    return transaction
        .execute(sql, Tuple.of(batch, limit))
        .map(
            rows ->
                new Locked(
                    locked.state(),
                    Reads.list(rows, WaitingJob::read),
                    rows.size() == limit,
                    false));
  }

  Step write(Locked locked, Duration recheck, Statements transaction) {
    BatchMoves moves = new BatchMoves(batch, transaction, now);
    switch (locked.state()) {
      case PAUSED -> moves.hold(locked.jobs(), HELD);
      case OPEN -> moves.queue(locked.jobs());
      case CANCELED -> {
        moves.cancel(locked.jobs());
        transaction.execute(BatchSql.WISH_CANCEL, Tuple.of(batch, limit, Rows.time(now)));
      }
    }
    if (locked.full()) {
      transaction.execute(BatchSql.LOOK_AGAIN, Tuple.of(batch, Rows.time(now)));
    } else {
      transaction.execute(
          BatchSql.REST, Tuple.of(batch, Rows.time(now.plus(recheck)), locked.awaited()));
    }
    moves.append();
    return new Step(
        locked.jobs().size(),
        locked.state() == BatchState.OPEN && !locked.jobs().isEmpty(),
        locked.full());
  }
}
