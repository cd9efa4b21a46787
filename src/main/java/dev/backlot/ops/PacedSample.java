package dev.backlot.ops;

import io.vertx.core.Future;
import java.util.function.LongSupplier;

/**
 * A sample that may become dear, because it counts rows: whatever it costs, it is taken for at most
 * a {@value #SHARE}th of the time, and its gauges are older instead. Confined to one event loop.
 */
final class PacedSample implements Sample {
  private static final int SHARE = 20;

  private final Sample sample;
  private final LongSupplier ticker;
  private final DutyCycle cycle = new DutyCycle(SHARE);

  /**
   * @param ticker nanoseconds of a monotonic clock
   */
  PacedSample(Sample sample, LongSupplier ticker) {
    this.sample = sample;
    this.ticker = ticker;
  }

  @Override
  public Future<?> take() {
    long begun = ticker.getAsLong();
    return cycle.isResting(begun)
        ? Future.succeededFuture()
        : sample.take().onComplete(taken -> cycle.worked(begun, ticker.getAsLong()));
  }
}
