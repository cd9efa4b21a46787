package dev.backlot.alerting;

import dev.backlot.config.AlertingConfig;
import dev.backlot.port.BillDays;
import dev.backlot.port.CreditLedger;
import dev.backlot.port.GivenUpWebhooks;
import dev.backlot.port.NodeReports;
import dev.backlot.port.Orphans;
import dev.backlot.port.Outcomes;
import java.time.InstantSource;
import java.util.List;

/** What the rules look at. */
public record AlertInputs(
    NodeReports reports,
    CreditLedger ledger,
    Orphans orphans,
    BillDays bills,
    Outcomes outcomes,
    GivenUpWebhooks webhooks) {

  List<AlertSource> sources(AlertingConfig config, InstantSource clock) {
    return List.of(
        new BreakerOpen(config.breakerOpen(), reports),
        new AccountParked(config.accountParked(), reports),
        new LowCredit(config.lowCredit(), ledger),
        new OrphanTasks(config.orphans(), orphans, clock),
        new ReconciliationDrift(config.reconciliationDrift(), bills, clock),
        new CallsUndecided(config.callsUndecided(), bills, clock),
        new WebhookDisabled(config.webhookDisabled(), webhooks),
        new ErrorRate(config.errorRate(), outcomes, clock),
        new FailureSpike(config.failureSpike(), outcomes, clock));
  }
}
