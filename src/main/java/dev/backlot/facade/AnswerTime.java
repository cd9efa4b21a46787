package dev.backlot.facade;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The time in which a request is answered, however long our books take: that of our own work, not
 * that in which its body arrives. What is under way when it has passed goes on. One instance per
 * request, confined to its event loop.
 */
final class AnswerTime {
  private final Vertx vertx;
  private final InstantSource clock;
  private final LongSupplier ticker;
  private final long all;
  private long spent;

  /**
   * @param within all of it
   * @param ticker nanoseconds of a monotonic clock
   */
  AnswerTime(Vertx vertx, Duration within, InstantSource clock, LongSupplier ticker) {
    this.vertx = vertx;
    this.clock = clock;
    this.ticker = ticker;
    this.all = within.toNanos();
  }

  /** When its time would have begun, had its body been there at once. */
  Instant begin() {
    return clock.instant().minusNanos(spent);
  }

  /**
   * The outcome of this work. Fails with {@code tooLate} when the time passes first; {@code work}
   * may be anywhere then.
   */
  <T> Future<T> bound(Future<T> work, Supplier<? extends RuntimeException> tooLate) {
    if (work.isComplete()) {
      return work;
    }
    long begun = ticker.getAsLong();
    Promise<T> answer = Promise.promise();
    long timer =
        vertx.setTimer(
            Math.max(1, Duration.ofNanos(all - spent).toMillis()),
            passed -> answer.tryFail(tooLate.get()));
    work.onComplete(
        done -> {
          vertx.cancelTimer(timer);
          spent += ticker.getAsLong() - begun;
          if (done.succeeded()) {
            answer.tryComplete(done.result());
          } else {
            answer.tryFail(done.cause());
          }
        });
    return answer.future();
  }
}
