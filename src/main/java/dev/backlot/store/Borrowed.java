package dev.backlot.store;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.PgNotice;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import java.util.concurrent.atomic.AtomicBoolean;
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

  private static final String WARNING_CLASS = "01";

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

  /**
   * The same for work that commits. Refused at once while the gate is shut. And a commit may be
   * done here and not on the standby that it should wait for: PostgreSQL calls that a success, with
   * a warning, when somebody cancels the wait. We take it for unknown (promise P1).
   */
  static <T> Future<T> toWrite(Pool pool, Function<SqlConnection, Future<T>> work) {
    if (isShut(pool)) {
      return refused();
    }
    return pool instanceof BoundedPool bounded
        ? bounded.writes().enter().compose(turn -> inTurn(bounded, work))
        : written(pool, work);
  }

  private static <T> Future<T> inTurn(BoundedPool pool, Function<SqlConnection, Future<T>> work) {
    return Future.succeededFuture(pool)
        .compose(ours -> written(ours, work))
        .onComplete(done -> pool.writes().leave());
  }

  private static <T> Future<T> written(Pool pool, Function<SqlConnection, Future<T>> work) {
    return with(pool, connection -> isShut(pool) ? refused() : onBoth(connection, work));
  }

  /** Nothing is committed now. */
  static boolean isShut(Pool pool) {
    return pool instanceof BoundedPool bounded && bounded.gate().isShut();
  }

  private static <T> Future<T> refused() {
    return Future.failedFuture(
        new BacklotException(
            ErrorCode.STORE_UNAVAILABLE, "Nothing can be stored safely now; try again soon"));
  }

  private static <T> Future<T> onBoth(
      SqlConnection connection, Function<SqlConnection, Future<T>> work) {
    AtomicBoolean warned = new AtomicBoolean();
    PgConnection.cast(connection)
        .noticeHandler(notice -> warned.compareAndSet(false, isWarning(notice)));
    return Future.succeededFuture(connection)
        .compose(work)
        .compose(
            done ->
                warned.get()
                    ? Future.failedFuture(PgErrors.onlyHere())
                    : Future.succeededFuture(done));
  }

  /**
   * No statement of ours raises any; the one of a wait that was cancelled has no code of its own.
   */
  private static boolean isWarning(PgNotice notice) {
    return notice.getCode().startsWith(WARNING_CLASS);
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
