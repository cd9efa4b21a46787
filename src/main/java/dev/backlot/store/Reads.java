package dev.backlot.store;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Single statements outside a transaction. */
final class Reads {
  private Reads() {}

  static <T> Future<List<T>> list(Pool pool, String sql, Tuple arguments, Function<Row, T> mapper) {
    return execute(pool, sql, arguments)
        .map(rows -> list(rows, mapper))
        .recover(failure -> Future.failedFuture(PgErrors.ofRead(failure)));
  }

  /** The rows that a statement has written. */
  static <T> Future<List<T>> written(
      Pool pool, String sql, Tuple arguments, Function<Row, T> mapper) {
    return Borrowed.toWrite(pool, connection -> connection.preparedQuery(sql).execute(arguments))
        .map(rows -> list(rows, mapper))
        .recover(failure -> Future.failedFuture(PgErrors.translate(failure)));
  }

  /** How many rows the statement has written. */
  static Future<Integer> count(Pool pool, String sql, Tuple arguments) {
    return Borrowed.toWrite(pool, connection -> connection.preparedQuery(sql).execute(arguments))
        .map(rows -> rows.rowCount())
        .recover(failure -> Future.failedFuture(PgErrors.translate(failure)));
  }

  /** The failure is the database's own. */
  static Future<RowSet<Row>> execute(Pool pool, String sql, Tuple arguments) {
    return Borrowed.with(pool, connection -> connection.preparedQuery(sql).execute(arguments));
  }

  static <T> List<T> list(Iterable<Row> rows, Function<Row, T> mapper) {
    List<T> list = new ArrayList<>();
    rows.forEach(row -> list.add(mapper.apply(row)));
    return list;
  }
}
