package dev.backlot.store;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.TimeoutException;

/**
 * How many connections of a pool may be committing at a time. Commits hang for some seconds before
 * a missing standby is noticed, and without a bound they would hold every connection until it is
 * back: what is read needs some that no commit can take.
 *
 * <p>Who comes first is let in first. Thread-safe; who had to wait goes on where it came from.
 */
final class WriteSlots {
  private final Vertx vertx;
  private final int maxWaiting;
  private final long waitMillis;
  private final ArrayDeque<Waiter> line = new ArrayDeque<>();
  private int free;

  private record Waiter(Context context, Promise<Void> turn) {}

  /**
   * @param most at a time
   * @param maxWaiting most that wait; one more fails at once
   * @param wait longest that one waits, at least a millisecond
   */
  WriteSlots(Vertx vertx, int most, int maxWaiting, Duration wait) {
    this.vertx = vertx;
    this.free = most;
    this.maxWaiting = maxWaiting;
    this.waitMillis = wait.toMillis();
  }

  /**
   * Completes when it is one's turn; {@link #leave} gives it on. Fails as the pool does: with
   * {@link TimeoutException}, or {@link ConnectionPoolTooBusyException} when too many wait.
   */
  Future<Void> enter() {
    Waiter waiter;
    synchronized (this) {
      if (free > 0) {
        free--;
        return Future.succeededFuture();
      }
      if (line.size() >= maxWaiting) {
        return Future.failedFuture(
            new ConnectionPoolTooBusyException("too many wait to write: " + maxWaiting));
      }
      waiter = new Waiter(vertx.getOrCreateContext(), Promise.promise());
      line.add(waiter);
    }
    return inTime(waiter);
  }

  private Future<Void> inTime(Waiter waiter) {
    long timer = vertx.setTimer(waitMillis, over -> giveUp(waiter));
    return waiter.turn().future().onComplete(settled -> vertx.cancelTimer(timer));
  }

  private void giveUp(Waiter waiter) {
    boolean stillWaits;
    synchronized (this) {
      stillWaits = line.remove(waiter);
    }
    if (stillWaits) {
      waiter.turn().fail(new TimeoutException("no turn to write in " + waitMillis + " ms"));
    }
  }

  void leave() {
    Waiter next;
    synchronized (this) {
      next = line.poll();
      if (next == null) {
        free++;
        return;
      }
    }
    next.context().runOnContext(turn -> next.turn().complete());
  }
}
