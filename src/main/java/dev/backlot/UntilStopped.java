package dev.backlot;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A program from its start until the process is told to stop. The order may come at any time: one
 * that comes during the start ends it at its next step, and what was started is stopped again.
 */
final class UntilStopped {
  /** For the step of the start that is under way, such as the first start of PostgreSQL. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Closers closers = new Closers();
  private final CountDownLatch startOver = new CountDownLatch(1);

  private UntilStopped() {}

  /**
   * @param start starts the program on the calling thread, and notes how it is stopped
   * @return the exit code, only when the start was stopped
   */
  static int run(Consumer<Closers> start) {
    UntilStopped program = new UntilStopped();
    Runtime.getRuntime().addShutdownHook(new Thread(program::stop, "shutdown"));
    return program.start(start);
  }

  private int start(Consumer<Closers> start) {
    try {
      start.accept(closers);
    } catch (CancellationException stopped) {
      return 0;
    } finally {
      startOver.countDown();
    }
    return waitForEver();
  }

  /** The hook stops everything before the process ends; the main thread only waits. */
  private static int waitForEver() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    return 0;
  }

  private void stop() {
    closers.refuse();
    try {
      if (!startOver.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        System.err.println("The start hangs; what it has started so far is stopped.");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    closers.closeAll();
  }
}
