package dev.backlot.blocked;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * When the whole process stood still: its machine had other things to do, or a collection stopped
 * all threads. Of that nobody is guilty. Thread-safe; remembers the last thousand.
 */
final class Pauses {
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

  /** Later than that a look is only when nothing ran. */
  private static final long NOTICED = Duration.ofMillis(100).toNanos();

  private static final int KEPT = 1_000;

  private final LongSupplier ticker;
  private final Deque<Pause> pauses = new ArrayDeque<>();
  private long lastLook;

  private record Pause(long from, long to) {
    long within(long begin, long end) {
      return Math.max(0, Math.min(to, end) - Math.max(from, begin));
    }
  }

  /**
   * @param ticker nanoseconds of a monotonic clock
   */
  Pauses(LongSupplier ticker) {
    this.ticker = ticker;
    this.lastLook = ticker.getAsLong();
  }

  /** Looks from here on, on a thread of its own. */
  static Pauses watch() {
    Pauses pauses = new Pauses(System::nanoTime);
    Thread looks = new Thread(pauses::lookForEver, "pauses");
    looks.setDaemon(true);
    looks.start();
    return pauses;
  }

  private void lookForEver() {
    while (true) {
      LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
      look();
    }
  }

  synchronized void look() {
    long now = ticker.getAsLong();
    if (now - lastLook > NOTICED) {
      pauses.addLast(new Pause(lastLook, now));
    }
    if (pauses.size() > KEPT) {
      pauses.removeFirst();
    }
    lastLook = now;
  }

  /** How much of the time until now was a pause. */
  synchronized Duration within(Duration last) {
    look();
    long end = lastLook;
    long begin = end - last.toNanos();
    return Duration.ofNanos(pauses.stream().mapToLong(each -> each.within(begin, end)).sum());
  }
}
