package dev.backlot;

import dev.backlot.alerting.AlertCourier;
import dev.backlot.alerting.AlertEngine;
import dev.backlot.alerting.AlertInputs;
import dev.backlot.alerting.AlertVerticle;
import dev.backlot.alerting.Reporter;
import dev.backlot.bus.Bus;
import dev.backlot.config.AccountConfig;
import dev.backlot.config.AlertWebhook;
import dev.backlot.config.AppConfig;
import dev.backlot.domain.catalog.CurrentCatalog;
import dev.backlot.domain.job.Uuid7;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.ledger.CreditTracker;
import dev.backlot.ledger.LedgerVerticle;
import dev.backlot.ledger.Reconciler;
import dev.backlot.ledger.ReconciliationVerticle;
import dev.backlot.notify.LogAlertSink;
import dev.backlot.notify.WebhookAlertSink;
import dev.backlot.ops.AlertRuleMeter;
import dev.backlot.ops.MeteredRetention;
import dev.backlot.ops.MeteredWebhookQueue;
import dev.backlot.port.AlertSink;
import dev.backlot.port.BillingExports;
import dev.backlot.port.WebhookQueue;
import dev.backlot.provider.GuardedProvider;
import dev.backlot.retention.RetentionDuty;
import dev.backlot.retention.RetentionVerticle;
import dev.backlot.webhook.Planner;
import dev.backlot.webhook.PostOffice;
import dev.backlot.webhook.WebhookVerticle;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.List;

/**
 * Builds the parts that look after the rest: credit tracking, reconciliation, alerting, webhooks,
 * retention.
 *
 * @param postOffice shared with the API's routes
 * @param provider guarded by breakers, which are watched, as are the {@code exports}
 */
record Upkeep(
    Vertx vertx,
    AppConfig config,
    Storage storage,
    GuardedProvider provider,
    CurrentCatalog catalog,
    BillingExports exports,
    PostOffice postOffice,
    Bus bus,
    NodeLease lease,
    Uuid7 ids,
    MeterRegistry registry,
    InstantSource clock) {

  LedgerVerticle ledger() {
    CreditTracker tracker =
        new CreditTracker(storage.ledger(), storage.membership(), lease, bus, config.ledger());
    return new LedgerVerticle(tracker, config.ledger());
  }

  ReconciliationVerticle reconciliation() {
    Reconciler reconciler =
        new Reconciler(
            storage.billLooks(),
            exports,
            storage.membership(),
            lease,
            config.reconciliation(),
            clock,
            pause -> vertx.timer(pause.toMillis()));
    List<String> accounts = config.provider().accounts().stream().map(AccountConfig::id).toList();
    return new ReconciliationVerticle(reconciler, accounts, config.reconciliation(), bus);
  }

  WebhookVerticle webhooks() {
    WebhookQueue queue = new MeteredWebhookQueue(storage.webhookQueue(), registry);
    Planner planner = new Planner(queue, storage.membership(), lease, config.webhooks(), clock);
    return new WebhookVerticle(
        planner, postOffice.courier(queue, ids::next), bus, config.webhooks());
  }

  RetentionVerticle retention() {
    RetentionDuty duty =
        new RetentionDuty(
            new MeteredRetention(storage.retention(), registry),
            storage.membership(),
            lease,
            config.retention(),
            clock);
    return new RetentionVerticle(duty, config.retention());
  }

  AlertVerticle alerting() {
    AlertEngine engine =
        new AlertEngine(
            config.alerting(),
            new AlertInputs(
                storage.reports(),
                storage.ledger(),
                storage.orphans(),
                storage.billDays(),
                storage.outcomes(),
                storage.givenUpWebhooks()),
            storage.alerts(),
            new LogAlertSink(),
            ids::next,
            clock,
            new AlertRuleMeter(registry));
    AlertCourier courier =
        new AlertCourier(storage.alerts(), webhook(), config.alerting().webhook().timeout(), clock);
    return new AlertVerticle(
        config.alerting(),
        new Reporter(storage.reports(), provider, () -> catalog.get().offer(), lease),
        engine,
        courier,
        storage.membership(),
        lease,
        bus);
  }

  /** Without an address, what is in the log is told. */
  private AlertSink webhook() {
    AlertWebhook webhook = config.alerting().webhook();
    return webhook.url().isEmpty()
        ? alert -> Future.succeededFuture()
        : new WebhookAlertSink(vertx, webhook, clock);
  }
}
