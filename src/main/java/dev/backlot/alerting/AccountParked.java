package dev.backlot.alerting;

import dev.backlot.domain.alert.AlertRule;
import dev.backlot.port.ProviderHealth;
import io.vertx.core.Future;
import java.util.List;

/** Accounts that the provider refuses until their operator has acted: key, debt, permission. */
final class AccountParked implements AlertSource {
  private final AlertRule rule;
  private final ProviderHealth health;

  AccountParked(AlertRule rule, ProviderHealth health) {
    this.rule = rule;
    this.health = health;
  }

  @Override
  public AlertRule rule() {
    return rule;
  }

  @Override
  public Future<List<Sighting>> look() {
    return Future.succeededFuture(
        health.parked().stream()
            .map(
                account ->
                    new Sighting(
                        account, 1, "Account " + account + " is parked until you act on it."))
            .toList());
  }
}
