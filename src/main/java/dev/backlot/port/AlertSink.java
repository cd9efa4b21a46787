package dev.backlot.port;

import dev.backlot.domain.alert.Alert;
import io.vertx.core.Future;

/** Tells somebody. Called once for each firing and once for each resolved alert. */
public interface AlertSink {
  /** How many may be told at the same time without one waiting for another. */
  int AT_ONCE = 4;

  Future<Void> notify(Alert alert);
}
