package dev.backlot.store;

import dev.backlot.domain.job.JobId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Lanes whose first jobs need more slots than are free. Those jobs are left out, unless slots are
 * to add up for them, and what fits behind them is found: a slot that is free is not to wait for
 * three others. Costs a statement, and only where such jobs stand first.
 */
final class BlockedLanes {
  private final SlotReserve reserve;
  private final int limit;

  /**
   * @param limit most jobs of each lane
   */
  BlockedLanes(SlotReserve reserve, int limit) {
    this.reserve = reserve;
    this.limit = limit;
  }

  /** The heads that may be claimed; a lane of which none is left is in the answer all the same. */
  Future<List<LaneHead>> unblock(List<LaneHead> heads, Statements transaction) {
    Map<LaneKey, LaneHead> blocked = new LinkedHashMap<>();
    heads.stream().filter(this::isBlocking).forEach(head -> blocked.putIfAbsent(head.lane(), head));
    if (blocked.isEmpty()) {
      return Future.succeededFuture(heads);
    }
    List<LaneHead> lanes = List.copyOf(blocked.values());
    return transaction
        .execute(
            ClaimSql.LOCK_BEHIND,
            Rows.arguments(
                Rows.column(lanes, head -> head.lane().pool(), String[]::new),
                Rows.column(lanes, head -> head.lane().slotClass(), String[]::new),
                Rows.column(lanes, head -> head.lane().tenant().value(), UUID[]::new),
                Rows.column(lanes, head -> head.lane().batch(), UUID[]::new),
                Rows.column(lanes, head -> reserve.most(head.locked()), Integer[]::new),
                limit))
        .map(rows -> merged(heads, lanes, rows));
  }

  private boolean isBlocking(LaneHead head) {
    return !head.isEmpty() && !reserve.fits(head.locked());
  }

  /** In the order of each lane: what was found behind comes after what was there. */
  private List<LaneHead> merged(List<LaneHead> heads, List<LaneHead> lanes, Iterable<Row> behind) {
    List<LaneHead> all = new ArrayList<>(heads);
    all.removeIf(head -> isBlocking(head) && !reserve.isWaitedFor(head.locked()));
    Set<JobId> known = new HashSet<>();
    all.stream().filter(head -> !head.isEmpty()).forEach(head -> known.add(id(head)));
    for (Row row : behind) {
      LaneHead found = lanes.get(row.getInteger("lane") - 1).with(LockedJob.read(row));
      if (known.add(id(found))) {
        all.add(found);
      }
    }
    return all;
  }

  private static JobId id(LaneHead head) {
    return head.locked().queued().id();
  }
}
