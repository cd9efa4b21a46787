package dev.backlot.store;

import dev.backlot.port.Writability;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;

/**
 * Asks the server on whatever connection of the pool is free: a session may have a mode of its own.
 */
public final class PgWritability implements Writability {
  private final Pool pool;

  public PgWritability(Pool pool) {
    this.pool = pool;
  }

  @Override
  public Future<Boolean> isWritable() {
    return Reads.list(
            pool, DurabilitySql.WRITABLE, Tuple.tuple(), row -> row.getBoolean("writable"))
        .map(rows -> rows.get(0));
  }
}
