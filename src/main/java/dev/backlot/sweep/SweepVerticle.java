package dev.backlot.sweep;

import dev.backlot.bus.Drain;
import dev.backlot.bus.Pass;
import dev.backlot.config.SweepConfig;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.ArrayList;
import java.util.List;

/** Looks after strays on timers; {@link Follower} and {@link Sweeper} do the work. */
public final class SweepVerticle extends VerticleBase {
  private final SweepConfig config;
  private final Pass follow;

  /** One for each account, so that none waits for another's lists. */
  private final List<Pass> sweeps = new ArrayList<>();

  public SweepVerticle(
      Follower follower, Sweeper sweeper, List<String> accounts, SweepConfig config) {
    this.config = config;
    this.follow = new Pass("follow strays", follower::runOnce);
    for (String account : accounts) {
      sweeps.add(new Pass("sweep " + account, () -> sweeper.runOnce(account)));
    }
  }

  @Override
  public Future<?> start() {
    vertx.setPeriodic(0, config.follow().toMillis(), tick -> follow.wake());
    for (Pass sweep : sweeps) {
      vertx.setPeriodic(0, config.interval().toMillis(), tick -> sweep.wake());
    }
    return Future.succeededFuture();
  }

  /**
   * What is not closed when we stop is closed by the next node that asks. A sweep is not waited
   * for: it has no end to lose.
   */
  @Override
  public Future<?> stop() {
    follow.stop();
    sweeps.forEach(Pass::stop);
    return Drain.until(vertx, () -> !follow.isRunning());
  }
}
