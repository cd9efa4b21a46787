package dev.backlot.store;

import dev.backlot.port.PriceBooks;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.List;

/** Two round trips, and only when a catalog is loaded or replaced. */
public final class PgPriceBooks implements PriceBooks {
  private final Pool pool;

  public PgPriceBooks(Pool pool) {
    this.pool = pool;
  }

  @Override
  public Future<Boolean> keep(String version, String text, Instant now) {
    return Reads.count(pool, PriceBookSql.KEEP, Tuple.of(version, text, Rows.time(now)))
        .compose(
            kept ->
                Reads.list(
                    pool, PriceBookSql.CONTENT, Tuple.of(version), row -> row.getString("content")))
        .map(List.of(text)::equals);
  }
}
