package dev.backlot.stream;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The wait for a client to take what was sent: while it catches up, and for the end of its stream.
 * One event loop only.
 */
public final class SlowReader {
  private final Duration patience;
  private @Nullable Instant since;
  private @Nullable Runnable ready;

  public SlowReader(Duration patience) {
    this.patience = patience;
  }

  /** Calls back once, when there is room. Replaces what was asked before. */
  public void await(Instant now, Runnable ready) {
    since = now;
    this.ready = ready;
  }

  /** From here on only the end is waited for. */
  public void awaitEnd(Instant now) {
    since = now;
    ready = null;
  }

  /** Nothing is waited for any more, and nobody called back. */
  void forget() {
    since = null;
    ready = null;
  }

  /** There is room again. */
  public void drained() {
    Runnable then = ready;
    if (then != null) {
      since = null;
      ready = null;
      then.run();
    }
  }

  public boolean isLate(Instant now) {
    return since != null && now.isAfter(since.plus(patience));
  }
}
