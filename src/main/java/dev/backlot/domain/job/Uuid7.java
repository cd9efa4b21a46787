package dev.backlot.domain.job;

import java.time.InstantSource;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * Makes UUID version 7 (RFC 9562, section 5.7), strictly increasing within one instance: ids of one
 * node sort by creation, so index inserts stay at the right edge of the B-tree. Thread-safe.
 */
public final class Uuid7 {
  private static final long VERSION = 0x7000L;
  private static final long VARIANT = 0x8000_0000_0000_0000L;
  private static final int COUNTER_LIMIT = 1 << 12;

  private final InstantSource clock;
  private final RandomGenerator random;
  private long millis;
  private int counter;

  public Uuid7(InstantSource clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  /**
   * Never fails; when the clock steps back, or 4,096 ids fall in one millisecond, it borrows from
   * the future.
   */
  public UUID next() {
    long low = VARIANT | (random.nextLong() >>> 2);
    synchronized (this) {
      long now = clock.millis();
      if (now > millis) {
        millis = now;
        counter = random.nextInt(COUNTER_LIMIT / 2);
      } else if (++counter == COUNTER_LIMIT) {
        millis++;
        counter = 0;
      }
      return new UUID((millis << 16) | VERSION | counter, low);
    }
  }
}
