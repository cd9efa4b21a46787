package dev.backlot.membership;

import dev.backlot.bus.Pass;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/** Looks after the standby, on a timer. */
public final class StandbyVerticle extends VerticleBase {
  /**
   * Of the commits that are sent in this time some may hang; far fewer than there are connections.
   */
  private static final long LOOK_MILLIS = 500;

  private final StandbyWatch watch;

  public StandbyVerticle(StandbyWatch watch) {
    this.watch = watch;
  }

  @Override
  public Future<?> start() {
    Pass look = new Pass("look after the standby", () -> watch.look().map(false));
    vertx.setPeriodic(0, LOOK_MILLIS, id -> look.wake());
    return Future.succeededFuture();
  }
}
