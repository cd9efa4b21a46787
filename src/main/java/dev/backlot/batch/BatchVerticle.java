package dev.backlot.batch;

import dev.backlot.bus.Pass;
import dev.backlot.config.BatchConfig;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/** Looks after batches on a timer; {@link BatchDuty} does the work. */
public final class BatchVerticle extends VerticleBase {
  private final Pass pass;
  private final BatchConfig config;

  public BatchVerticle(BatchDuty duty, BatchConfig config) {
    this.pass = new Pass("batches", duty::runOnce);
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
