package dev.backlot.domain.job;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Full-jitter back-off: a pause drawn evenly between zero and a ceiling that doubles with every
 * failure (Brooker, "Exponential Backoff And Jitter", 2015). Never a fixed pause, so that nodes
 * that failed together do not come back together.
 */
public final class Backoff {
  private static final int MAX_DOUBLINGS = 30;

  private final Duration base;
  private final Duration cap;
  private final RandomGenerator random;

  /**
   * @param base ceiling of the first pause
   * @param cap ceiling of every later one
   */
  public Backoff(Duration base, Duration cap, RandomGenerator random) {
    this.base = base;
    this.cap = cap;
    this.random = random;
  }

  /**
   * @param failures how many in a row, from 1
   * @return at least 1 ms, at most the cap
   */
  public Duration pause(int failures) {
    int doublings = Math.min(Math.max(failures - 1, 0), MAX_DOUBLINGS);
    long ceiling = Math.min(cap.toMillis(), base.toMillis() << doublings);
    return Duration.ofMillis(1 + random.nextLong(Math.max(1, ceiling)));
  }
}
