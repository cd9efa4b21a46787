package dev.backlot.store;

import dev.backlot.port.Strays;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Detached attempts and orphans: two round trips for each batch of ends. */
public final class PgStrays implements Strays {
  private final PgTransactions transactions;
  private final Pool pool;

  public PgStrays(Vertx vertx, Pool pool, RandomGenerator random) {
    this.transactions = new PgTransactions(vertx, pool, random);
    this.pool = pool;
  }

  @Override
  public Future<List<Stray>> open(String account, @Nullable Stray after, int limit) {
    Tuple page =
        after == null
            ? Tuple.of(account, null, null, limit)
            : Tuple.of(account, after.dialect(), after.id(), limit);
    return Reads.list(pool, StraySql.OPEN, page, PgStrays::stray);
  }

  @Override
  public Future<List<Stray>> detached(Collection<UUID> attempts) {
    UUID[] ids = attempts.toArray(UUID[]::new);
    return Reads.list(pool, StraySql.DETACHED, Tuple.of((Object) ids), PgStrays::stray);
  }

  @Override
  public Future<List<Count>> counts() {
    return Reads.list(
        pool,
        StraySql.COUNTS,
        Tuple.tuple(),
        row -> new Count(row.getString("kind"), row.getString("state"), row.getLong("strays")));
  }

  private static Stray stray(Row row) {
    return new Stray(
        Kind.valueOf(row.getString("kind")),
        row.getUUID("id"),
        row.getString("account_id"),
        row.getString("dialect"),
        row.getString("path"),
        row.getString("task_id"),
        Rows.instant(row, "since"));
  }

  @Override
  public Future<List<End>> close(List<End> ends, Instant now) {
    if (ends.isEmpty()) {
      return Future.succeededFuture(ends);
    }
    Map<UUID, End> byId = new HashMap<>();
    ends.forEach(end -> byId.put(end.stray().id(), end));
    return transactions.inTwoFlights(
        transaction -> lock(transaction, ends),
        (rows, transaction) -> {
          StrayEnds closed = new StrayEnds(byId, rows, transaction, now);
          closed.write();
          return Future.succeededFuture(closed.ends());
        });
  }

  private static Future<List<Row>> lock(Statements transaction, List<End> ends) {
    Future<RowSet<Row>> detached =
        transaction.execute(StraySql.LOCK_DETACHED, Tuple.of(ids(ends, Kind.DETACHED)));
    Future<RowSet<Row>> orphans =
        transaction.execute(StraySql.LOCK_ORPHANS, Tuple.of(ids(ends, Kind.ORPHAN)));
    return Future.all(detached, orphans)
        .map(
            locked -> {
              List<Row> rows = new ArrayList<>();
              detached.result().forEach(rows::add);
              orphans.result().forEach(rows::add);
              return rows;
            });
  }

  private static Object ids(List<End> ends, Kind kind) {
    return ends.stream()
        .filter(end -> end.stray().kind() == kind)
        .map(end -> end.stray().id())
        .toArray(UUID[]::new);
  }
}
