package dev.backlot.store;

import dev.backlot.domain.job.JobState;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Moves waiting jobs of one batch. {@link #append} comes last. */
final class BatchMoves {
  private final UUID batch;
  private final Statements transaction;
  private final WaitingMoves moves;

  BatchMoves(UUID batch, Statements transaction, Instant now) {
    this.batch = batch;
    this.transaction = transaction;
    this.moves = new WaitingMoves(transaction, now);
  }

  void hold(List<WaitingJob> jobs, String reason) {
    moves.move(jobs, job -> JobMove.held(reason));
  }

  /** They are held already, for something else. */
  void holdFor(List<WaitingJob> jobs, String reason) {
    moves.holdFor(jobs, reason);
  }

  void queue(List<WaitingJob> jobs) {
    moves.move(jobs, job -> JobMove.to(JobState.QUEUED));
  }

  /** They end, and what was reserved for them is released. */
  void cancel(List<WaitingJob> jobs) {
    moves.move(jobs, job -> JobMove.to(JobState.CANCELED));
  }

  /** The lanes, which are told what the batch's row says, then the events. */
  void append() {
    Lanes.tell(batch, moves.due(), transaction);
    moves.append();
  }
}
