package dev.backlot.store;

import dev.backlot.domain.BacklotException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Runs functions in transactions (READ COMMITTED). A deadlock or serialization failure runs the
 * whole function again, at most {@value #MAX_REPEATS} times, with full jitter.
 *
 * <p>Every failure is a {@link BacklotException}: {@code STORE_UNAVAILABLE} and {@code OVERLOADED}
 * when surely nothing was stored, {@code OUTCOME_UNKNOWN} when the connection was lost after the
 * commit was sent, or the standby may not have what was committed.
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
    return run(transaction -> transaction.inOneFlight(work), 0);
  }

  /**
   * Two round trips: what {@code read} issued is answered, then {@code write} decides on it and
   * issues the rest, with the commit right behind as in {@link #inOneFlight}. A failure of the
   * first flight rolls back.
   */
  <A, T> Future<T> inTwoFlights(
      Function<Statements, Future<A>> read, BiFunction<A, Statements, Future<T>> write) {
    return run(transaction -> transaction.inTwoFlights(read, write), 0);
  }

  private <T> Future<T> run(Function<PgTransaction, Future<T>> way, int repeats) {
    return Borrowed.toWrite(pool, connection -> way.apply(new PgTransaction(connection)))
        .recover(
            failure ->
                PgErrors.isRepeatable(failure) && repeats < MAX_REPEATS
                    ? pause(repeats).compose(waited -> run(way, repeats + 1))
                    : Future.failedFuture(PgErrors.translate(failure)));
  }

  private Future<Void> pause(int repeats) {
    return vertx.timer(1 + random.nextInt(JITTER_MILLIS << repeats)).mapEmpty();
  }
}
