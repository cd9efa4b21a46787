package dev.backlot.domain.node;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Whether commits are sent to the database. It is shut while the standby that they wait for is
 * missing: each would wait without end, with its locks, its connection and a process of the server,
 * and what is read would soon find none free. Nothing that is refused here was stored anywhere.
 *
 * <p>Thread-safe: moved on one event loop, asked on all.
 */
public final class CommitGate {
  private final LongSupplier ticker;
  private volatile State state = new State(false, false, 0);

  /**
   * @param everShut whether {@code openedAt} means something
   */
  private record State(boolean shut, boolean everShut, long openedAt) {}

  /**
   * Open.
   *
   * @param ticker nanoseconds of a monotonic clock
   */
  public CommitGate(LongSupplier ticker) {
    this.ticker = ticker;
  }

  /**
   * @return whether that is a change
   */
  public boolean shut() {
    boolean changed = !state.shut();
    state = new State(true, true, 0);
    return changed;
  }

  /**
   * @return whether that is a change
   */
  public boolean open() {
    if (!state.shut()) {
      return false;
    }
    state = new State(false, true, ticker.getAsLong());
    return true;
  }

  public boolean isShut() {
    return state.shut();
  }

  /** It is shut, or was a moment ago: what depends on commits may still have to catch up. */
  public boolean wasShutWithin(Duration moment) {
    State now = state;
    return now.shut() || (now.everShut() && ticker.getAsLong() - now.openedAt() < moment.toNanos());
  }
}
