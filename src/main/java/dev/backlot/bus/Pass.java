package dev.backlot.bus;

import io.vertx.core.Future;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one piece of work at a time, however often it is asked for: a wake-up during a pass asks for
 * exactly one more. Confined to one event loop.
 */
public final class Pass {
  private static final Logger LOG = LoggerFactory.getLogger(Pass.class);

  private final String name;
  private final Supplier<Future<Boolean>> work;

  /** Without a success between them. */
  private int failures;

  private boolean running;
  private boolean wanted;
  private boolean stopped;

  /**
   * @param name for logs
   * @param work one pass; answers whether another one is worth while at once
   */
  public Pass(String name, Supplier<Future<Boolean>> work) {
    this.name = name;
    this.work = work;
  }

  public void wake() {
    wanted = true;
    if (running || stopped) {
      return;
    }
    running = true;
    wanted = false;
    start()
        .onFailure(this::failed)
        .onSuccess(done -> worked())
        .onComplete(
            done -> {
              running = false;
              if (wanted || (done.succeeded() && done.result())) {
                wake();
              }
            });
  }

  /**
   * Told the first time, and then ever more rarely: through an outage a dozen passes fail four
   * times a second each, and what else is in the log would not be found.
   */
  private void failed(Throwable failure) {
    failures++;
    if (Integer.bitCount(failures) == 1) {
      LOG.atWarn()
          .setCause(failure)
          .addKeyValue("pass", name)
          .addKeyValue("failures", failures)
          .log("a pass failed");
    }
  }

  private void worked() {
    if (failures > 0) {
      LOG.atInfo()
          .addKeyValue("pass", name)
          .addKeyValue("failures", failures)
          .log("a pass works again");
      failures = 0;
    }
  }

  /** What throws at once fails like what fails later, or no pass would ever start again. */
  private Future<Boolean> start() {
    try {
      return work.get();
    } catch (RuntimeException failure) {
      return Future.failedFuture(failure);
    }
  }

  /** No pass starts any more. */
  public void stop() {
    stopped = true;
  }

  public boolean isRunning() {
    return running;
  }
}
