package dev.backlot.ops;

import dev.backlot.bus.Pass;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;

/** Runs the {@link Sampler}: at once, and then on a timer. */
public final class SamplerVerticle extends VerticleBase {
  private final Duration interval;
  private final Pass pass;

  public SamplerVerticle(Sampler sampler, Duration interval) {
    this.interval = interval;
    this.pass = new Pass("sample metrics", () -> sampler.runOnce().map(false));
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
