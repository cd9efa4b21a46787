package dev.backlot.port;

import dev.backlot.domain.alert.Alert;
import io.vertx.core.Future;

/** Tells somebody. Called once for each firing and once for each resolved alert. */
public interface AlertSink {
  Future<Void> notify(Alert alert);
}
