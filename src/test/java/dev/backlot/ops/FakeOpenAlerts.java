package dev.backlot.ops;

import dev.backlot.domain.alert.Alert;
import dev.backlot.domain.alert.AlertState;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Alerts;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Alerts to be read. */
final class FakeOpenAlerts implements Alerts {
  private List<Alert> open;

  private FakeOpenAlerts(List<Alert> open) {
    this.open = open;
  }

  static FakeOpenAlerts oneFiring() {
    return new FakeOpenAlerts(
        List.of(
            new Alert(
                new UUID(0, 1),
                "low_credit",
                "acme/video_unit",
                AlertState.FIRING,
                "Tenant acme has little left.",
                Instant.EPOCH,
                Instant.EPOCH,
                null)));
  }

  void clear() {
    open = List.of();
  }

  @Override
  public Future<List<Alert>> open() {
    return Future.succeededFuture(open);
  }

  @Override
  public Future<List<Alert>> toldOf(Instant resolvedAfter, int limit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<List<Alert>> save(NodeLease evaluator, List<Alert> alerts) {
    return Future.failedFuture("only read here");
  }

  @Override
  public Future<List<Alert>> claimUntold(int limit, Instant now, Instant until) {
    return Future.succeededFuture(List.of());
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
