package dev.backlot;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CancellationException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was started, to be stopped in reverse, within one deadline over all: whoever told this
 * process to stop kills it after a grace, and the lease would then have to run out.
 *
 * <p>A part that drains gets at most half of the time that is left, so that none takes it all. What
 * must be done whatever hung before, such as giving the lease back, has time of its own, which the
 * others do not get. A part whose time is over is left to itself, and one that fails does not keep
 * the others back.
 *
 * <p>Thread-safe: the order to stop may come while parts are still being started.
 */
final class Closers {
  /** Until {@link #within} says otherwise, for what has no settings. */
  private static final Duration DEFAULT = Duration.ofSeconds(60);

  private static final Logger LOG = LoggerFactory.getLogger(Closers.class);

  private final LongSupplier ticker;
  private final Deque<Step> steps = new ArrayDeque<>();

  private boolean refusing;
  private Duration limit = DEFAULT;
  private long kept;
  private @Nullable Long orderedAt;

  /**
   * @param kept nanoseconds of its own; 0 for a part that drains
   */
  private record Step(String name, long kept, Runnable close) {}

  Closers() {
    this(System::nanoTime);
  }

  /**
   * @param ticker nanoseconds of a monotonic clock
   */
  Closers(LongSupplier ticker) {
    this.ticker = ticker;
  }

  /**
   * @param all for the whole stop, from the order to it
   */
  synchronized void within(Duration all) {
    limit = all;
  }

  /**
   * Notes how a part is stopped that may have something to drain.
   *
   * @param close blocking; runs on a thread of its own
   * @throws CancellationException when nothing may be started any more; the part is closed with all
   *     others
   */
  void add(String name, Runnable close) {
    add(name, Duration.ZERO, close);
  }

  /**
   * The same for a part that shall have its time even when others before it have hung.
   *
   * @param own how long it may take
   */
  synchronized void add(String name, Duration own, Runnable close) {
    steps.push(new Step(name, own.toNanos(), close));
    kept += own.toNanos();
    if (refusing) {
      throw new CancellationException("stopped while starting");
    }
  }

  /** Ends a start under way at its next step. The time for the stop runs from now on. */
  synchronized void refuse() {
    refusing = true;
    ordered();
  }

  private long ordered() {
    Long at = orderedAt == null ? Long.valueOf(ticker.getAsLong()) : orderedAt;
    orderedAt = at;
    return at;
  }

  /** Stops everything; returns when it is done, or its time is over. Blocking. */
  void closeAll() {
    for (Step step = next(); step != null; step = next()) {
      close(step, timeFor(step));
    }
  }

  private synchronized @Nullable Step next() {
    Step step = steps.poll();
    kept -= step == null ? 0 : step.kept();
    return step;
  }

  private synchronized long timeFor(Step step) {
    long left = ordered() + limit.toNanos() - ticker.getAsLong();
    return Math.max(0, step.kept() > 0 ? Math.min(step.kept(), left) : (left - kept) / 2);
  }

  /** On another thread, because some parts have no way to be given up. */
  private static void close(Step step, long nanos) {
    Thread closer = new Thread(() -> run(step), "stop " + step.name());
    closer.setDaemon(true);
    closer.start();
    try {
      // A join of 0 would have no end.
      closer.join(Math.max(1, Duration.ofNanos(nanos).toMillis()));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    if (closer.isAlive()) {
      LOG.atWarn()
          .addKeyValue("part", step.name())
          .addKeyValue("millis", Duration.ofNanos(nanos).toMillis())
          .log("did not stop in time; what it has not finished is found again by its next owner");
    }
  }

  private static void run(Step step) {
    try {
      step.close().run();
      LOG.atDebug().addKeyValue("part", step.name()).log("stopped");
    } catch (RuntimeException failure) {
      LOG.atWarn().setCause(failure).addKeyValue("part", step.name()).log("did not stop cleanly");
    }
  }
}
