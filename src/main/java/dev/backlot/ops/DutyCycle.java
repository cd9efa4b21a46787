package dev.backlot.ops;

/**
 * Keeps work that becomes slower from taking more than a share of the time: after it has run, it
 * rests so many times as long. Confined to one event loop.
 */
final class DutyCycle {
  private final int share;
  private boolean resting;
  private long until;

  /**
   * @param share at most a share-th of the time is worked
   */
  DutyCycle(int share) {
    this.share = share;
  }

  /**
   * @param now nanoseconds of a monotonic clock, as in {@link #worked}
   */
  boolean isResting(long now) {
    resting = resting && until - now > 0;
    return resting;
  }

  void worked(long begun, long ended) {
    resting = true;
    until = ended + (share - 1) * (ended - begun);
  }
}
