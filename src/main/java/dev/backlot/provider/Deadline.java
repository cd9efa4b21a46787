package dev.backlot.provider;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One time limit for a whole call and all its requests: waiting for a connection, connecting,
 * headers and body. Confined to the event loop of the call.
 */
final class Deadline {
  private final Vertx vertx;
  private final long timer;
  private final List<Runnable> watchers = new ArrayList<>(1);
  private boolean passed;

  private Deadline(Vertx vertx, Duration limit) {
    this.vertx = vertx;
    this.timer = vertx.setTimer(limit.toMillis(), fired -> pass());
  }

  static Deadline in(Vertx vertx, Duration limit) {
    return new Deadline(vertx, limit);
  }

  boolean hasPassed() {
    return passed;
  }

  /** Runs the watcher when the limit passes, or has passed; never once it was cancelled. */
  void watch(Runnable watcher) {
    if (passed) {
      watcher.run();
      return;
    }
    watchers.add(watcher);
  }

  void cancel() {
    vertx.cancelTimer(timer);
    watchers.clear();
  }

  private void pass() {
    passed = true;
    // A watcher may end the call, which cancels this deadline and clears the list.
    List.copyOf(watchers).forEach(Runnable::run);
    watchers.clear();
  }
}
