package dev.backlot.alerting;

import dev.backlot.domain.alert.Alert;
import dev.backlot.domain.alert.AlertState;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Alerts;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Alerts in memory: at most one open per rule and subject, moved only from an open state. */
final class FakeAlerts implements Alerts {
  private final Map<UUID, Alert> rows = new LinkedHashMap<>();
  private final Map<UUID, Instant> untold = new LinkedHashMap<>();
  private final Map<UUID, Integer> tries = new LinkedHashMap<>();
  private final List<Alert> history = new ArrayList<>();
  private final Set<String> refused = new HashSet<>();

  /** From now on no alert of this rule can be saved. */
  void refuse(String rule) {
    refused.add(rule);
  }

  @Override
  public Future<List<Alert>> open() {
    return Future.succeededFuture(openNow());
  }

  @Override
  public Future<List<Alert>> toldOf(Instant resolvedAfter, int limit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<List<Alert>> save(NodeLease evaluator, List<Alert> alerts) {
    if (alerts.stream().anyMatch(alert -> refused.contains(alert.rule()))) {
      return Future.failedFuture("refused");
    }
    List<Alert> changed = alerts.stream().filter(this::saveOne).toList();
    history.addAll(changed);
    return Future.succeededFuture(changed);
  }

  @Override
  public Future<List<Alert>> claimUntold(int limit, Instant now, Instant until) {
    List<Alert> due =
        untold.entrySet().stream()
            .filter(each -> !each.getValue().isAfter(now))
            .limit(limit)
            .map(each -> rows.get(each.getKey()))
            .toList();
    due.forEach(alert -> untold.put(alert.id(), until));
    return Future.succeededFuture(due);
  }

  @Override
  public Future<Void> told(Alert alert) {
    untold.remove(alert.id());
    return Future.succeededFuture();
  }

  @Override
  public Future<Boolean> tellLater(Alert alert, int most, Instant now) {
    int tried = tries.merge(alert.id(), 1, Integer::sum);
    if (tried < most) {
      untold.put(alert.id(), now.plusSeconds(10L << (tried - 1)));
    } else {
      untold.remove(alert.id());
    }
    return Future.succeededFuture(tried < most);
  }

  /** The states that were ever saved, in order. */
  List<AlertState> history() {
    return history.stream().map(Alert::state).toList();
  }

  private boolean saveOne(Alert alert) {
    Alert before = rows.get(alert.id());
    if (before == null && openNow().stream().anyMatch(open -> same(open, alert))) {
      return false;
    }
    if (before != null && before.state().compareTo(alert.state()) >= 0) {
      return false;
    }
    rows.put(alert.id(), alert);
    if (alert.firedAt() != null) {
      untold.put(alert.id(), Instant.MIN);
      tries.remove(alert.id());
    }
    return true;
  }

  private List<Alert> openNow() {
    return rows.values().stream().filter(row -> row.state() != AlertState.RESOLVED).toList();
  }

  private static boolean same(Alert left, Alert right) {
    return left.rule().equals(right.rule()) && left.subject().equals(right.subject());
  }
}
