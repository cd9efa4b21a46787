package dev.backlot.ops;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.LongSupplier;

/**
 * How long a slot of this node stays empty: from the commit that has freed it to the write of the
 * next create. Slots are taken to be filled in the order in which they became free, so the figure
 * means something while work is queued for all of them; one that nobody has filled for {@link
 * #FORGOTTEN} was wanted by nobody. May be told from several event loops.
 */
public final class Refill {
  static final Duration FORGOTTEN = Duration.ofSeconds(10);

  /** Free slots that are remembered; the filling of any more is not timed. */
  static final int REMEMBERED = 1_000;

  private final Timer timer;
  private final LongSupplier ticker;
  private final BlockingQueue<Long> freed = new ArrayBlockingQueue<>(REMEMBERED);

  /**
   * @param ticker nanoseconds of a monotonic clock
   */
  public Refill(MeterRegistry registry, LongSupplier ticker) {
    this.ticker = ticker;
    this.timer =
        Timer.builder("backlot.dispatch.refill")
            .description("From the commit that frees a slot to the write of the next create")
            .register(registry);
  }

  /** Attempts have ended, and that is committed. */
  void freed(int attempts) {
    long now = ticker.getAsLong();
    for (int i = 0; i < attempts; i++) {
      freed.offer(now);
    }
  }

  /** A create is written in this moment. */
  void filled() {
    long now = ticker.getAsLong();
    Long since = freed.poll();
    while (since != null && now - since > FORGOTTEN.toNanos()) {
      since = freed.poll();
    }
    if (since != null) {
      timer.record(Duration.ofNanos(now - since));
    }
  }
}
