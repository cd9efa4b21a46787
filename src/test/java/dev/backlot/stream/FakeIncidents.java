package dev.backlot.stream;

import dev.backlot.domain.alert.Alert;
import dev.backlot.domain.alert.AlertState;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Alerts;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/** Incidents in memory, thread-safe: only what is told of them. */
public final class FakeIncidents implements Alerts {
  private final Map<UUID, Alert> alerts = new LinkedHashMap<>();

  public synchronized void put(int id, AlertState state, Instant at) {
    UUID name = new UUID(9, id);
    alerts.put(
        name,
        new Alert(
            name,
            "low-credit",
            "acme",
            state,
            "acme has little credit",
            at,
            state == AlertState.PENDING ? null : at,
            state == AlertState.RESOLVED ? at : null));
  }

  @Override
  public synchronized Future<List<Alert>> toldOf(Instant resolvedAfter, int limit) {
    return Future.succeededFuture(
        alerts.values().stream()
            .filter(alert -> alert.state() != AlertState.PENDING)
            .filter(
                alert ->
                    alert.state() == AlertState.FIRING
                        || Objects.requireNonNull(alert.resolvedAt()).isAfter(resolvedAfter))
            .sorted(Comparator.comparing(Alert::state))
            .limit(limit)
            .toList());
  }

  @Override
  public Future<List<Alert>> open() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<List<Alert>> save(NodeLease evaluator, List<Alert> changed) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<List<Alert>> claimUntold(int limit, Instant now, Instant until) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<Void> told(Alert alert) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<Boolean> tellLater(Alert alert, int most, Instant now) {
    throw new UnsupportedOperationException();
  }
}
