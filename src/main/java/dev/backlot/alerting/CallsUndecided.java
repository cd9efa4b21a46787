package dev.backlot.alerting;

import dev.backlot.config.AlertingConfig.AgeRule;
import dev.backlot.domain.alert.AlertRule;
import dev.backlot.port.BillDays;
import dev.backlot.port.BillDays.Undecided;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.List;

/**
 * Accounts with calls whose answers were lost and that no bill has decided for longer than a bill
 * takes: their tenants have paid, perhaps for nothing.
 */
final class CallsUndecided implements AlertSource {
  private final AgeRule age;
  private final BillDays days;
  private final InstantSource clock;

  CallsUndecided(AgeRule age, BillDays days, InstantSource clock) {
    this.age = age;
    this.days = days;
    this.clock = clock;
  }

  @Override
  public AlertRule rule() {
    return age.rule();
  }

  @Override
  public Future<List<Sighting>> look() {
    return days.undecided(clock.instant().minus(age.olderThan()))
        .map(all -> all.stream().map(CallsUndecided::sighting).toList());
  }

  private static Sighting sighting(Undecided found) {
    return new Sighting(
        found.account(),
        1,
        "No bill of account "
            + found.account()
            + " has decided what became of "
            + found.calls()
            + " calls, the oldest of "
            + found.oldest()
            + "; they count as spent. GET /api/v1/ops/reconciliation/days tells which days wait.");
  }
}
