package dev.backlot.webhook;

import dev.backlot.bus.Addresses;
import dev.backlot.bus.Bus;
import dev.backlot.bus.Drain;
import dev.backlot.bus.Pass;
import dev.backlot.config.WebhooksConfig;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/**
 * Wakes {@link Planner} when the log has grown and {@link Courier} when there is something to send,
 * and both on a timer: what another node has planned is found there, and what is due again.
 */
public final class WebhookVerticle extends VerticleBase {
  /** Between two looks at a log that grows without a pause: what comes meanwhile goes together. */
  private static final long GATHER_MILLIS = 50;

  private final Courier courier;
  private final Bus bus;
  private final WebhooksConfig config;
  private final Pass planning;
  private final Pass sending;
  private boolean gathering;

  public WebhookVerticle(Planner planner, Courier courier, Bus bus, WebhooksConfig config) {
    this.courier = courier;
    this.bus = bus;
    this.config = config;
    this.planning = new Pass("webhook planning", planner::runOnce);
    this.sending = new Pass("webhook sending", courier::runOnce);
    planner.onPlanned(sending::wake);
    courier.onServed(sending::wake);
  }

  @Override
  public Future<?> start() {
    vertx.setPeriodic(0, config.interval().toMillis(), tick -> wakeAll());
    return bus.subscribe(Addresses.LOG_HEAD, head -> gather());
  }

  /** What is under way is stored; what is not done in time another node sends again. */
  @Override
  public Future<?> stop() {
    planning.stop();
    sending.stop();
    return Drain.until(vertx, courier::isIdle);
  }

  private void wakeAll() {
    planning.wake();
    sending.wake();
  }

  private void gather() {
    if (!gathering) {
      gathering = true;
      vertx.setTimer(
          GATHER_MILLIS,
          over -> {
            gathering = false;
            planning.wake();
          });
    }
  }
}
