package dev.backlot.system;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/**
 * Waits for something that another process will do; it sends us no signal that we could wait on.
 */
public final class Eventually {
  private static final Duration LOOK = Duration.ofMillis(50);

  private Eventually() {}

  public static void until(String what, Duration limit, Callable<Boolean> condition) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!holds(condition)) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("not within " + limit + ": " + what);
      }
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }

  private static boolean holds(Callable<Boolean> condition) {
    try {
      return condition.call();
    } catch (AssertionError failure) {
      throw failure;
    } catch (Exception notYet) {
      return false;
    }
  }
}
