package dev.backlot.store;

import dev.backlot.domain.bill.BillRow;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.BillLooks;
import dev.backlot.port.BillingExports.Unreadable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import io.vertx.sqlclient.data.Numeric;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Two round trips for each page of the export, and for each batch that is compared. */
public final class PgBillLooks implements BillLooks {
  private final Vertx vertx;
  private final Pool pool;
  private final int mostCalls;
  private final PgTransactions transactions;

  public PgBillLooks(Vertx vertx, Pool pool, RandomGenerator random) {
    this(vertx, pool, MAX_CALLS, random);
  }

  /**
   * @param mostCalls in place of {@link #MAX_CALLS}
   */
  PgBillLooks(Vertx vertx, Pool pool, int mostCalls, RandomGenerator random) {
    this.vertx = vertx;
    this.pool = pool;
    this.mostCalls = mostCalls;
    this.transactions = new PgTransactions(vertx, pool, random);
  }

  @Override
  public Future<Instant> installedAt() {
    return Reads.list(
            pool, BillSql.INSTALLED_AT, Tuple.tuple(), row -> Rows.instant(row, "created_at"))
        .map(times -> times.get(0));
  }

  @Override
  public Future<Optional<Look>> next(NodeLease lease, String account, Span span, Instant now) {
    return transactions.inOneFlight(
        transaction -> {
          transaction.execute(BillSql.OPEN_DAYS, Tuple.of(account, span.from(), span.to()));
          return transaction
              .execute(
                  BillSql.NEXT,
                  Rows.arguments(
                      account,
                      lease.node().value(),
                      lease.epoch(),
                      span.to(),
                      Rows.time(span.lookedBefore()),
                      Rows.time(span.stale()),
                      Rows.time(now)))
              .map(rows -> Reads.list(rows, PgBillLooks::look).stream().findFirst());
        });
  }

  private static Look look(Row row) {
    return new Look(
        row.getString("account_id"),
        row.getLocalDate("day"),
        row.getInteger("look"),
        Phase.valueOf(row.getString("phase").toUpperCase(Locale.ROOT)),
        row.getString("cursor"),
        Rows.instant(row, "begun_at"));
  }

  @Override
  public Future<Boolean> keep(
      NodeLease lease, List<BillRow> rows, List<Unreadable> unreadable, Look next, Instant now) {
    return whileHeld(
        lease,
        next,
        transaction -> {
          transaction.execute(
              BillSql.KEEP_ROWS,
              Rows.arguments(
                  next.account(),
                  Rows.column(rows, BillRow::taskId, String[]::new),
                  Rows.column(rows, BillRow::key, String[]::new),
                  Rows.column(rows, row -> Rows.time(row.at()), OffsetDateTime[]::new),
                  Rows.column(rows, row -> row.asset().text(), String[]::new),
                  Rows.column(rows, row -> Rows.numeric(row.amount()), Numeric[]::new),
                  Rows.column(rows, BillRow::call, String[]::new)));
          transaction.execute(
              BillSql.LIST_UNREADABLE,
              Tuple.of(
                  next.account(),
                  next.day(),
                  Rows.column(unreadable, Unreadable::taskId, String[]::new),
                  Rows.column(unreadable, Unreadable::key, String[]::new),
                  Rows.time(now)));
          transaction.execute(
              BillSql.MOVE_ON,
              Tuple.of(
                  next.account(),
                  next.day(),
                  next.phase().name().toLowerCase(Locale.ROOT),
                  next.cursor()));
        });
  }

  @Override
  public Future<Void> drop(NodeLease lease, Look look) {
    return whileHeld(
            lease,
            look,
            transaction ->
                transaction.execute(
                    BillSql.DROP, Tuple.of(look.account(), look.day(), look.number())))
        .mapEmpty();
  }

  @Override
  public Future<Boolean> openBooks(NodeLease lease, Look look) {
    return whileHeld(
        lease,
        look,
        transaction ->
            transaction.execute(BillSql.FORGET_LISTED, Tuple.of(look.account(), look.day())));
  }

  @Override
  public Future<List<UUID>> attempts(
      String account, Instant from, Instant until, @Nullable UUID after, int limit) {
    return Reads.list(
        pool,
        BillSql.ATTEMPTS,
        Rows.arguments(account, first(from), first(until), after, limit),
        row -> row.getUUID("id"));
  }

  /** No id that was made then or later sorts before it: they begin with their time. */
  static UUID first(Instant at) {
    return new UUID(at.toEpochMilli() << Short.SIZE, 0);
  }

  @Override
  public Future<List<Unowned>> unowned(Look look, String after, int limit) {
    return Reads.list(
        pool,
        BillSql.UNOWNED,
        Tuple.of(look.account(), look.day(), after, limit),
        row -> new Unowned(row.getString("id"), row.getBoolean("fresh")));
  }

  @Override
  public Future<List<Maker>> makers(
      String account, List<String> tasks, Instant from, Instant until) {
    return Reads.list(
        pool,
        BillSql.MAKERS,
        Tuple.of(account, tasks.toArray(String[]::new), first(from), first(until)),
        row -> new Maker(row.getUUID("id"), row.getString("task_id")));
  }

  @Override
  public Future<Boolean> compareAttempts(
      NodeLease lease, Look look, List<UUID> attempts, Instant listedBy, Instant now) {
    Tuple which = Tuple.of(look.account(), attempts.toArray(UUID[]::new), look.day());
    return compare(lease, look, BillMatchSql.OF_ATTEMPTS, which, listedBy, now);
  }

  @Override
  public Future<Boolean> compareOthers(
      NodeLease lease, Look look, List<String> tasks, Instant listedBy, Instant now) {
    Tuple which = Tuple.of(look.account(), tasks.toArray(String[]::new), look.day());
    return compare(lease, look, BillMatchSql.OF_OTHERS, which, listedBy, now);
  }

  /** Behind the lock, so that whoever compares the same tasks sees what was booked before. */
  private Future<Boolean> compare(
      NodeLease lease, Look look, String sql, Tuple which, Instant listedBy, Instant now) {
    return transactions.inTwoFlights(
        transaction -> {
          Future<Boolean> held = hold(transaction, lease, look);
          Future<List<BillVerdict>> verdicts =
              transaction
                  .execute(sql, which)
                  .map(rows -> Reads.list(rows, row -> BillVerdict.of(row, listedBy)));
          return Future.all(held, verdicts)
              .map(both -> held.result() ? Optional.of(verdicts.result()) : Optional.empty());
        },
        (Optional<List<BillVerdict>> verdicts, Statements transaction) -> {
          verdicts.ifPresent(new BillBooking(look, transaction, now)::write);
          return Future.succeededFuture(verdicts.isPresent());
        });
  }

  @Override
  public Future<Boolean> compareCalls(NodeLease lease, Look look, CallSpan span, Instant now) {
    return new CallComparison(
            vertx, pool, mostCalls, look, now, write -> whileHeld(lease, look, write))
        .run(span);
  }

  @Override
  public Future<Boolean> finish(
      NodeLease lease, Look look, boolean isComplete, boolean isLast, Instant now) {
    return whileHeld(
        lease,
        look,
        transaction -> {
          transaction.execute(BillSql.SUM_UP, Tuple.of(look.account(), look.day()));
          transaction.execute(
              BillSql.FINISH,
              Tuple.of(look.account(), look.day(), isComplete, isLast, Rows.time(now)));
        });
  }

  private Future<Boolean> whileHeld(NodeLease lease, Look look, Consumer<Statements> write) {
    return transactions.inTwoFlights(
        transaction -> hold(transaction, lease, look),
        (held, transaction) -> {
          if (held) {
            write.accept(transaction);
          }
          return Future.succeededFuture(held);
        });
  }

  private static Future<Boolean> hold(Statements transaction, NodeLease lease, Look look) {
    return transaction
        .execute(
            BillSql.HOLD,
            Tuple.of(
                look.account(), lease.node().value(), lease.epoch(), look.day(), look.number()))
        .map(rows -> rows.size() > 0);
  }
}
