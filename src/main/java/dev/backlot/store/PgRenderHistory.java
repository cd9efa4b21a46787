package dev.backlot.store;

import dev.backlot.domain.render.RenderTimes;
import dev.backlot.port.RenderHistory;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** Render times in PostgreSQL. Its rows are locked in the order of their levels. */
public final class PgRenderHistory implements RenderHistory {
  private final PgTransactions transactions;
  private final Pool pool;

  public PgRenderHistory(Vertx vertx, Pool pool, RandomGenerator random) {
    this.transactions = new PgTransactions(vertx, pool, random);
    this.pool = pool;
  }

  @Override
  public Future<Map<String, double[]>> load() {
    return Reads.execute(pool, RenderSql.LOAD, Tuple.of(RenderTimes.MAX_LEVELS))
        .map(
            rows -> {
              Map<String, double[]> weights = new LinkedHashMap<>();
              rows.forEach(row -> weights.put(row.getString("level"), weights(row)));
              return weights;
            })
        .recover(failure -> Future.failedFuture(PgErrors.ofRead(failure)));
  }

  @Override
  public Future<Void> add(Map<String, double[]> news, Instant now) {
    return transactions.inOneFlight(
        transaction -> {
          new TreeMap<>(news)
              .forEach(
                  (level, weights) ->
                      transaction.execute(
                          RenderSql.ADD,
                          Tuple.of(level, boxed(weights), Rows.time(now), RenderTimes.MOST)));
          return transaction.execute(RenderSql.FORGET, Tuple.of(RenderTimes.MAX_LEVELS)).mapEmpty();
        });
  }

  private static double[] weights(Row row) {
    return Arrays.stream(row.getArrayOfDoubles("weights")).mapToDouble(each -> each).toArray();
  }

  private static Double[] boxed(double[] weights) {
    return Arrays.stream(weights).boxed().toArray(Double[]::new);
  }
}
