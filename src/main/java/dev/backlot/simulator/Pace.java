package dev.backlot.simulator;

/** How many requests a second are taken (reference, section 15). Event loop only. */
final class Pace {
  private static final long SECOND = 1_000;

  private final int perSecond;
  private long second;
  private int taken;

  /**
   * @param perSecond 0 for no bound
   */
  Pace(int perSecond) {
    this.perSecond = perSecond;
  }

  /**
   * Counts one, or throws a {@link Refusal}.
   *
   * @param now milliseconds of the simulator's clock
   */
  void take(long now) {
    if (perSecond == 0) {
      return;
    }
    if (now / SECOND != second) {
      second = now / SECOND;
      taken = 0;
    }
    if (++taken > perSecond) {
      throw new Refusal(KlingError.TOO_MANY_REQUESTS);
    }
  }
}
