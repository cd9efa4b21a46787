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
  private boolean resting;
  private long until;

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
    resting = resting && until - begun > 0;
    return resting ? Future.succeededFuture() : sample.take().onComplete(taken -> rest(begun));
  }

  private void rest(long begun) {
    long ended = ticker.getAsLong();
    resting = true;
    until = ended + (SHARE - 1) * (ended - begun);
  }
}
