package dev.backlot.drill;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what other processes and event loops do, and not for ever. Never on an event loop. */
final class Patience {
  private static final Duration LOOK = Duration.ofMillis(50);

  /** Starting a server and closing one are what takes longest; both take seconds. */
  private static final Duration ANSWER = Duration.ofMinutes(1);

  private final Duration limit;

  Patience(Duration limit) {
    this.limit = limit;
  }

  /**
   * @throws IllegalStateException when it is not so within the limit
   */
  void until(String what, BooleanSupplier condition) {
    if (!isWithin(condition)) {
      throw new IllegalStateException("not within " + limit.toSeconds() + " s: " + what);
    }
  }

  /** Whether it came to be so within the limit. */
  boolean isWithin(BooleanSupplier condition) {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        return false;
      }
      LockSupport.parkNanos(LOOK.toNanos());
    }
    return true;
  }

  /**
   * @throws IllegalStateException when it fails, and when there is no answer within a minute
   */
  static <T> T answer(String what, Future<T> future) {
    Future<T> explained =
        future.recover(
            failure -> Future.failedFuture(new IllegalStateException(what + " failed", failure)));
    try {
      return explained.await(ANSWER.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException late) {
      throw new IllegalStateException(what + " took longer than " + ANSWER.toSeconds() + " s");
    }
  }

  static void pause(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
