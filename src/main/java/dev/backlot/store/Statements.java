package dev.backlot.store;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;

/**
 * The statements of one transaction, on one connection, in the order in which they were issued. A
 * statement may be issued before the one before it has answered: they are then sent together. The
 * failure of any statement undoes the transaction, also when nobody looks at its future.
 */
interface Statements {
  /**
   * @param sql a constant; prepared once per connection
   */
  Future<RowSet<Row>> execute(String sql, Tuple arguments);

  default Future<RowSet<Row>> execute(String sql) {
    return execute(sql, Tuple.tuple());
  }
}
