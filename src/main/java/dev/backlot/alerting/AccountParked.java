package dev.backlot.alerting;

import dev.backlot.domain.alert.AlertRule;
import dev.backlot.port.NodeReports;
import io.vertx.core.Future;
import java.util.List;

/**
 * Accounts that the provider refuses until their operator has acted: key, debt, permission. Each
 * node finds out by itself; one that has is enough.
 */
final class AccountParked implements AlertSource {
  private final AlertRule rule;
  private final NodeReports reports;

  AccountParked(AlertRule rule, NodeReports reports) {
    this.rule = rule;
    this.reports = reports;
  }

  @Override
  public AlertRule rule() {
    return rule;
  }

  @Override
  public Future<List<Sighting>> look() {
    return reports
        .all()
        .map(
            all ->
                all.stream()
                    .flatMap(report -> report.parked().stream())
                    .distinct()
                    .sorted()
                    .map(AccountParked::sighting)
                    .toList());
  }

  private static Sighting sighting(String account) {
    return new Sighting(account, 1, "Account " + account + " is parked until you act on it.");
  }
}
