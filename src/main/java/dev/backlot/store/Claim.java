package dev.backlot.store;

import dev.backlot.domain.job.PlannedAttempt;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Dispatches.Claimed;
import dev.backlot.port.Dispatches.Planner;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * One claim: locks slots, lanes and their first jobs, asks the planner, and writes what it planned.
 * Used once.
 */
final class Claim {
  private static final Duration PASSED_OVER = Duration.ofSeconds(1);

  /**
   * For a job that no account can carry: only a restart with another configuration changes that.
   * Long enough that thousands of them are all passed over before the first comes back.
   */
  private static final Duration STUCK = Duration.ofMinutes(1);

  private final NodeLease lease;
  private final List<String> pools;
  private final List<String> accounts;
  private final List<String> lastClasses;
  private final int limit;
  private final Planner planner;
  private final Instant now;
  private List<Claimed> claimed = List.of();
  private List<LaneKey> idle = List.of();
  private boolean cut;

  /** What the claim has locked. */
  record Locked(SlotReserve reserve, List<LaneHead> heads) {}

  Claim(
      NodeLease lease,
      List<String> pools,
      List<String> accounts,
      List<String> lastClasses,
      int limit,
      Planner planner,
      Instant now) {
    this.lease = lease;
    this.pools = pools;
    this.accounts = accounts;
    this.lastClasses = lastClasses;
    this.limit = limit;
    this.planner = planner;
    this.now = now;
  }

  /** What was planned last; committed when the transaction was. */
  List<Claimed> claimed() {
    return claimed;
  }

  /** Whether it took something, and of a lane could not look at all the batches that may run. */
  boolean isCut() {
    return cut && !claimed.isEmpty();
  }

  /** Lanes in which nothing was found to run. */
  List<LaneKey> idle() {
    return idle;
  }

  Future<Locked> lock(Statements transaction) {
    String[] poolIds = pools.toArray(String[]::new);
    String[] accountIds = accounts.toArray(String[]::new);
    Future<RowSet<Row>> slots =
        transaction.execute(
            SlotSql.LOCK_FREE, Tuple.of(poolIds, accountIds, lease.node().value(), lease.epoch()));
    Future<RowSet<Row>> heads =
        transaction.execute(ClaimSql.LOCK_HEADS, Tuple.of(poolIds, accountIds, limit));
    return slots.compose(free -> heads.compose(found -> unblocked(free, found, transaction)));
  }

  private Future<Locked> unblocked(RowSet<Row> slots, RowSet<Row> heads, Statements transaction) {
    SlotReserve reserve = new SlotReserve(Reads.list(slots, OpenSlots::read), now);
    return new BlockedLanes(reserve, limit)
        .unblock(Reads.list(heads, LaneHead::read), transaction)
        .map(left -> new Locked(reserve, left));
  }

  Future<List<Claimed>> take(Locked locked, Statements transaction) {
    List<LaneHead> turns = new ClaimOrder(now, lastClasses).of(locked.heads(), limit);
    idle = locked.heads().stream().filter(LaneHead::isEmpty).map(LaneHead::lane).toList();
    cut = mostBatches(locked.heads()) >= ClaimSql.BATCHES;
    List<LockedJob> jobs = turns.stream().map(LaneHead::locked).toList();
    ClaimPlan plan = ClaimPlan.make(locked.reserve().given(jobs), jobs, planner);
    List<ClaimPlan.Taken> taken = plan.taken();
    claimed = taken.stream().map(each -> each.job().claimed(each.plan())).toList();
    Map<Boolean, List<LockedJob>> passedOver =
        plan.passedOver().stream()
            .collect(Collectors.partitioningBy(job -> planner.mayPlanLater(job.queued())));
    passOver(passedOver.getOrDefault(true, List.of()), PASSED_OVER, transaction);
    passOver(passedOver.getOrDefault(false, List.of()), STUCK, transaction);
    if (taken.isEmpty()) {
      return Future.succeededFuture(claimed);
    }
    List<PlannedAttempt> attempts = taken.stream().map(ClaimPlan.Taken::plan).toList();
    transaction.execute(
        DispatchSql.SUBMIT,
        Tuple.of(
            Rows.column(attempts, each -> each.job().value(), UUID[]::new),
            lease.node().value(),
            lease.epoch(),
            Rows.time(now)));
    insert(attempts, transaction);
    new LaneCharges(turns).charge(taken, transaction);
    SlotChanges.take(attempts, transaction);
    NewEvent.append(transaction, taken.stream().map(each -> each.job().submitting()).toList(), now);
    return Future.succeededFuture(claimed);
  }

  private static long mostBatches(List<LaneHead> heads) {
    return heads.stream()
        .map(LaneHead::lane)
        .distinct()
        .collect(Collectors.groupingBy(LaneKey::ofTenant, Collectors.counting()))
        .values()
        .stream()
        .mapToLong(Long::longValue)
        .max()
        .orElse(0);
  }

  /** They would come first again and again, and keep the others of their class from their slots. */
  private void passOver(List<LockedJob> jobs, Duration pause, Statements transaction) {
    if (!jobs.isEmpty()) {
      transaction.execute(
          DispatchSql.PASS_OVER,
          Tuple.of(
              Rows.column(jobs, each -> each.queued().id().value(), UUID[]::new),
              Rows.time(now.plus(pause))));
    }
  }

  private void insert(List<PlannedAttempt> planned, Statements transaction) {
    transaction.execute(
        DispatchSql.INSERT_ATTEMPTS,
        Tuple.of(
            Rows.column(planned, each -> each.id().value(), UUID[]::new),
            Rows.column(planned, each -> each.job().value(), UUID[]::new),
            Rows.column(planned, PlannedAttempt::account, String[]::new),
            Rows.column(planned, PlannedAttempt::dialect, String[]::new),
            Rows.column(planned, PlannedAttempt::path, String[]::new),
            Rows.column(planned, PlannedAttempt::externalId, String[]::new),
            Rows.column(planned, PlannedAttempt::body, String[]::new),
            Rows.column(planned, PlannedAttempt::slotClass, String[]::new),
            Rows.column(planned, PlannedAttempt::slots, Integer[]::new),
            Rows.time(now),
            Rows.column(planned, each -> each.lookup().text(), String[]::new)));
  }
}
