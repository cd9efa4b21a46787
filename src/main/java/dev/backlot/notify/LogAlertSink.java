package dev.backlot.notify;

import dev.backlot.domain.alert.Alert;
import dev.backlot.domain.alert.AlertState;
import dev.backlot.port.AlertSink;
import io.vertx.core.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Writes alerts to the log: firing as a warning, resolved as information. */
public final class LogAlertSink implements AlertSink {
  private static final Logger LOG = LoggerFactory.getLogger(LogAlertSink.class);

  @Override
  public Future<Void> notify(Alert alert) {
    boolean firing = alert.state() == AlertState.FIRING;
    LOG.atLevel(firing ? Level.WARN : Level.INFO)
        .addKeyValue("alertId", alert.id())
        .addKeyValue("rule", alert.rule())
        .addKeyValue("subject", alert.subject())
        .addKeyValue("summary", alert.summary())
        .addKeyValue("since", alert.since())
        .log(firing ? "alert firing" : "alert resolved");
    return Future.succeededFuture();
  }
}
