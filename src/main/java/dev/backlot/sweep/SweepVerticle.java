package dev.backlot.sweep;

import dev.backlot.bus.Drain;
import dev.backlot.bus.Pass;
import dev.backlot.config.SweepConfig;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/** Looks after strays on timers; {@link Follower} does the work. */
public final class SweepVerticle extends VerticleBase {
  private final Pass follow;
  private final SweepConfig config;

  public SweepVerticle(Follower follower, SweepConfig config) {
    this.follow = new Pass("follow strays", follower::runOnce);
    this.config = config;
  }

  @Override
  public Future<?> start() {
    vertx.setPeriodic(0, config.follow().toMillis(), tick -> follow.wake());
    return Future.succeededFuture();
  }

  /** What is not closed when we stop is closed by the next node that asks. */
  @Override
  public Future<?> stop() {
    follow.stop();
    return Drain.until(vertx, () -> !follow.isRunning());
  }
}
