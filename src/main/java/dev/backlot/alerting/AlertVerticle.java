package dev.backlot.alerting;

import dev.backlot.bus.Addresses;
import dev.backlot.bus.Bus;
import dev.backlot.bus.Pass;
import dev.backlot.config.AlertingConfig;
import dev.backlot.domain.alert.Alert;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Alerts;
import dev.backlot.port.Membership;
import io.vertx.core.Future;
import io.vertx.core.Timer;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Says what this node sees, and evaluates the alert rules, on a timer and at once when a breaker or
 * an account has changed. One node of the installation evaluates at a time; the duty passes on when
 * its holder has not been heard of for {@link AlertingConfig#dutyDuration}. What it tells outside
 * it tells apart from that: a stop does not wait for it, and another node tells it after the claim.
 */
public final class AlertVerticle extends VerticleBase {

  private final AlertingConfig config;
  private final Reporter reporter;
  private final AlertEngine engine;
  private final Membership membership;
  private final NodeLease lease;
  private final Bus bus;
  private final Pass pass = new Pass(Alerts.DUTY, this::evaluate);

  /** Apart, or a receiver that hangs would keep everybody from evaluating. */
  private final Pass telling;

  public AlertVerticle(
      AlertingConfig config,
      Reporter reporter,
      AlertEngine engine,
      AlertCourier courier,
      Membership membership,
      NodeLease lease,
      Bus bus) {
    this.config = config;
    this.reporter = reporter;
    this.engine = engine;
    this.telling = new Pass("telling alerts", courier::runOnce);
    this.membership = membership;
    this.lease = lease;
    this.bus = bus;
  }

  @Override
  public Future<?> start() {
    vertx.setPeriodic(config.interval().toMillis(), tick -> pass.wake());
    return Future.all(
        bus.subscribe(Addresses.BREAKER_CHANGED, changed -> pass.wake()),
        bus.subscribe(Addresses.ACCOUNT_PARKED, parked -> pass.wake()));
  }

  @Override
  public Future<?> stop() {
    pass.stop();
    telling.stop();
    return Future.succeededFuture();
  }

  /** One pass: what this node sees, and, if the duty is ours, what follows from all of them. */
  private Future<Boolean> evaluate() {
    return reporter
        .runOnce()
        .compose(said -> membership.holdDuty(lease, Alerts.DUTY, config.dutyDuration()))
        .compose(
            ours -> {
              if (!ours) {
                engine.forget();
                return Future.succeededFuture(false);
              }
              // What earlier passes have saved is told, whatever becomes of this one.
              return judge().onComplete(over -> telling.wake()).map(false);
            });
  }

  private Future<List<Alert>> judge() {
    Timer late = vertx.timer(AlertingConfig.LOOK_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    return engine.runOnce(lease, late).onComplete(over -> late.cancel());
  }
}
