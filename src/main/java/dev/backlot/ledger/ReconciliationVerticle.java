package dev.backlot.ledger;

import dev.backlot.bus.Addresses;
import dev.backlot.bus.Addresses.BillsAsked;
import dev.backlot.bus.Bus;
import dev.backlot.bus.Pass;
import dev.backlot.config.ReconciliationConfig;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks at the provider's bills on a timer, and when an operator asks; {@link Reconciler} does the
 * work. Each account has passes of its own, so that none waits for another's answers.
 */
public final class ReconciliationVerticle extends VerticleBase {
  /** How often is asked whether a day is due: one small query for each account. */
  private static final Duration TICK = Duration.ofMinutes(1);

  private final Map<String, Pass> passes = new LinkedHashMap<>();
  private final Reconciler reconciler;
  private final ReconciliationConfig config;
  private final Bus bus;

  public ReconciliationVerticle(
      Reconciler reconciler, List<String> accounts, ReconciliationConfig config, Bus bus) {
    this.reconciler = reconciler;
    this.config = config;
    this.bus = bus;
    for (String account : accounts) {
      passes.put(account, new Pass("bills of " + account, () -> reconciler.runOnce(account)));
    }
  }

  @Override
  public Future<?> start() {
    if (!config.enabled()) {
      return Future.succeededFuture();
    }
    Duration tick = config.every().compareTo(TICK) < 0 ? config.every() : TICK;
    vertx.setPeriodic(0, tick.toMillis(), fired -> passes.values().forEach(Pass::wake));
    return bus.subscribe(Addresses.BILLS_ASKED, this::asked);
  }

  private void asked(BillsAsked asked) {
    Pass pass = passes.get(asked.account());
    if (pass != null) {
      reconciler.endRest(asked.account());
      pass.wake();
    }
  }

  /** A look that is left here goes on where it was, on whichever node. */
  @Override
  public Future<?> stop() {
    passes.values().forEach(Pass::stop);
    return Future.succeededFuture();
  }
}
