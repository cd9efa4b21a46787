package dev.backlot;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was started, to be stopped in reverse. A step that fails does not keep the others back.
 * Thread-safe: the order to stop may come while parts are still being started.
 */
final class Closers {
  private static final Logger LOG = LoggerFactory.getLogger(Closers.class);

  private final Deque<Step> steps = new ArrayDeque<>();

  private boolean refusing;

  private record Step(String name, Runnable close) {}

  /**
   * @throws CancellationException when nothing may be started any more; the part is closed with all
   *     others
   */
  synchronized void add(String name, Runnable close) {
    steps.push(new Step(name, close));
    if (refusing) {
      throw new CancellationException("stopped while starting");
    }
  }

  /** Ends a start under way at its next step. */
  synchronized void refuse() {
    refusing = true;
  }

  private synchronized @Nullable Step next() {
    return steps.poll();
  }

  void closeAll() {
    for (Step step = next(); step != null; step = next()) {
      try {
        step.close().run();
        LOG.atDebug().addKeyValue("part", step.name()).log("stopped");
      } catch (RuntimeException failure) {
        LOG.atWarn().setCause(failure).addKeyValue("part", step.name()).log("did not stop cleanly");
      }
    }
  }
}
