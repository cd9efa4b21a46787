package dev.backlot.domain.call;

import java.util.Set;
import java.util.UUID;

/** Whoever waits for the answer to a call. Called on the event loop that asked for it. */
public interface Waiter {
  /**
   * It is in the books from now on; or it is in the place of one that is there already.
   *
   * @param id which it is
   */
  void opened(CallId id);

  /** Nobody waits any more, and no repeat has come in its place. */
  boolean isGone();

  /** Calls that are the same, for which clients of this node wait: it knows of them. */
  Set<UUID> beside();

  /** Of a caller that has a key of its own, or repeats nothing. */
  static Waiter alone() {
    return new Waiter() {
      @Override
      public void opened(CallId id) {}

      @Override
      public boolean isGone() {
        return false;
      }

      @Override
      public Set<UUID> beside() {
        return Set.of();
      }
    };
  }
}
