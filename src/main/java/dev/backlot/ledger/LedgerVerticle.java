package dev.backlot.ledger;

import dev.backlot.bus.Pass;
import dev.backlot.config.LedgerConfig;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/** Audits the books on a timer; {@link CreditTracker} does the work. */
public final class LedgerVerticle extends VerticleBase {
  private final Pass audit;
  private final LedgerConfig config;

  public LedgerVerticle(CreditTracker tracker, LedgerConfig config) {
    this.audit = new Pass("ledger audit", () -> tracker.runOnce().map(false));
    this.config = config;
  }

  @Override
  public Future<?> start() {
    vertx.setPeriodic(0, config.audit().toMillis(), id -> audit.wake());
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    audit.stop();
    return Future.succeededFuture();
  }
}
