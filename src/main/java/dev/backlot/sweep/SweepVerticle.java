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

  /** One for each account, so that none waits for another's answers. */
  private final List<Pass> follows = new ArrayList<>();

  private final List<Pass> sweeps = new ArrayList<>();

  public SweepVerticle(
      Follower follower, Sweeper sweeper, List<String> accounts, SweepConfig config) {
    this.config = config;
    for (String account : accounts) {
      follows.add(new Pass("follow strays of " + account, () -> follower.runOnce(account)));
      sweeps.add(new Pass("sweep " + account, () -> sweeper.runOnce(account)));
    }
  }

  @Override
  public Future<?> start() {
    for (Pass follow : follows) {
      vertx.setPeriodic(0, config.follow().toMillis(), tick -> follow.wake());
    }
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
    follows.forEach(Pass::stop);
    sweeps.forEach(Pass::stop);
    return Drain.until(vertx, () -> follows.stream().noneMatch(Pass::isRunning));
  }
}
