package dev.backlot.store;

import dev.backlot.domain.BacklotException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Runs functions in transactions (READ COMMITTED). A deadlock or serialization failure runs the
 * whole function again, at most {@value #MAX_REPEATS} times, with full jitter.
 *
 * <p>Every failure is a {@link BacklotException}: {@code STORE_UNAVAILABLE} and {@code OVERLOADED}
 * when surely nothing was stored, {@code OUTCOME_UNKNOWN} when the connection was lost after the
 * commit was sent.
 */
final class PgTransactions {
  static final int MAX_REPEATS = 5;
  private static final int JITTER_MILLIS = 10;

  private final Vertx vertx;
  private final Pool pool;
  private final RandomGenerator random;

  PgTransactions(Vertx vertx, Pool pool, RandomGenerator random) {
    this.vertx = vertx;
    this.pool = pool;
    this.random = random;
  }

  /**
   * The commit is sent right behind the statements that {@code work} has issued when it returns:
   * one round trip for all. So {@code work} must not issue statements later, and cannot undo the
   * transaction by failing after an answer.
   */
  <T> Future<T> inOneFlight(Function<Statements, Future<T>> work) {
    return run(work, true, 0);
  }

  /**
   * The commit is sent when the future of {@code work} has succeeded; its failure rolls back. For
   * work that needs an answer before it can issue the next statement.
   */
  <T> Future<T> stepwise(Function<Statements, Future<T>> work) {
    return run(work, false, 0);
  }

  private <T> Future<T> run(Function<Statements, Future<T>> work, boolean oneFlight, int repeats) {
    return pool.getConnection()
        .compose(connection -> once(connection, work, oneFlight))
        .recover(
            failure ->
                PgErrors.isRepeatable(failure) && repeats < MAX_REPEATS
                    ? pause(repeats).compose(waited -> run(work, oneFlight, repeats + 1))
                    : Future.failedFuture(PgErrors.translate(failure)));
  }

  private static <T> Future<T> once(
      SqlConnection connection, Function<Statements, Future<T>> work, boolean oneFlight) {
    PgTransaction transaction = new PgTransaction(connection);
    return (oneFlight ? transaction.inOneFlight(work) : transaction.stepwise(work))
        .eventually(connection::close);
  }

  private Future<Void> pause(int repeats) {
    return vertx.timer(1 + random.nextInt(JITTER_MILLIS << repeats)).mapEmpty();
  }
}
