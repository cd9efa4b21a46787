package dev.backlot.alerting;

import dev.backlot.domain.alert.AlertRule;
import dev.backlot.port.NodeReports;
import io.vertx.core.Future;
import java.util.List;

/**
 * Accounts that the provider refuses until their operator has acted: key, debt, permission; and
 * packs of accounts that are used up. Each node finds out by itself; one that has is enough.
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

  /**
   * @param subject an account, or with a slash behind it one of its packs
   */
  private static Sighting sighting(String subject) {
    int slash = subject.indexOf('/');
    String what =
        slash < 0
            ? "Account " + subject
            : "The "
                + subject.substring(slash + 1)
                + " pack of account "
                + subject.substring(0, slash)
                + " is used up: it";
    return new Sighting(subject, 1, what + " is parked until you act on it.");
  }
}
