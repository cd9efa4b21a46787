package dev.backlot.port;

import dev.backlot.domain.alert.Alert;
import io.vertx.core.Future;
import java.util.List;

/** Where alerts are kept, so that a restart or another node goes on where this one stopped. */
public interface Alerts {
  /** Alerts that are pending or firing. */
  Future<List<Alert>> open();

  /**
   * Stores the alerts' new states by compare-and-set: at most one open alert per rule and subject.
   *
   * @return those that were really changed by this call, and so are this node's to notify
   */
  Future<List<Alert>> save(List<Alert> alerts);
}
