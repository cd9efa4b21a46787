package dev.backlot.alerting;

import dev.backlot.domain.alert.Alert;
import dev.backlot.port.AlertSink;
import dev.backlot.port.Alerts;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a sink outside of this process what is marked as untold in the store, and marks it told
 * afterwards. It claims before it tells, so that nodes that live tell each alert once, however slow
 * the receiver is. An alert is told although the node dies that has raised it, and it is told
 * again, under the same id, when it dies between the two: by another, after the claim. Whoever
 * receives it knows an id that it has seen. A node that was paused after its claim leaves that to
 * whoever has the next one. Confined to one event loop, one pass at a time.
 */
public final class AlertCourier {
  /**
   * Alerts of one pass; the others wait for the next. No more than are told at the same time, for a
   * claim does not count the time in a queue.
   */
  static final int MOST = AlertSink.AT_ONCE;

  /** With pauses that double from ten seconds to ten minutes: some two hours. */
  static final int TRIES = 20;

  /** For what comes before and after the telling, and for clocks that are not the same. */
  static final Duration MARGIN = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(AlertCourier.class);

  private final Alerts alerts;
  private final AlertSink sink;
  private final Duration claim;
  private final InstantSource clock;

  /**
   * @param timeout after which the sink has failed
   */
  public AlertCourier(Alerts alerts, AlertSink sink, Duration timeout, InstantSource clock) {
    this.alerts = alerts;
    this.sink = sink;
    this.claim = timeout.plus(MARGIN);
    this.clock = clock;
  }

  /**
   * One pass. Fails only when the store does not answer.
   *
   * @return whether there may be more
   */
  public Future<Boolean> runOnce() {
    Instant now = clock.instant();
    return alerts
        .claimUntold(MOST, now, now.plus(claim))
        .compose(
            claimed ->
                clock.instant().isAfter(now.plus(MARGIN))
                    ? Future.succeededFuture(true)
                    : tell(claimed).map(claimed.size() == MOST));
  }

  private Future<Void> tell(List<Alert> claimed) {
    return Future.join(claimed.stream().map(this::tell).toList()).mapEmpty();
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
