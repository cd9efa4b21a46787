package dev.backlot.drill;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what other processes do, by looking again and again, and not for ever. */
final class Patience {
  private static final Duration LOOK = Duration.ofMillis(50);

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

  static void pause(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
