package dev.backlot.fallback;

import dev.backlot.bus.Pass;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;

/** Looks at held jobs on a timer; {@link HeldJobs} does the work. */
public final class HeldJobsVerticle extends VerticleBase {
  private final Pass pass;
  private final Duration interval;

  public HeldJobsVerticle(HeldJobs duty, Duration interval) {
    this.pass = new Pass("held jobs", duty::runOnce);
    this.interval = interval;
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
