package dev.backlot.store;

import dev.backlot.port.Retention;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.random.RandomGenerator;

/** One transaction of one statement for each batch. */
public final class PgRetention implements Retention {
  private final PgTransactions transactions;

  public PgRetention(Vertx vertx, Pool pool, RandomGenerator random) {
    this.transactions = new PgTransactions(vertx, pool, random);
  }

  @Override
  public Future<Integer> remove(Kind kind, Instant before, int limit) {
    Tuple arguments = Tuple.of(Rows.time(before), limit);
    return transactions.inOneFlight(
        transaction -> transaction.execute(sql(kind), arguments).map(rows -> rows.rowCount()));
  }

  private static String sql(Kind kind) {
    return switch (kind) {
      case IDEMPOTENCY_KEYS -> RetentionSql.IDEMPOTENCY_KEYS;
      case STREAM_TOKENS -> RetentionSql.STREAM_TOKENS;
      case EVENTS -> RetentionSql.EVENTS;
      case ALERTS -> RetentionSql.ALERTS;
      case NODES -> RetentionSql.NODES;
      case INPUTS -> RetentionSql.INPUTS;
    };
  }
}
