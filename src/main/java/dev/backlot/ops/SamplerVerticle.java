package dev.backlot.ops;

import dev.backlot.bus.Pass;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Runs the {@link Sampler}: at once, and then on a timer. Some samples count rows, and cost as much
 * as there are: whatever that is, samples take at most a {@value #SHARE}th of the time, and gauges
 * are older instead.
 */
public final class SamplerVerticle extends VerticleBase {
  private static final int SHARE = 20;

  private final Sampler sampler;
  private final LongSupplier ticker;
  private final Duration interval;
  private final Pass pass;
  private final DutyCycle cycle = new DutyCycle(SHARE);

  /**
   * @param ticker nanoseconds of a monotonic clock
   */
  public SamplerVerticle(Sampler sampler, Duration interval, LongSupplier ticker) {
    this.sampler = sampler;
    this.ticker = ticker;
    this.interval = interval;
    this.pass = new Pass("sample metrics", this::sample);
  }

  private Future<Boolean> sample() {
    long begun = ticker.getAsLong();
    return cycle.isResting(begun)
        ? Future.succeededFuture(false)
        : sampler.runOnce().onComplete(done -> cycle.worked(begun, ticker.getAsLong())).map(false);
  }

  @Override
  public Future<?> start() {
    vertx.setPeriodic(0, interval.toMillis(), tick -> pass.wake());
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    pass.stop();
    return Future.succeededFuture();
  }
}
