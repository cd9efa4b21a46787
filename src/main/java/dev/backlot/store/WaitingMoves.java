package dev.backlot.store;

import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.HeldReason;
import dev.backlot.domain.job.JobError;
import dev.backlot.domain.job.JobState;
import dev.backlot.domain.job.StandIn;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Moves waiting jobs that the transaction has locked: they are held, queued, failed, canceled or
 * expired. What was reserved for those that end, or are held for their budget, is released; those
 * that come from there into the queue are reserved again, and their balances can pay that. One
 * statement for each kind of row, in the order of locks that all transactions keep; {@link #due}
 * and {@link #append} come last.
 */
final class WaitingMoves {
  private final Statements transaction;
  private final Instant now;
  private final List<Moved> all = new ArrayList<>();

  WaitingMoves(Statements transaction, Instant now) {
    this.transaction = transaction;
    this.now = now;
  }

  private record Moved(WaitingJob job, JobMove move) {
    UUID id() {
      return job.id().value();
    }

    JobState to() {
      return move.state();
    }

    /** Of a held job; the reason of any other is for the event alone. */
    @Nullable String heldReason() {
      return to() == JobState.HELD ? move.reason() : null;
    }

    boolean isUnpaid() {
      return to().isTerminal() || HeldReason.SPEND_CAP.equals(heldReason());
    }

    boolean isPaidAgain() {
      return !job.isPaid() && !isUnpaid();
    }

    /** Another model may wait for slots of another class. */
    LaneKey lane() {
      StandIn by = move.standIn();
      LaneKey lane = job.lane();
      return by == null
          ? lane
          : new LaneKey(lane.pool(), by.slotClass(), lane.tenant(), lane.batch());
    }

    NewEvent event() {
      JsonObject facts = move.facts();
      if (to().isTerminal()) {
        facts.put("charged", Credits.ZERO.toString());
      }
      return NewEvent.of(job.tenant(), job.id(), job.batch(), job.version() + 1, to(), facts);
    }
  }

  /** All of it at once: those that are queued wake their lanes, and the events are appended. */
  static void write(
      List<WaitingJob> jobs,
      Function<WaitingJob, JobMove> move,
      Statements transaction,
      Instant now) {
    WaitingMoves moves = new WaitingMoves(transaction, now);
    moves.move(jobs, move);
    Lanes.due(moves.due(), transaction);
    moves.append();
  }

  /** May be called again, with other jobs. */
  void move(List<WaitingJob> jobs, Function<WaitingJob, JobMove> move) {
    if (jobs.isEmpty()) {
      return;
    }
    List<Moved> moved = jobs.stream().map(job -> new Moved(job, move.apply(job))).toList();
    moveJobs(moved);
    replaceModels(moved);
    release(jobs(moved, each -> each.isUnpaid()));
    reserve(jobs(moved, each -> each.isPaidAgain()));
    all.addAll(moved);
  }

  /** The lanes of those that were queued and may start. */
  Set<LaneKey> due() {
    return all.stream()
        .filter(moved -> moved.to() == JobState.QUEUED)
        .filter(moved -> !moved.job().ripeAt().isAfter(now))
        .map(Moved::lane)
        .collect(Collectors.toSet());
  }

  /** The last statements of the transaction; none when nothing was moved. */
  void append() {
    if (!all.isEmpty()) {
      NewEvent.append(transaction, all.stream().map(Moved::event).toList(), now);
    }
  }

  private static List<WaitingJob> jobs(List<Moved> moved, Predicate<Moved> which) {
    return moved.stream().filter(which).map(Moved::job).toList();
  }

  /** These held jobs are held for something else from now on. That is no transition. */
  void holdFor(List<WaitingJob> held, String reason) {
    if (held.isEmpty()) {
      return;
    }
    transaction.execute(WaitingSql.HOLD_FOR, Tuple.of(ids(held), reason));
    if (HeldReason.SPEND_CAP.equals(reason)) {
      release(held);
    }
  }

  private void moveJobs(List<Moved> moved) {
    transaction.execute(
        WaitingSql.MOVE,
        Rows.arguments(
            Rows.column(moved, Moved::id, UUID[]::new),
            Rows.column(moved, each -> each.job().version(), Integer[]::new),
            Rows.column(moved, each -> each.to().text(), String[]::new),
            Rows.column(moved, Moved::heldReason, String[]::new),
            Rows.time(now),
            Rows.column(moved, each -> errorNumber(each.move().error()), Integer[]::new),
            Rows.column(moved, each -> errorDetail(each.move().error()), String[]::new)));
  }

  private static @Nullable Integer errorNumber(@Nullable JobError error) {
    return error == null ? null : error.code().number();
  }

  private static @Nullable String errorDetail(@Nullable JobError error) {
    return error == null ? null : error.detail();
  }

  private void replaceModels(List<Moved> moved) {
    List<Moved> replaced = moved.stream().filter(each -> each.move().standIn() != null).toList();
    if (replaced.isEmpty()) {
      return;
    }
    List<StandIn> by =
        replaced.stream().map(each -> each.move().standIn()).filter(Objects::nonNull).toList();
    transaction.execute(
        ChangeSql.REPLACE_MODELS,
        Tuple.of(
            Rows.column(replaced, Moved::id, UUID[]::new),
            Rows.column(by, StandIn::model, String[]::new),
            Rows.column(by, StandIn::slotClass, String[]::new),
            Rows.column(by, StandIn::slots, Integer[]::new)));
  }

  private void release(List<WaitingJob> jobs) {
    changeBalances(WaitingSql.RELEASE, jobs);
  }

  private void reserve(List<WaitingJob> jobs) {
    changeBalances(WaitingSql.RESERVE, jobs);
  }

  private void changeBalances(String sql, List<WaitingJob> jobs) {
    if (jobs.isEmpty()) {
      return;
    }
    record Purse(UUID tenant, String asset) {}
    List<Purse> purses =
        jobs.stream()
            .map(job -> new Purse(job.tenant().value(), job.asset().text()))
            .distinct()
            .toList();
    transaction.execute(
        ChangeSql.LOCK_BALANCES,
        Tuple.of(
            Rows.column(purses, Purse::tenant, UUID[]::new),
            (Object) Rows.column(purses, Purse::asset, String[]::new)));
    transaction.execute(sql, Tuple.of(ids(jobs), Rows.time(now)));
  }

  private static UUID[] ids(List<WaitingJob> jobs) {
    return Rows.column(jobs, job -> job.id().value(), UUID[]::new);
  }
}
