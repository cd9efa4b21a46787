package dev.backlot.membership;

import dev.backlot.bus.Pass;
import dev.backlot.config.NodeConfig;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/** Beats the heart and looks for orphaned jobs, each on its own timer. */
public final class HeartbeatVerticle extends VerticleBase {
  private final Heartbeat heartbeat;
  private final NodeConfig config;

  public HeartbeatVerticle(Heartbeat heartbeat, NodeConfig config) {
    this.heartbeat = heartbeat;
    this.config = config;
  }

  @Override
  public Future<?> start() {
    Pass beat = new Pass("heartbeat", () -> heartbeat.beat().map(false));
    Pass takeOver = new Pass("take-over", () -> heartbeat.takeOver().map(false));
    return heartbeat
        .register()
        .onSuccess(
            joined -> {
              vertx.setPeriodic(config.heartbeat().toMillis(), id -> beat.wake());
              vertx.setPeriodic(0, config.heartbeat().toMillis(), id -> takeOver.wake());
            });
  }

  /** Leaves as the last of the verticles that own jobs: nobody waits for the lease to run out. */
  @Override
  public Future<?> stop() {
    return heartbeat.leave();
  }
}
