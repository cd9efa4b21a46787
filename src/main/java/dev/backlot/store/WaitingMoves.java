package dev.backlot.store;

import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.JobError;
import dev.backlot.domain.job.JobState;
import dev.backlot.domain.job.StandIn;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Moves waiting jobs that the transaction has locked: they are held, queued, failed, canceled or
 * expired. Those that end are released; those that are queued wake their lanes. One statement for
 * each kind of row, in the order of locks that all transactions keep.
 */
final class WaitingMoves {
  private final List<Moved> all;
  private final Statements transaction;
  private final Instant now;

  private WaitingMoves(List<Moved> all, Statements transaction, Instant now) {
    this.all = all;
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

  static void write(
      List<WaitingJob> jobs,
      Function<WaitingJob, JobMove> move,
      Statements transaction,
      Instant now) {
    if (!jobs.isEmpty()) {
      List<Moved> all = jobs.stream().map(job -> new Moved(job, move.apply(job))).toList();
      new WaitingMoves(all, transaction, now).write();
    }
  }

  private void write() {
    moveJobs();
    replaceModels();
    release(all.stream().filter(moved -> moved.to().isTerminal()).toList());
    Lanes.due(
        all.stream()
            .filter(moved -> moved.to() == JobState.QUEUED)
            .filter(moved -> !moved.job().startAt().isAfter(now))
            .map(Moved::lane)
            .collect(Collectors.toSet()),
        transaction);
    NewEvent.append(transaction, all.stream().map(Moved::event).toList(), now);
  }

  private void moveJobs() {
    transaction.execute(
        WaitingSql.MOVE,
        Rows.arguments(
            Rows.column(all, Moved::id, UUID[]::new),
            Rows.column(all, moved -> moved.job().version(), Integer[]::new),
            Rows.column(all, moved -> moved.to().text(), String[]::new),
            Rows.column(all, Moved::heldReason, String[]::new),
            Rows.time(now),
            Rows.column(all, moved -> errorNumber(moved.move().error()), Integer[]::new),
            Rows.column(all, moved -> errorDetail(moved.move().error()), String[]::new)));
  }

  private static @Nullable Integer errorNumber(@Nullable JobError error) {
    return error == null ? null : error.code().number();
  }

  private static @Nullable String errorDetail(@Nullable JobError error) {
    return error == null ? null : error.detail();
  }

  private void replaceModels() {
    List<Moved> replaced = all.stream().filter(moved -> moved.move().standIn() != null).toList();
    if (replaced.isEmpty()) {
      return;
    }
    List<StandIn> by =
        replaced.stream().map(moved -> moved.move().standIn()).filter(Objects::nonNull).toList();
    transaction.execute(
        ChangeSql.REPLACE_MODELS,
        Tuple.of(
            Rows.column(replaced, Moved::id, UUID[]::new),
            Rows.column(by, StandIn::model, String[]::new),
            Rows.column(by, StandIn::slotClass, String[]::new),
            Rows.column(by, StandIn::slots, Integer[]::new)));
  }

  private void release(List<Moved> ended) {
    if (ended.isEmpty()) {
      return;
    }
    record Purse(UUID tenant, String asset) {}
    List<Purse> purses =
        ended.stream()
            .map(moved -> new Purse(moved.job().tenant().value(), moved.job().asset().text()))
            .distinct()
            .toList();
    transaction.execute(
        ChangeSql.LOCK_BALANCES,
        Tuple.of(
            Rows.column(purses, Purse::tenant, UUID[]::new),
            (Object) Rows.column(purses, Purse::asset, String[]::new)));
    transaction.execute(
        WaitingSql.RELEASE, Tuple.of(Rows.column(ended, Moved::id, UUID[]::new), Rows.time(now)));
  }
}
