package dev.backlot.simulator;

import io.vertx.core.Vertx;

/**
 * One timer, for what must happen on time although nobody looks: callbacks. It goes by real time,
 * so it may ring early on a clock that stands still, and is then set anew. Event loop only.
 */
final class Alarm {
  private static final long LONGEST = 60_000;

  private final Vertx vertx;
  private final SimulatorClock clock;
  private final Runnable ring;
  private long due = Long.MAX_VALUE;
  private long timer = -1;

  Alarm(Vertx vertx, SimulatorClock clock, Runnable ring) {
    this.vertx = vertx;
    this.clock = clock;
    this.ring = ring;
  }

  /**
   * @param at milliseconds of the simulator's clock; does nothing when it rings by then anyway
   */
  void set(long at) {
    if (due <= at) {
      return;
    }
    vertx.cancelTimer(timer);
    due = at;
    long pause = Math.min(LONGEST, Math.max(1, at - clock.millis()));
    timer = vertx.setTimer(pause, fired -> rung());
  }

  private void rung() {
    due = Long.MAX_VALUE;
    ring.run();
  }
}
