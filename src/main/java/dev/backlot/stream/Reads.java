package dev.backlot.stream;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.function.Supplier;

/**
 * Lets few reads of the database run at once, so that a crowd that reconnects does not push
 * everybody else out of the pool. The others wait in order; of a socket there is at most one, and
 * the look-up of one credential; of a bridge and of the bus as many as they have commands. One
 * event loop only.
 */
final class Reads {
  private final int atOnce;
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
  private int running;

  /** Those that end at once, as all do that the pool refuses, are not nested in one another. */
  private boolean beginning;

  Reads(int atOnce) {
    this.atOnce = atOnce;
  }

  <T> Future<T> run(Supplier<Future<T>> read) {
    if (running < atOnce) {
      return start(read);
    }
    Promise<T> result = Promise.promise();
    waiting.add(() -> start(read).onComplete(result));
    return result.future();
  }

  private <T> Future<T> start(Supplier<Future<T>> read) {
    running++;
    return read.get().onComplete(done -> next());
  }

  private void next() {
    running--;
    if (beginning) {
      return;
    }
    beginning = true;
    try {
      while (running < atOnce && !waiting.isEmpty()) {
        waiting.remove().run();
      }
    } finally {
      beginning = false;
    }
  }
}
