package dev.backlot.alerting;

import dev.backlot.domain.alert.AlertRule;
import dev.backlot.domain.credit.Balance;
import dev.backlot.domain.credit.Credits;
import dev.backlot.port.CreditLedger;
import dev.backlot.port.CreditLedger.TenantBalance;
import io.vertx.core.Future;
import java.util.List;

/** Tenants whose credit runs out. The level is the part of what they were granted that is gone. */
final class LowCredit implements AlertSource {
  /** Above it, balances are not watched; the ledger answers the same ones each time. */
  private static final int MAX_BALANCES = 10_000;

  private final AlertRule rule;
  private final CreditLedger ledger;

  LowCredit(AlertRule rule, CreditLedger ledger) {
    this.rule = rule;
    this.ledger = ledger;
  }

  @Override
  public AlertRule rule() {
    return rule;
  }

  @Override
  public Future<List<Sighting>> look() {
    return ledger
        .allBalances(MAX_BALANCES)
        .map(
            balances ->
                balances.stream()
                    .filter(tenant -> granted(tenant.balance()).isPositive())
                    .map(LowCredit::sighting)
                    .toList());
  }

  private static Sighting sighting(TenantBalance tenant) {
    Balance balance = tenant.balance();
    Credits granted = granted(balance);
    double left = balance.available().value().doubleValue() / granted.value().doubleValue();
    return new Sighting(
        tenant.name() + "/" + balance.asset().text(),
        1 - left,
        "Tenant "
            + tenant.name()
            + " has "
            + balance.available()
            + " of "
            + granted
            + " "
            + balance.asset().text()
            + " left.");
  }

  private static Credits granted(Balance balance) {
    return balance.available().plus(balance.reserved()).plus(balance.spent());
  }
}
