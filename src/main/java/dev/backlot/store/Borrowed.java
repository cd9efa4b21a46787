package dev.backlot.store;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A connection of the pool for as long as some work takes. One to a server that takes no writes is
 * not given back but ended: after a fail-over the next one is opened to whoever is the primary by
 * then, where a pool that keeps it would go on asking the old one.
 */
final class Borrowed {
  /** Ends the session from inside: the pool sees it go, and a role may always end its own. */
  private static final String END = "SELECT pg_terminate_backend(pg_backend_pid())";

  private Borrowed() {}

  static <T> Future<T> with(Pool pool, Function<SqlConnection, Future<T>> work) {
    return pool.getConnection()
        .compose(
            connection ->
                Future.succeededFuture(connection)
                    .compose(work)
                    .transform(
                        done ->
                            giveBack(connection, done.cause()).transform(given -> result(done))));
  }

  private static <T> Future<T> result(AsyncResult<T> done) {
    return done.succeeded()
        ? Future.succeededFuture(done.result())
        : Future.failedFuture(done.cause());
  }

  private static Future<Void> giveBack(SqlConnection connection, @Nullable Throwable failure) {
    return failure != null && PgErrors.isReadOnly(failure) ? end(connection) : connection.close();
  }

  /** Never given back, or the next request could be handed it: the pool drops what has closed. */
  private static Future<Void> end(SqlConnection connection) {
    return connection.query(END).execute().transform(ended -> Future.succeededFuture());
  }
}
