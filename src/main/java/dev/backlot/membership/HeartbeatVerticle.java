package dev.backlot.membership;

import dev.backlot.bus.Pass;
import dev.backlot.config.NodeConfig;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.concurrent.TimeUnit;

/** Beats the heart and looks for orphaned jobs, each on its own timer. */
public final class HeartbeatVerticle extends VerticleBase {
  private static final long LEAVE_SECONDS = 5;

  private final Heartbeat heartbeat;
  private final NodeConfig config;
  private final Pass takeOver;

  public HeartbeatVerticle(Heartbeat heartbeat, NodeConfig config) {
    this.heartbeat = heartbeat;
    this.config = config;
    this.takeOver = new Pass("take-over", heartbeat::takeOver);
  }

  @Override
  public Future<?> start() {
    Pass beat = new Pass("heartbeat", () -> heartbeat.beat().map(false));
    return heartbeat
        .register()
        .onSuccess(
            joined -> {
              vertx.setPeriodic(config.heartbeat().toMillis(), id -> beat.wake());
              vertx.setPeriodic(0, config.heartbeat().toMillis(), id -> takeOver.wake());
            });
  }

  /**
   * Takes nothing over any more: it would have to be taken over once more soon. Called from any
   * thread.
   */
  public void endTakeOver() {
    context.runOnContext(here -> takeOver.stop());
  }

  /**
   * Leaves as the last of the verticles that own jobs: nobody waits for the lease to run out. When
   * the database does not answer in time, somebody does.
   */
  @Override
  public Future<?> stop() {
    return heartbeat.leave().timeout(LEAVE_SECONDS, TimeUnit.SECONDS);
  }
}
