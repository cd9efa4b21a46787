package dev.backlot.sweep;

import dev.backlot.bus.Addresses;
import dev.backlot.bus.Bus;
import dev.backlot.bus.Drain;
import dev.backlot.bus.Pass;
import dev.backlot.config.SweepConfig;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks after strays on timers and on hints; {@link Follower}, {@link HintedStrays} and {@link
 * Sweeper} do the work.
 */
public final class SweepVerticle extends VerticleBase {
  /** Hints at one task within it are one question. */
  private static final long HINTS_MILLIS = 1_000;

  private final SweepConfig config;
  private final HintedStrays hinted;
  private final Bus bus;
  private final Pass hints;

  /** One for each account, so that none waits for another's answers. */
  private final List<Pass> follows = new ArrayList<>();

  private final List<Pass> sweeps = new ArrayList<>();

  public SweepVerticle(
      Follower follower,
      HintedStrays hinted,
      Sweeper sweeper,
      List<String> accounts,
      SweepConfig config,
      Bus bus) {
    this.config = config;
    this.hinted = hinted;
    this.bus = bus;
    this.hints = new Pass("ask for hinted strays", hinted::runOnce);
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
    vertx.setPeriodic(HINTS_MILLIS, tick -> hints.wake());
    return bus.subscribe(Addresses.TASKS_HINTED, hint -> hinted.hint(hint.attempts()));
  }

  /**
   * What is not closed when we stop is closed by the next node that asks. A sweep is not waited
   * for: it has no end to lose.
   */
  @Override
  public Future<?> stop() {
    hints.stop();
    follows.forEach(Pass::stop);
    sweeps.forEach(Pass::stop);
    return Drain.until(
        vertx, () -> !hints.isRunning() && follows.stream().noneMatch(Pass::isRunning));
  }
}
