package dev.backlot.stream.application;

import dev.backlot.domain.alert.Alert;
import dev.backlot.domain.alert.AlertState;
import dev.backlot.port.Alerts;
import dev.backlot.stream.CloseCode;
import dev.backlot.stream.Messages;
import dev.backlot.stream.Outbox;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

  /** What each has still to be told, of each incident the latest; most have nothing. */
  private final Map<Outbox, Map<UUID, Alert>> listeners = new LinkedHashMap<>();

  private Map<UUID, Alert> known = new HashMap<>();
  private boolean looked;

  AlertNews(Alerts alerts) {
    this.alerts = alerts;
  }

  /** Begins with what fires now. */
  void add(Outbox listener) {
    Map<UUID, Alert> owed = new LinkedHashMap<>();
    known.values().stream()
        .filter(alert -> alert.state() == AlertState.FIRING)
        .forEach(alert -> owed.put(alert.id(), alert));
    listeners.put(listener, owed);
    tell(listener, owed);
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
    Map.copyOf(listeners).forEach(AlertNews::tell);
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
    Map.copyOf(listeners)
        .forEach(
            (listener, owed) -> {
              owed.remove(alert.id());
              owed.put(alert.id(), alert);
              tell(listener, owed);
            });
  }

  /**
   * As much as there is room for. Who is slow is told the latest of each incident later, and who
   * falls behind by more than {@link #MOST} of them has to come back.
   */
  private static void tell(Outbox listener, Map<UUID, Alert> owed) {
    while (!owed.isEmpty() && !listener.isFull()) {
      Alert next = owed.values().iterator().next();
      owed.remove(next.id());
      listener.send(Messages.alert(next));
    }
    if (owed.size() > MOST) {
      owed.clear();
      listener.resync(CloseCode.RESYNC, "slow-reader");
    }
  }
}
