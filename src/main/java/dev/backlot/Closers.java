package dev.backlot;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What was started, to be stopped in reverse. A step that fails does not keep the others back. */
final class Closers {
  private static final Logger LOG = LoggerFactory.getLogger(Closers.class);

  private final Deque<Step> steps = new ArrayDeque<>();

  private record Step(String name, Runnable close) {}

  void add(String name, Runnable close) {
    steps.push(new Step(name, close));
  }

  void closeAll() {
    while (!steps.isEmpty()) {
      Step step = steps.pop();
      try {
        step.close().run();
        LOG.atDebug().addKeyValue("part", step.name()).log("stopped");
      } catch (RuntimeException failure) {
        LOG.atWarn().setCause(failure).addKeyValue("part", step.name()).log("did not stop cleanly");
      }
    }
  }
}
