package dev.backlot.store;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One transaction on one connection. Used on one context, once. */
final class PgTransaction implements Statements {
  /**
   * Every statement of ours finds its rows by an index. A plan that was made while a table was
   * small would join it by reading all of it, and the server keeps such a plan until the next
   * ANALYZE, a minute or more in which a busy start fills the table. So no plan gets better by
   * knowing the arguments, and planning anew for each costs more than most statements.
   */
  private static final String BEGIN =
      """
      BEGIN;
      SET LOCAL enable_seqscan = off;
      SET LOCAL enable_hashjoin = off;
      SET LOCAL enable_mergejoin = off;
      SET LOCAL plan_cache_mode = force_generic_plan""";

  private final SqlConnection connection;
  private @Nullable Throwable firstFailure;

  PgTransaction(SqlConnection connection) {
    this.connection = connection;
  }

  @Override
  public Future<RowSet<Row>> execute(String sql, Tuple arguments) {
    return connection.preparedQuery(sql).execute(arguments).onFailure(this::failed);
  }

  <T> Future<T> inOneFlight(Function<Statements, Future<T>> work) {
    control(BEGIN);
    return withCommit(work);
  }

  <A, T> Future<T> inTwoFlights(
      Function<Statements, Future<A>> read, BiFunction<A, Statements, Future<T>> write) {
    control(BEGIN);
    Future<A> found = apply(read);
    return found.transform(
        answered ->
            answered.failed() || firstFailure != null
                ? rolledBack(found.mapEmpty())
                : withCommit(transaction -> write.apply(answered.result(), transaction)));
  }

  private <T> Future<T> withCommit(Function<Statements, Future<T>> work) {
    Future<T> result = apply(work);
    // PostgreSQL turns the commit of a failed transaction into a rollback; what only failed here
    // must be undone in so many words.
    String end = firstFailure == null ? "COMMIT" : "ROLLBACK";
    Future<?> committed = connection.query(end).execute();
    return result.transform(
        answered ->
            committed.transform(
                ended -> {
                  if (firstFailure != null && PgErrors.isConnectionLoss(firstFailure)) {
                    return Future.failedFuture(PgErrors.outcomeUnknown(firstFailure));
                  }
                  return settled(result, ended.cause());
                }));
  }

  private <T> Future<T> settled(Future<T> result, @Nullable Throwable commitFailure) {
    if (firstFailure != null) {
      return Future.failedFuture(firstFailure);
    }
    if (commitFailure == null) {
      return result;
    }
    return Future.failedFuture(
        PgErrors.isUnavailable(commitFailure)
            ? PgErrors.outcomeUnknown(commitFailure)
            : commitFailure);
  }

  private <T> Future<T> rolledBack(Future<T> result) {
    return connection
        .query("ROLLBACK")
        .execute()
        .transform(ended -> firstFailure == null ? result : Future.failedFuture(firstFailure));
  }

  private <T> Future<T> apply(Function<Statements, Future<T>> work) {
    try {
      return work.apply(this);
    } catch (RuntimeException failure) {
      failed(failure);
      return Future.failedFuture(failure);
    }
  }

  private void control(String sql) {
    connection.query(sql).execute().onFailure(this::failed);
  }

  /** A statement that cannot be prepared answers after those behind it, which only follow suit. */
  private void failed(Throwable failure) {
    if (firstFailure == null || PgErrors.isAftermath(firstFailure)) {
      firstFailure = failure;
    }
  }
}
