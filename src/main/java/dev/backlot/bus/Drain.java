package dev.backlot.bus;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits, before a verticle stops, for the work that it has begun. */
public final class Drain {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final long LOOK_MILLIS = 20;

  private Drain() {}

  /**
   * To be called on the event loop of the work, after nothing starts any more.
   *
   * @return completes when the work is done, and after {@link #PATIENCE} also when it is not: what
   *     remains is found again by the next owner
   */
  public static Future<Void> until(Vertx vertx, BooleanSupplier idle) {
    if (idle.getAsBoolean()) {
      return Future.succeededFuture();
    }
    Promise<Void> done = Promise.promise();
    long giveUp = vertx.setTimer(PATIENCE.toMillis(), id -> done.tryComplete());
    long look =
        vertx.setPeriodic(
            LOOK_MILLIS,
            id -> {
              if (idle.getAsBoolean()) {
                done.tryComplete();
              }
            });
    return done.future()
        .onComplete(
            drained -> {
              vertx.cancelTimer(giveUp);
              vertx.cancelTimer(look);
            });
  }
}
