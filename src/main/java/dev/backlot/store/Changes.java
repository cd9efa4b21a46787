package dev.backlot.store;

import dev.backlot.domain.job.JobState;
import dev.backlot.domain.job.StandIn;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Writes a batch of changes: one statement for each kind of row, whatever the size of the batch, in
 * the order of locks that all transactions keep (jobs, balances, lanes, slots, log).
 */
final class Changes {
  private final List<Change> all;
  private final List<Change> moved;
  private final Statements transaction;
  private final Instant now;

  /**
   * @param changes at most one per job; their jobs are locked
   */
  Changes(List<Change> changes, Statements transaction, Instant now) {
    this.all = changes;
    this.moved = changes.stream().filter(Change::movesJob).toList();
    this.transaction = transaction;
    this.now = now;
  }

  /** All that its transaction writes. */
  void write() {
    writeRows();
    NewEvent.append(transaction, events(), now);
  }

  /**
   * All but the events, for a transaction that goes on with the slots that are free now: it holds
   * their rows.
   *
   * @return whether a tenant or a batch was at its limit, and is not any more
   */
  Future<Boolean> writeRows() {
    if (all.isEmpty()) {
      return Future.succeededFuture(false);
    }
    moveAttempts();
    if (moved.isEmpty()) {
      return Future.succeededFuture(false);
    }
    moveJobs();
    replaceModels();
    sayWhyHeld();
    new Bookings(moved, transaction, now).write();
    Future<Boolean> unblocked = freeLanes();
    SlotChanges.free(all, transaction, now);
    return unblocked;
  }

  List<NewEvent> events() {
    return moved.stream().map(Change::event).toList();
  }

  private void moveAttempts() {
    List<AttemptMove> moves = all.stream().map(Change::attempt).toList();
    transaction.execute(
        ChangeSql.MOVE_ATTEMPTS,
        Tuple.of(
            Rows.column(all, change -> change.of().id().value(), UUID[]::new),
            Rows.column(moves, AttemptMove::state, String[]::new),
            Rows.column(moves, AttemptMove::taskId, String[]::new),
            Rows.column(moves, AttemptMove::sends, Integer[]::new),
            Rows.column(moves, AttemptMove::doubtful, Boolean[]::new),
            Rows.column(moves, AttemptMove::counted, Boolean[]::new),
            Rows.column(moves, AttemptMove::note, String[]::new),
            Rows.column(moves, move -> Rows.decimalOrNull(move.deduction()), String[]::new),
            Rows.column(moves, AttemptMove::result, String[]::new),
            Rows.time(now),
            Rows.column(all, change -> change.of().state(), String[]::new),
            Rows.column(moves, AttemptMove::detached, Boolean[]::new)));
  }

  private void moveJobs() {
    List<JobMove> moves = moved.stream().map(Change::job).toList();
    transaction.execute(
        ChangeSql.MOVE_JOBS,
        Tuple.of(
            Rows.column(moved, change -> change.of().job().value(), UUID[]::new),
            Rows.column(moved, change -> change.of().fence(), Long[]::new),
            Rows.column(moved, change -> change.of().jobState().text(), String[]::new),
            Rows.column(moved, change -> change.of().version(), Integer[]::new),
            Rows.column(moves, move -> move.state().text(), String[]::new),
            Rows.column(moved, Changes::tries, Integer[]::new),
            Rows.column(moves, move -> Rows.timeOrNull(move.startAt()), OffsetDateTime[]::new),
            Rows.column(moves, Changes::errorNumber, Integer[]::new),
            Rows.column(moves, Changes::errorDetail, String[]::new),
            Rows.column(moves, move -> Rows.outputsText(move.outputs()), String[]::new),
            Rows.time(now)));
  }

  /** What came to nothing and goes back into the queue gets back what its lane was charged. */
  private Future<Boolean> freeLanes() {
    Map<LaneKey, Lanes.Freed> freed = new HashMap<>();
    for (Change change : all) {
      if (change.attempt().closes()) {
        freed.merge(change.of().lane(), freed(change), Lanes.Freed::plus);
      }
    }
    return Lanes.free(freed, due(), transaction);
  }

  private static Lanes.Freed freed(Change change) {
    boolean forNothing = change.job().state() == JobState.QUEUED && !change.attempt().counted();
    return new Lanes.Freed(
        change.of().slots(), forNothing ? change.of().cost().value().doubleValue() : 0);
  }

  private List<LaneKey> due() {
    return moved.stream()
        .filter(change -> change.job().state() == JobState.QUEUED && !isLater(change.job()))
        .map(Changes::laneFromNowOn)
        .toList();
  }

  /** Another model may wait for slots of another class. */
  private static LaneKey laneFromNowOn(Change change) {
    StandIn standIn = change.job().standIn();
    LaneKey before = change.of().lane();
    return standIn == null
        ? before
        : new LaneKey(before.pool(), standIn.slotClass(), before.tenant(), before.batch());
  }

  private boolean isLater(JobMove move) {
    return move.startAt() != null && move.startAt().isAfter(now);
  }

  private void replaceModels() {
    List<Change> replaced =
        moved.stream().filter(change -> change.job().standIn() != null).toList();
    if (replaced.isEmpty()) {
      return;
    }
    List<StandIn> standIns =
        replaced.stream().map(change -> change.job().standIn()).filter(Objects::nonNull).toList();
    transaction.execute(
        ChangeSql.REPLACE_MODELS,
        Tuple.of(
            Rows.column(replaced, change -> change.of().job().value(), UUID[]::new),
            Rows.column(standIns, StandIn::model, String[]::new),
            Rows.column(standIns, StandIn::slotClass, String[]::new),
            Rows.column(standIns, StandIn::slots, Integer[]::new)));
  }

  private void sayWhyHeld() {
    List<Change> held =
        moved.stream().filter(change -> change.job().state() == JobState.HELD).toList();
    if (!held.isEmpty()) {
      transaction.execute(
          ChangeSql.SAY_WHY_HELD,
          Tuple.of(
              Rows.column(held, change -> change.of().job().value(), UUID[]::new),
              (Object) Rows.column(held, change -> change.job().reason(), String[]::new)));
    }
  }

  private static int tries(Change change) {
    return change.attempt().closes() && change.attempt().counted() ? 1 : 0;
  }

  private static @Nullable Integer errorNumber(JobMove move) {
    return move.error() == null ? null : move.error().code().number();
  }

  private static @Nullable String errorDetail(JobMove move) {
    return move.error() == null ? null : move.error().detail();
  }
}
