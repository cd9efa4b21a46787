package dev.backlot.domain.node;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Whether this process may still act for the jobs it owns. The deadline counts from the ticker
 * value read <em>before</em> the heartbeat statement was sent, so it always ends no later than the
 * lease that the database sees. Asked right before each socket write of a create (promise P2).
 *
 * <p>Thread-safe: renewed on one event loop, asked on others.
 */
public final class NodeLease {
  private final NodeId node;
  private final long durationNanos;
  private final LongSupplier ticker;
  private volatile State state;

  private record State(long epoch, long deadline, boolean held) {}

  /**
   * @param duration how long the database honours a heartbeat
   * @param ticker nanoseconds of a monotonic clock
   */
  public NodeLease(NodeId node, Duration duration, LongSupplier ticker) {
    this.node = node;
    this.durationNanos = duration.toNanos();
    this.ticker = ticker;
    this.state = new State(0, 0, false);
  }

  public NodeId node() {
    return node;
  }

  /** How long the database honours a heartbeat. */
  public Duration duration() {
    return Duration.ofNanos(durationNanos);
  }

  /** The epoch of the last successful registration; 0 before the first. */
  public long epoch() {
    return state.epoch();
  }

  /** To be read before a heartbeat statement is sent, and handed to {@link #renewed}. */
  public long tick() {
    return ticker.getAsLong();
  }

  /** The database has accepted a heartbeat that was sent after {@code sentAt}. */
  public void renewed(long epoch, long sentAt) {
    state = new State(epoch, sentAt + durationNanos, true);
  }

  /** The database has refused a heartbeat: whatever we owned may belong to somebody else. */
  public void lost() {
    state = new State(state.epoch(), 0, false);
  }

  /** The database has registered us anew, and it is only to leave again: there is no permit. */
  public void registeredToLeave(long epoch) {
    state = new State(epoch, 0, false);
  }

  public boolean isHeld() {
    return isHeld(state);
  }

  /**
   * Whether this very lease is still held. One that was lost and won again is another: what was
   * owned under the first may have had another owner since. To be taken before the work is claimed,
   * and asked before each thing that only its owner may do.
   */
  public BooleanSupplier permit() {
    long epoch = state.epoch();
    return () -> {
      State now = state;
      return now.epoch() == epoch && isHeld(now);
    };
  }

  private boolean isHeld(State now) {
    return now.held() && ticker.getAsLong() - now.deadline() < 0;
  }
}
