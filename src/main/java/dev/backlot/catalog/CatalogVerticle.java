package dev.backlot.catalog;

import dev.backlot.bus.Pass;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;

/** Looks at the catalog's files on a timer; {@link CatalogWatch} does the work. */
public final class CatalogVerticle extends VerticleBase {
  private final Pass pass;
  private final Duration checkEvery;

  public CatalogVerticle(CatalogWatch watch, Duration checkEvery) {
    this.pass = new Pass("catalog", watch::runOnce);
    this.checkEvery = checkEvery;
  }

  @Override
  public Future<?> start() {
    vertx.setPeriodic(checkEvery.toMillis(), tick -> pass.wake());
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    pass.stop();
    return Future.succeededFuture();
  }
}
