package dev.backlot.store;

import dev.backlot.domain.job.JobId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * Lanes whose first jobs cannot go anywhere now: they need more slots than are free, or the
 * accounts that can carry them have none. Those jobs are left out, in their place, unless slots are
 * to add up for them, and what can go behind them is found: a slot that is free is not to wait for
 * three others, nor for a job that cannot use it. Costs a statement, and only where such jobs stand
 * first.
 */
final class BlockedLanes {
  /** Most jobs that are looked at behind those that have no account with room, of all lanes. */
  private static final int LOOKED_AT = 2_000;

  /** Of one lane. */
  private static final int OF_LANE = 200;

  /** When none of them can go, the first quarter keeps its place. */
  private static final int PARTS = 4;

  private final SlotReserve reserve;
  private final int limit;

  /**
   * @param heads that may be claimed; a lane of which none is left is in it all the same
   * @param aside jobs to be put aside for a moment, so that what stands behind them can be looked
   *     at: in a lane the later ones of many that wait for other accounts, and of many lanes in
   *     which nothing can go the later ones. Those before them are more than can go there meanwhile
   */
  record Unblocked(List<LaneHead> heads, List<LockedJob> aside) {}

  /**
   * @param limit most jobs of each lane
   */
  BlockedLanes(SlotReserve reserve, int limit) {
    this.reserve = reserve;
    this.limit = limit;
  }

  Future<Unblocked> unblock(List<LaneHead> heads, Statements transaction) {
    Map<LaneKey, LaneHead> blocked = new LinkedHashMap<>();
    heads.stream().filter(this::isBlocking).forEach(head -> blocked.putIfAbsent(head.lane(), head));
    if (blocked.isEmpty()) {
      return Future.succeededFuture(new Unblocked(heads, List.of()));
    }
    List<LaneHead> lanes = List.copyOf(blocked.values());
    int most = most(heads, lanes.size());
    return transaction
        .execute(
            ClaimSql.LOCK_BEHIND,
            Rows.arguments(
                Rows.column(lanes, head -> head.lane().pool(), String[]::new),
                Rows.column(lanes, head -> head.lane().slotClass(), String[]::new),
                Rows.column(lanes, head -> head.lane().tenant().value(), UUID[]::new),
                Rows.column(lanes, head -> head.lane().batch(), UUID[]::new),
                Rows.column(lanes, head -> reserve.most(head.locked()), Integer[]::new),
                most))
        .map(rows -> merged(heads, lanes, rows, most));
  }

  private boolean isBlocking(LaneHead head) {
    return !head.isEmpty() && !reserve.fits(head.locked());
  }

  /** The database knows what fits by its slots, but not what goes to which account. */
  private int most(List<LaneHead> heads, int lanes) {
    boolean byAccount =
        heads.stream()
            .filter(this::isBlocking)
            .map(LaneHead::locked)
            .anyMatch(job -> job.queued().slots() <= reserve.most(job));
    return byAccount ? Math.max(limit, Math.min(OF_LANE, LOOKED_AT / lanes)) : limit;
  }

  /** In the order of each lane: what was found behind comes after what was there. */
  private Unblocked merged(
      List<LaneHead> heads, List<LaneHead> lanes, Iterable<Row> behind, int most) {
    List<LaneHead> all = new ArrayList<>(heads);
    all.removeIf(head -> isBlocking(head) && !reserve.isWaitedFor(head.locked()));
    Set<JobId> known = new HashSet<>();
    Map<LaneKey, List<LockedJob>> waiting = new LinkedHashMap<>();
    all.stream().filter(head -> !head.isEmpty()).forEach(head -> known.add(id(head)));
    for (Row row : behind) {
      LaneHead found = lanes.get(row.getInteger("lane") - 1).with(LockedJob.read(row));
      if (isBlocking(found)) {
        waiting.computeIfAbsent(found.lane(), lane -> new ArrayList<>()).add(found.locked());
      } else if (known.add(id(found))) {
        all.add(found);
      }
    }
    List<LockedJob> aside = new ArrayList<>(aside(waiting.values(), most));
    aside.addAll(jobs(ShutLanes.inTheWay(lanes, all, mayHideOthers(heads)), heads, waiting));
    return new Unblocked(all, aside);
  }

  /** Whether a lane is one of as many of its class as a claim looks at. */
  private Predicate<LaneHead> mayHideOthers(List<LaneHead> heads) {
    Map<List<String>, Set<LaneKey>> lookedAt = new HashMap<>();
    heads.forEach(
        head ->
            lookedAt
                .computeIfAbsent(ShutLanes.slotClass(head), made -> new HashSet<>())
                .add(head.lane().ofTenant()));
    return head ->
        lookedAt.getOrDefault(ShutLanes.slotClass(head), Set.of()).size()
            >= Math.min(reserve.free(head.locked()), limit) + ClaimSql.SPARE_LANES;
  }

  /** What was looked at of these lanes. */
  private List<LockedJob> jobs(
      Set<LaneKey> lanes, List<LaneHead> heads, Map<LaneKey, List<LockedJob>> waiting) {
    List<LockedJob> jobs = new ArrayList<>();
    heads.stream()
        .filter(head -> lanes.contains(head.lane()) && isBlocking(head))
        .forEach(head -> jobs.add(head.locked()));
    lanes.forEach(lane -> jobs.addAll(waiting.getOrDefault(lane, List.of())));
    return jobs;
  }

  /** Of the lanes in which everything that was looked at waits for other accounts. */
  private static List<LockedJob> aside(Collection<List<LockedJob>> waiting, int most) {
    return waiting.stream()
        .filter(jobs -> jobs.size() >= most)
        .flatMap(jobs -> jobs.stream().skip(Math.max(1, jobs.size() / PARTS)))
        .toList();
  }

  private static JobId id(LaneHead head) {
    return head.locked().queued().id();
  }
}
