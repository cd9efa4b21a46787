package dev.backlot.alerting;

import dev.backlot.domain.alert.Alert;
import dev.backlot.port.AlertSink;
import dev.backlot.port.Alerts;
import io.vertx.core.Future;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a sink outside of this process what is marked as untold in the store, and marks it told
 * afterwards. So an alert is told although the node dies that has raised it, and it is told again,
 * under the same id, when it dies between the two: whoever receives it knows an id that it has
 * seen. Confined to one event loop, one pass at a time.
 */
public final class AlertCourier {
  /** Alerts of one pass; the others wait for the next. */
  private static final int MOST = 20;

  /** With pauses that double from ten seconds to ten minutes: some two hours. */
  static final int TRIES = 20;

  private static final Logger LOG = LoggerFactory.getLogger(AlertCourier.class);

  private final Alerts alerts;
  private final AlertSink sink;
  private final InstantSource clock;

  public AlertCourier(Alerts alerts, AlertSink sink, InstantSource clock) {
    this.alerts = alerts;
    this.sink = sink;
    this.clock = clock;
  }

  /** One pass. Fails only when the store does not answer. */
  public Future<Void> runOnce() {
    return alerts
        .untold(MOST, clock.instant())
        .compose(untold -> Future.join(untold.stream().map(this::tell).toList()).mapEmpty());
  }

  private Future<Void> tell(Alert alert) {
    return sink.notify(alert)
        .transform(told -> told.succeeded() ? alerts.told(alert) : tellLater(alert, told.cause()));
  }

  private Future<Void> tellLater(Alert alert, Throwable failure) {
    return alerts
        .tellLater(alert, TRIES, clock.instant())
        .onSuccess(
            again ->
                LOG.atWarn()
                    .setCause(failure)
                    .addKeyValue("alertId", alert.id())
                    .addKeyValue("rule", alert.rule())
                    .addKeyValue("subject", alert.subject())
                    .log(
                        again ? "an alert will be told later" : "nobody could be told of an alert"))
        .mapEmpty();
  }
}
