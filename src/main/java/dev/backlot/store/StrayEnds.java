package dev.backlot.store;

import dev.backlot.port.Strays.End;
import dev.backlot.port.Strays.Kind;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import io.vertx.sqlclient.data.Numeric;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Writes a batch of ends: rows, losses, lanes, slots. There is no event, because no job changes,
 * and no balance, because no tenant pays.
 */
final class StrayEnds {
  private final List<StrayEnd> detached;
  private final List<StrayEnd> orphans;
  private final List<StrayEnd> losses;
  private final Statements transaction;
  private final Instant now;

  /**
   * @param rows locked, and open until now
   */
  StrayEnds(Map<UUID, End> ends, List<Row> rows, Statements transaction, Instant now) {
    List<StrayEnd> all =
        rows.stream()
            .map(row -> StrayEnd.of(Objects.requireNonNull(ends.get(row.getUUID("id"))), row))
            .toList();
    this.detached = all.stream().filter(end -> end.kind() == Kind.DETACHED).toList();
    this.orphans = all.stream().filter(end -> end.kind() == Kind.ORPHAN).toList();
    this.losses = all.stream().filter(end -> end.loss().isPositive()).toList();
    this.transaction = transaction;
    this.now = now;
  }

  List<End> ends() {
    return Stream.concat(detached.stream(), orphans.stream()).map(StrayEnd::end).toList();
  }

  void write() {
    closeDetached();
    closeOrphans();
    bookLosses();
    freeLanes();
    freeSlots();
  }

  /** Until now it counted as its tenant's: it held a slot that others could have had. */
  private void freeLanes() {
    Map<LaneKey, Lanes.Freed> lanes = new HashMap<>();
    for (StrayEnd end : detached) {
      StrayEnd.Held held = Objects.requireNonNull(end.held());
      lanes.merge(held.lane(), new Lanes.Freed(held.slots(), 0), Lanes.Freed::plus);
    }
    Lanes.free(lanes, List.of(), transaction);
  }

  private void freeSlots() {
    Map<SlotChanges.Place, Integer> slots = new LinkedHashMap<>();
    for (StrayEnd end : detached) {
      StrayEnd.Held held = Objects.requireNonNull(end.held());
      slots.merge(held.place(), held.slots(), Integer::sum);
    }
    SlotChanges.free(slots, transaction, now);
  }

  private void closeDetached() {
    if (detached.isEmpty()) {
      return;
    }
    transaction.execute(
        StraySql.CLOSE_DETACHED,
        Tuple.of(
            Rows.column(detached, StrayEnd::id, UUID[]::new),
            Rows.column(detached, StrayEnd::attemptState, String[]::new),
            Rows.column(detached, end -> Rows.decimalOrNull(end.deduction()), String[]::new),
            Rows.column(detached, StrayEnd::raw, String[]::new),
            Rows.time(now)));
  }

  private void closeOrphans() {
    if (orphans.isEmpty()) {
      return;
    }
    transaction.execute(
        StraySql.CLOSE_ORPHANS,
        Tuple.of(
            Rows.column(orphans, StrayEnd::id, UUID[]::new),
            Rows.column(orphans, StrayEnd::state, String[]::new),
            Rows.column(orphans, end -> end.asset().text(), String[]::new),
            Rows.column(orphans, end -> Rows.decimalOrNull(end.billed()), String[]::new),
            Rows.time(now)));
  }

  private void bookLosses() {
    if (losses.isEmpty()) {
      return;
    }
    transaction.execute(
        ChangeSql.TRANSFER_HOUSE,
        Tuple.of(
            Rows.column(losses, end -> "loss", String[]::new),
            Rows.column(losses, end -> end.asset().text(), String[]::new),
            Rows.column(losses, end -> Rows.numeric(end.loss()), Numeric[]::new),
            Rows.column(losses, StrayEnd::job, UUID[]::new),
            Rows.column(losses, StrayEnd::attempt, UUID[]::new),
            Rows.time(now)));
  }
}
