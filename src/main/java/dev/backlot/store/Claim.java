package dev.backlot.store;

import dev.backlot.domain.catalog.SlotClass;
import dev.backlot.domain.job.PlannedAttempt;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Dispatches;
import dev.backlot.port.Dispatches.Claimed;
import dev.backlot.port.Dispatches.Claiming;
import dev.backlot.port.Dispatches.Claims;
import dev.backlot.port.Dispatches.Pack;
import dev.backlot.port.Dispatches.Planner;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One claim: locks slots, lanes and their first jobs, asks the planner, and writes what it planned.
 * Used once.
 */
final class Claim {
  private static final Logger LOG = LoggerFactory.getLogger(Claim.class);
  private static final Duration PASSED_OVER = Duration.ofSeconds(1);

  /**
   * For those behind hundreds that wait for other accounts too. Long enough that thousands of them
   * are looked behind, pass by pass.
   */
  private static final Duration ASIDE = Duration.ofSeconds(10);

  /**
   * For a job that no account can carry: only a restart with another configuration changes that.
   * Long enough that thousands of them are all passed over before the first comes back.
   */
  private static final Duration STUCK = Duration.ofMinutes(1);

  private final NodeLease lease;
  private final String[] pools;
  private final List<String> accounts;
  private final List<Pack> shut;
  private final int limit;
  private final Planner planner;
  private final Instant now;
  private List<Claimed> claimed = List.of();
  private List<LaneKey> idle = List.of();
  private boolean cut;
  private boolean setAside;

  /** What the claim has locked. */
  record Locked(SlotReserve reserve, BlockedLanes.Unblocked lanes) {
    List<LaneHead> heads() {
      return lanes.heads();
    }
  }

  Claim(Claiming claiming, Instant now) {
    this.lease = claiming.lease();
    this.pools = claiming.pools().toArray(String[]::new);
    this.accounts = claiming.accounts();
    this.shut = claiming.shut();
    this.limit = Math.min(claiming.limit(), Dispatches.MAX_BATCH);
    this.planner = claiming.planner();
    this.now = now;
  }

  /** What was planned last; committed when the transaction was. */
  List<Claimed> claimed() {
    return claimed;
  }

  /** What an earlier try of the transaction has taken was rolled back with it. */
  void forget() {
    claimed = List.of();
    idle = List.of();
    cut = false;
    setAside = false;
  }

  /** To be asked once what it has written is committed: lanes without work are put to rest. */
  Claims committed(PgTransactions transactions) {
    return new Claims(claimed, rest(transactions).map(rested -> rested > 0 || isCut()));
  }

  /** Off the claim's own transaction: it must not be done while a claim holds slots. */
  private Future<Integer> rest(PgTransactions transactions) {
    return Lanes.rest(idle, transactions)
        .recover(
            failure -> {
              LOG.atWarn().setCause(failure).log("idle lanes could not be put to rest yet");
              return Future.succeededFuture(0);
            });
  }

  /**
   * Whether it took something, and others may have what it left: of a lane it could not look at all
   * the batches that may run, or there is room that the jobs it looked at may not have. Or it has
   * put jobs aside, and what stands behind them was not looked at yet.
   */
  private boolean isCut() {
    return setAside || (cut && !claimed.isEmpty());
  }

  /** Locks whatever slots of its accounts are free. */
  Future<Locked> lock(Statements transaction) {
    String[] accountIds = accounts.toArray(String[]::new);
    String[] shutAccounts = Rows.column(shut, Pack::account, String[]::new);
    String[] shutTypes = Rows.column(shut, Pack::type, String[]::new);
    return lock(
        transaction.execute(
            SlotSql.LOCK_FREE,
            Tuple.of(
                pools, accountIds, lease.node().value(), lease.epoch(), shutAccounts, shutTypes)),
        transaction.execute(
            ClaimSql.LOCK_HEADS, Tuple.of(pools, accountIds, limit, shutAccounts, shutTypes)),
        transaction);
  }

  /**
   * The same with slots that the transaction has locked already. It waits for nothing: lanes and
   * jobs that somebody else has locked are left out, as in any claim.
   */
  Future<Locked> lock(Collection<SlotChanges.Place> held, Statements transaction) {
    List<SlotChanges.Place> places = held.stream().filter(this::mayUse).toList();
    String[] accountIds = Rows.column(places, SlotChanges.Place::account, String[]::new);
    String[] classes = Rows.column(places, SlotChanges.Place::slotClass, String[]::new);
    return lock(
        transaction.execute(
            SlotSql.LOCK_FREE_PLACES,
            Tuple.of(pools, accountIds, lease.node().value(), lease.epoch(), classes)),
        transaction.execute(
            ClaimSql.LOCK_HEADS_OF_PLACES, Tuple.of(pools, accountIds, limit, classes)),
        transaction);
  }

  /** Whether it may take slots there. */
  boolean mayUse(SlotChanges.Place place) {
    String type = SlotClass.parse(place.slotClass()).pack();
    return accounts.contains(place.account()) && !shut.contains(new Pack(place.account(), type));
  }

  private Future<Locked> lock(
      Future<RowSet<Row>> slots, Future<RowSet<Row>> heads, Statements transaction) {
    return slots.compose(free -> heads.compose(found -> unblocked(free, found, transaction)));
  }

  private Future<Locked> unblocked(RowSet<Row> slots, RowSet<Row> heads, Statements transaction) {
    SlotReserve reserve = new SlotReserve(Reads.list(slots, OpenSlots::read), planner, now);
    return new BlockedLanes(reserve, limit)
        .unblock(Reads.list(heads, LaneHead::read), transaction)
        .map(left -> new Locked(reserve, left));
  }

  /**
   * Writes what the planner decides.
   *
   * @return the events of it, to be appended as the last thing
   */
  List<NewEvent> take(Locked locked, Statements transaction) {
    List<LaneHead> turns = new ClaimOrder(now).of(locked.heads(), limit);
    idle = locked.heads().stream().filter(LaneHead::isEmpty).map(LaneHead::lane).toList();
    List<LockedJob> jobs = turns.stream().map(LaneHead::locked).toList();
    ClaimPlan plan = ClaimPlan.make(locked.reserve().given(jobs), jobs, planner);
    List<ClaimPlan.Taken> taken = plan.taken();
    claimed = taken.stream().map(each -> each.job().claimed(each.plan())).toList();
    cut = plan.leavesRoom() || mostBatches(locked.heads()) >= ClaimSql.BATCHES;
    setAside = !locked.lanes().aside().isEmpty();
    passOver(locked.lanes().aside(), ASIDE, transaction);
    Map<Boolean, List<LockedJob>> passedOver =
        plan.passedOver().stream()
            .collect(Collectors.partitioningBy(job -> planner.mayPlanLater(job.queued())));
    passOver(passedOver.getOrDefault(true, List.of()), PASSED_OVER, transaction);
    passOver(passedOver.getOrDefault(false, List.of()), STUCK, transaction);
    if (!taken.isEmpty()) {
      submit(taken.stream().map(ClaimPlan.Taken::plan).toList(), transaction);
      new LaneCharges(turns).charge(taken, transaction);
      SlotChanges.take(taken.stream().map(ClaimPlan.Taken::plan).toList(), transaction);
    }
    return taken.stream().map(each -> each.job().submitting()).toList();
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

  private void submit(List<PlannedAttempt> planned, Statements transaction) {
    transaction.execute(
        DispatchSql.SUBMIT,
        Tuple.of(
            Rows.column(planned, each -> each.job().value(), UUID[]::new),
            lease.node().value(),
            lease.epoch(),
            Rows.time(now)));
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
