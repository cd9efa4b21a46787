package dev.backlot.ops;

/**
 * Where this process is in its life. Moves forward only. Thread-safe: moved by Main, asked by the
 * management port.
 */
public final class Lifecycle {
  /** In the order in which a process goes through them. */
  public enum Phase {
    STARTING,
    /** Everything is deployed. */
    RUNNING,
    /** Asked to stop: no new traffic, please; what is under way is finished. */
    DRAINING
  }

  private Phase phase = Phase.STARTING;

  public synchronized Phase phase() {
    return phase;
  }

  /** Does nothing when a drain has begun before the start was over. */
  public synchronized void started() {
    if (phase == Phase.STARTING) {
      phase = Phase.RUNNING;
    }
  }

  /** Turns readiness off; to be called before anything is stopped. */
  public synchronized void draining() {
    phase = Phase.DRAINING;
  }
}
