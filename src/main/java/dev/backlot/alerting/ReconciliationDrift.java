package dev.backlot.alerting;

import dev.backlot.config.AlertingConfig.DriftRule;
import dev.backlot.domain.alert.AlertRule;
import dev.backlot.port.BillDays;
import dev.backlot.port.BillDays.Drift;
import io.vertx.core.Future;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Accounts whose bills differ from the books: what was booked in either direction, and what is
 * missing, of the days that were looked at lately.
 */
final class ReconciliationDrift implements AlertSource {
  /** How long a difference that was booked is still a reason to look. */
  private static final Duration LATELY = Duration.ofDays(1);

  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

  private final DriftRule drift;
  private final BillDays days;
  private final InstantSource clock;

  ReconciliationDrift(DriftRule drift, BillDays days, InstantSource clock) {
    this.drift = drift;
    this.days = days;
    this.clock = clock;
  }

  @Override
  public AlertRule rule() {
    return drift.rule();
  }

  @Override
  public Future<List<Sighting>> look() {
    return days.drift(clock.instant().minus(LATELY))
        .map(
            all -> {
              Map<String, List<Drift>> byAccount =
                  all.stream()
                      .filter(this::isMuch)
                      .collect(
                          Collectors.groupingBy(Drift::account, TreeMap::new, Collectors.toList()));
              return byAccount.entrySet().stream()
                  .map(entry -> sighting(entry.getKey(), entry.getValue()))
                  .toList();
            });
  }

  /** More than the amount, and than its share of the bill: a large bill may differ by more. */
  private boolean isMuch(Drift found) {
    BigDecimal apart = found.apart().value();
    BigDecimal share = found.billed().value().multiply(BigDecimal.valueOf(drift.abovePercent()));
    return apart.compareTo(drift.aboveAmount().value()) > 0
        && apart.multiply(HUNDRED).compareTo(share) > 0;
  }

  private static Sighting sighting(String account, List<Drift> drifts) {
    return new Sighting(
        account,
        1,
        "The bills of account "
            + account
            + " differ from the books by "
            + drifts.stream()
                .map(each -> each.apart() + " of " + each.billed() + " " + each.asset().text())
                .collect(Collectors.joining(", "))
            + "; GET /api/v1/ops/reconciliation/items lists the tasks.");
  }
}
