package dev.backlot.retention;

import dev.backlot.bus.Pass;
import dev.backlot.config.RetentionConfig;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/** Removes what has expired on a timer; {@link RetentionDuty} does the work. */
public final class RetentionVerticle extends VerticleBase {
  private final Pass pass;
  private final RetentionConfig config;

  public RetentionVerticle(RetentionDuty duty, RetentionConfig config) {
    this.pass = new Pass("retention", duty::runOnce);
    this.config = config;
  }

  @Override
  public Future<?> start() {
    vertx.setPeriodic(0, config.interval().toMillis(), tick -> pass.wake());
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    pass.stop();
    return Future.succeededFuture();
  }
}
