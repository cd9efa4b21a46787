package dev.backlot.store;

import dev.backlot.domain.catalog.LookupBy;
import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.JobState;
import dev.backlot.domain.job.PlannedAttempt;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Dispatches;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Claims jobs and records what became of their attempts: two round trips for each batch. */
public final class PgDispatches implements Dispatches {
  private static final Logger LOG = LoggerFactory.getLogger(PgDispatches.class);

  private final Vertx vertx;
  private final PgTransactions transactions;
  private final Pool pool;

  public PgDispatches(Vertx vertx, Pool pool, RandomGenerator random) {
    this.vertx = vertx;
    this.transactions = new PgTransactions(vertx, pool, random);
    this.pool = pool;
  }

  @Override
  public Future<Claims> claim(
      NodeLease lease,
      List<String> pools,
      List<String> accounts,
      List<Pack> shut,
      int limit,
      Planner planner,
      Instant now) {
    Claim claim = new Claim(new Claiming(lease, pools, accounts, shut, limit, planner), now);
    return transactions
        .<Claim.Locked, Void>inTwoFlights(
            claim::lock,
            (locked, transaction) -> {
              NewEvent.append(transaction, claim.take(locked, transaction), now);
              return Future.succeededFuture();
            })
        .recover(failure -> undo(claim, failure, now))
        .map(committed -> claim.committed(transactions));
  }

  @Override
  public Future<Integer> ripen(int limit, Instant now) {
    return transactions.inTwoFlights(
        transaction ->
            transaction
                .execute(DispatchSql.LOCK_RIPE, Tuple.of(Rows.time(now), limit))
                .map(rows -> Reads.list(rows, Ripe::read)),
        (ripe, transaction) -> {
          if (!ripe.isEmpty()) {
            UUID[] ids = Rows.column(ripe, Ripe::job, UUID[]::new);
            transaction.execute(DispatchSql.RIPEN, Tuple.of((Object) ids));
            Lanes.due(ripe.stream().map(Ripe::lane).toList(), transaction);
          }
          return Future.succeededFuture(ripe.size());
        });
  }

  @Override
  public Future<Integer> expire(int limit, Instant now) {
    return transactions.inTwoFlights(
        transaction ->
            transaction
                .execute(WaitingSql.LOCK_EXPIRED, Tuple.of(Rows.time(now), limit))
                .map(rows -> Reads.list(rows, WaitingJob::read)),
        (late, transaction) -> {
          WaitingMoves.write(late, job -> JobMove.to(JobState.EXPIRED), transaction, now);
          return Future.succeededFuture(late.size());
        });
  }

  private record Ripe(UUID job, LaneKey lane) {
    static Ripe read(Row row) {
      LaneKey lane =
          LaneKey.of(
              row.getString("pool_id"),
              row.getString("slot_class"),
              Rows.tenant(row, "tenant_id"),
              row.getUUID("batch_id"));
      return new Ripe(row.getUUID("id"), lane);
    }
  }

  /**
   * Takes back what may have been committed of a claim.
   *
   * @return fails with the given failure, in the end
   */
  <T> Future<T> undo(Claim claim, Throwable failure, Instant now) {
    if (!PgErrors.isInDoubt(failure)) {
      return Future.failedFuture(failure);
    }
    return new ClaimUndo(vertx, transactions, facts -> record(facts, now))
        .undo(claim.claimed())
        .onFailure(
            undoing ->
                LOG.atWarn()
                    .setCause(undoing)
                    .addKeyValue("attempts", claim.claimed().size())
                    .log("a claim in doubt could not be undone; its attempts will be resolved"))
        .transform(undone -> Future.failedFuture(failure));
  }

  @Override
  public Future<List<Fact>> record(List<Fact> facts, Instant now) {
    // A fact in a plainer form would be another fact: an acceptance without its task id is none.
    Isolation<Fact> isolation =
        new Isolation<>(Fact::ref, fact -> Optional.empty(), batch -> recordOnce(batch, now));
    return Batch.store(facts, Fact::ref, isolation::store);
  }

  private Future<List<Fact>> recordOnce(List<Fact> facts, Instant now) {
    List<AttemptRef> refs = facts.stream().map(Fact::ref).toList();
    return transactions.inTwoFlights(
        transaction -> OpenAttempt.lock(transaction, refs),
        (open, transaction) -> {
          Batch<Fact> decided = Batch.decide(facts, Fact::ref, open, FactChanges::decide);
          keepLateTaskIds(decided.late(), transaction);
          new Changes(decided.changes(), transaction, now).write();
          return Future.succeededFuture(decided.applied());
        });
  }

  private static void keepLateTaskIds(List<Fact> late, Statements transaction) {
    List<Fact.Accepted> accepted =
        late.stream()
            .filter(Fact.Accepted.class::isInstance)
            .map(Fact.Accepted.class::cast)
            .toList();
    if (accepted.isEmpty()) {
      return;
    }
    transaction.execute(
        DispatchSql.KEEP_TASK_ID,
        Tuple.of(
            Rows.column(accepted, each -> each.ref().id().value(), UUID[]::new),
            (Object) Rows.column(accepted, Fact.Accepted::taskId, String[]::new)));
  }

  @Override
  public Future<List<Unresolved>> unresolved(NodeLease lease, Instant claimedBefore, int limit) {
    return Reads.list(
        pool,
        DispatchSql.UNRESOLVED,
        Tuple.of(lease.node().value(), lease.epoch(), Rows.time(claimedBefore), limit),
        PgDispatches::unresolved);
  }

  private static Unresolved unresolved(Row row) {
    AttemptRef ref = Rows.attemptRef(row);
    PlannedAttempt plan =
        new PlannedAttempt(
            ref.id(),
            ref.job(),
            ref.account(),
            row.getString("dialect"),
            ref.path(),
            LookupBy.parse(row.getString("lookup")),
            ref.externalId(),
            row.getString("body"),
            row.getString("slot_class"),
            row.getInteger("slots"));
    return new Unresolved(
        ref,
        plan,
        Rows.instant(row, "first_sent_at"),
        Rows.instant(row, "last_sent_at"),
        row.getInteger("sends"),
        row.getInteger("attempts"));
  }

  @Override
  public Future<Integer> probeCeilings(Instant before, Instant now) {
    return Reads.count(pool, SlotSql.PROBE, Tuple.of(Rows.time(before), Rows.time(now)));
  }

  @Override
  public Future<Void> configureSlots(List<SlotLimit> limits, Instant now) {
    return Reads.count(
            pool,
            SlotSql.CONFIGURE,
            Tuple.of(
                Rows.column(limits, SlotLimit::pool, String[]::new),
                Rows.column(limits, SlotLimit::account, String[]::new),
                Rows.column(limits, SlotLimit::slotClass, String[]::new),
                Rows.column(limits, SlotLimit::limit, Integer[]::new),
                Rows.time(now)))
        .mapEmpty();
  }

  @Override
  public Future<List<SlotUse>> slotUse() {
    return Reads.list(pool, SlotSql.USE, Tuple.tuple(), PgDispatches::slotUse);
  }

  private static SlotUse slotUse(Row row) {
    return new SlotUse(
        row.getString("account_id"),
        row.getString("slot_class"),
        row.getInteger("in_flight"),
        row.getInteger("ceiling"),
        row.getInteger("max_slots"),
        Rows.instantOrNull(row, "learnt_at"));
  }
}
