package dev.backlot.stream.application;

import dev.backlot.domain.alert.Alert;
import dev.backlot.domain.alert.AlertState;
import dev.backlot.port.Alerts;
import dev.backlot.stream.Message;
import dev.backlot.stream.Messages;
import dev.backlot.stream.Outbox;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Tells operators that listen of incidents: once that one fires, and once that it is resolved. It
 * compares what is stored with what it has told, so that neither the node that has found an
 * incident nor its death matters. While nobody listens it asks nothing. One event loop only.
 */
final class AlertNews {
  /** Most incidents of one look; those that fire come first, and the rest is looked at later. */
  static final int MOST = 500;

  /** How far back a resolved one is looked for: clocks differ, and a look may fail. */
  static final Duration BACK = Duration.ofMinutes(5);

  private final Alerts alerts;
  private final Set<Outbox> listeners = new LinkedHashSet<>();
  private Map<UUID, Alert> known = new HashMap<>();
  private boolean looked;

  AlertNews(Alerts alerts) {
    this.alerts = alerts;
  }

  /** Begins with what fires now. */
  void add(Outbox listener) {
    known.values().stream()
        .filter(alert -> alert.state() == AlertState.FIRING)
        .forEach(alert -> listener.send(Messages.alert(alert)));
    listeners.add(listener);
  }

  void remove(Outbox listener) {
    listeners.remove(listener);
    if (listeners.isEmpty()) {
      known = new HashMap<>();
      looked = false;
    }
  }

  boolean isWanted() {
    return !listeners.isEmpty();
  }

  /** One look. To be called again when it is done, whatever it came to. */
  Future<Void> runOnce(Instant now) {
    if (!isWanted()) {
      return Future.succeededFuture();
    }
    return alerts.toldOf(now.minus(BACK), MOST).onSuccess(this::compare).mapEmpty();
  }

  private void compare(List<Alert> stored) {
    if (!isWanted()) {
      return;
    }
    Map<UUID, Alert> seen = new HashMap<>();
    for (Alert alert : stored) {
      seen.put(alert.id(), alert);
      Alert before = known.get(alert.id());
      boolean news = before == null || before.state() != alert.state();
      boolean history = !looked && alert.state() == AlertState.RESOLVED;
      if (news && !history) {
        tell(alert);
      }
    }
    known = seen;
    looked = true;
  }

  private void tell(Alert alert) {
    Message message = Messages.alert(alert);
    listeners.forEach(listener -> listener.send(message));
  }
}
