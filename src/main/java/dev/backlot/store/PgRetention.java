package dev.backlot.store;

import dev.backlot.port.Retention;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** One transaction for each batch, of one statement but for lanes. */
public final class PgRetention implements Retention {
  private final PgTransactions transactions;

  public PgRetention(Vertx vertx, Pool pool, RandomGenerator random) {
    this.transactions = new PgTransactions(vertx, pool, random);
  }

  @Override
  public Future<Integer> remove(Kind kind, Instant before, int limit) {
    Tuple arguments = Tuple.of(Rows.time(before), limit);
    if (kind == Kind.BATCH_LANES) {
      return removeLanes(arguments);
    }
    return transactions.inOneFlight(
        transaction -> transaction.execute(sql(kind), arguments).map(rows -> rows.rowCount()));
  }

  /**
   * Whoever queues a job of a batch that has none at work repeats it, and locks the batch first: so
   * once it is locked here, what is still unused stays so. Of lanes in use none is locked, and what
   * somebody else has locked is passed over.
   */
  private Future<Integer> removeLanes(Tuple arguments) {
    return transactions.inTwoFlights(
        transaction ->
            transaction
                .execute(sql(Kind.BATCH_LANES), arguments)
                .map(rows -> Reads.list(rows, row -> row.getUUID("id"))),
        (batches, transaction) ->
            batches.isEmpty()
                ? Future.succeededFuture(0)
                : transaction
                    .execute(
                        RetentionSql.LANES_OF_BATCHES,
                        Tuple.of((Object) batches.toArray(UUID[]::new)))
                    .map(rows -> rows.rowCount()));
  }

  private static String sql(Kind kind) {
    return switch (kind) {
      case IDEMPOTENCY_KEYS -> RetentionSql.IDEMPOTENCY_KEYS;
      case STREAM_TOKENS -> RetentionSql.STREAM_TOKENS;
      case EVENTS -> RetentionSql.EVENTS;
      case ALERTS -> RetentionSql.ALERTS;
      case NODES -> RetentionSql.NODES;
      case INPUTS -> RetentionSql.INPUTS;
      case BATCH_LANES -> RetentionSql.ENDED_BATCHES;
      case WEBHOOK_DELIVERIES -> RetentionSql.WEBHOOK_DELIVERIES;
      case JOB_WEBHOOKS -> RetentionSql.JOB_WEBHOOKS;
      case IDLE_WEBHOOK_ADDRESSES -> RetentionSql.IDLE_WEBHOOK_ADDRESSES;
      case WEBHOOK_ENDPOINTS -> RetentionSql.WEBHOOK_ENDPOINTS;
      case BILL_ROWS -> RetentionSql.BILL_ROWS;
      case BILL_ITEMS -> RetentionSql.BILL_ITEMS;
      case CALL_ANSWERS -> RetentionSql.CALL_ANSWERS;
    };
  }
}
