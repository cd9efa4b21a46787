package dev.backlot;

import dev.backlot.config.AppConfig;
import dev.backlot.config.DatabaseConfig;
import dev.backlot.domain.node.CommitGate;
import dev.backlot.port.AccessKeys;
import dev.backlot.port.Admissions;
import dev.backlot.port.Alerts;
import dev.backlot.port.Batches;
import dev.backlot.port.BillDays;
import dev.backlot.port.BillLooks;
import dev.backlot.port.Calls;
import dev.backlot.port.ClientReplies;
import dev.backlot.port.ClientTasks;
import dev.backlot.port.CreditLedger;
import dev.backlot.port.Deductions;
import dev.backlot.port.Dispatches;
import dev.backlot.port.Durability;
import dev.backlot.port.Endings;
import dev.backlot.port.EventLog;
import dev.backlot.port.Fallbacks;
import dev.backlot.port.GivenUpWebhooks;
import dev.backlot.port.Inputs;
import dev.backlot.port.JobWebhooks;
import dev.backlot.port.Jobs;
import dev.backlot.port.Keys;
import dev.backlot.port.MadeOutputs;
import dev.backlot.port.Membership;
import dev.backlot.port.NodeReports;
import dev.backlot.port.Orphans;
import dev.backlot.port.Outcomes;
import dev.backlot.port.PriceBooks;
import dev.backlot.port.Queues;
import dev.backlot.port.RenderHistory;
import dev.backlot.port.Retention;
import dev.backlot.port.Shares;
import dev.backlot.port.Standbys;
import dev.backlot.port.StrandedJobs;
import dev.backlot.port.Strays;
import dev.backlot.port.StreamTokens;
import dev.backlot.port.WaitingJobs;
import dev.backlot.port.WebhookQueue;
import dev.backlot.port.Webhooks;
import dev.backlot.port.Writability;
import dev.backlot.store.PgAccessKeys;
import dev.backlot.store.PgAdmissions;
import dev.backlot.store.PgAlerts;
import dev.backlot.store.PgBatches;
import dev.backlot.store.PgBillDays;
import dev.backlot.store.PgBillLooks;
import dev.backlot.store.PgCalls;
import dev.backlot.store.PgClientReplies;
import dev.backlot.store.PgClientTasks;
import dev.backlot.store.PgCreditLedger;
import dev.backlot.store.PgDeductions;
import dev.backlot.store.PgDispatches;
import dev.backlot.store.PgDurability;
import dev.backlot.store.PgEndings;
import dev.backlot.store.PgEventLog;
import dev.backlot.store.PgFallbacks;
import dev.backlot.store.PgGivenUpWebhooks;
import dev.backlot.store.PgInputs;
import dev.backlot.store.PgJobWebhooks;
import dev.backlot.store.PgJobs;
import dev.backlot.store.PgKeys;
import dev.backlot.store.PgMadeOutputs;
import dev.backlot.store.PgMembership;
import dev.backlot.store.PgNodeReports;
import dev.backlot.store.PgOrphans;
import dev.backlot.store.PgOutcomes;
import dev.backlot.store.PgPriceBooks;
import dev.backlot.store.PgQueues;
import dev.backlot.store.PgRenderHistory;
import dev.backlot.store.PgRetention;
import dev.backlot.store.PgShares;
import dev.backlot.store.PgStrandedJobs;
import dev.backlot.store.PgStrays;
import dev.backlot.store.PgStreamTokens;
import dev.backlot.store.PgWaitingJobs;
import dev.backlot.store.PgWebhookQueue;
import dev.backlot.store.PgWebhooks;
import dev.backlot.store.PgWritability;
import dev.backlot.store.Pools;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.security.SecureRandom;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The pools of this process and every port over them.
 *
 * @param leasePool for what a node must be able to do while all ordinary connections are busy
 * @param watchPool for what must be known while no commit comes to its end
 */
record Storage(
    Pool pool,
    Pool leasePool,
    Pool watchPool,
    Admissions admissions,
    Jobs jobs,
    ClientTasks clientTasks,
    MadeOutputs madeOutputs,
    ClientReplies clientReplies,
    Deductions deductions,
    Calls calls,
    WaitingJobs waiting,
    Batches batches,
    Queues queues,
    Shares shares,
    Dispatches dispatches,
    Endings endings,
    Strays strays,
    Orphans orphans,
    Membership membership,
    NodeReports reports,
    EventLog log,
    CreditLedger ledger,
    BillLooks billLooks,
    BillDays billDays,
    Keys keys,
    AccessKeys accessKeys,
    StreamTokens tokens,
    Outcomes outcomes,
    Alerts alerts,
    Retention retention,
    Inputs inputs,
    Fallbacks fallbacks,
    StrandedJobs stranded,
    PriceBooks prices,
    Durability durability,
    Standbys standbys,
    Writability writability,
    RenderHistory renders,
    Webhooks webhooks,
    JobWebhooks jobWebhooks,
    GivenUpWebhooks givenUpWebhooks,
    WebhookQueue webhookQueue) {

  static Storage open(
      Vertx vertx,
      DatabaseConfig database,
      AppConfig config,
      CommitGate gate,
      Supplier<UUID> ids,
      RandomGenerator random) {
    String name = config.node().name();
    Pool pool = Pools.create(vertx, database, "backlot " + name, gate);
    // The name last: PostgreSQL cuts what is longer than 63 bytes, and they must differ.
    Pool leasePool = Pools.forLease(vertx, database, config.node(), "backlot lease " + name, gate);
    Pool watchPool = Pools.forWatch(vertx, database, config.node(), "backlot watch " + name);
    PgDurability durability = new PgDurability(watchPool, database.failover());
    return new Storage(
        pool,
        leasePool,
        watchPool,
        new PgAdmissions(vertx, pool, random, database.commitDeadline(), System::nanoTime),
        new PgJobs(vertx, pool, random),
        new PgClientTasks(pool),
        new PgMadeOutputs(pool),
        new PgClientReplies(pool),
        new PgDeductions(pool),
        new PgCalls(vertx, pool, random),
        new PgWaitingJobs(vertx, pool, random),
        new PgBatches(vertx, pool, random, ids),
        new PgQueues(pool),
        new PgShares(vertx, pool, random),
        new PgDispatches(vertx, pool, random),
        new PgEndings(vertx, pool, random),
        new PgStrays(vertx, pool, random),
        new PgOrphans(vertx, pool, random, ids),
        new PgMembership(vertx, leasePool, random),
        new PgNodeReports(leasePool),
        new PgEventLog(pool),
        new PgCreditLedger(vertx, pool, random),
        new PgBillLooks(vertx, pool, random),
        new PgBillDays(pool),
        new PgKeys(vertx, pool, new SecureRandom(), ids),
        new PgAccessKeys(vertx, pool, config.security().webhookKey(), new SecureRandom(), ids),
        new PgStreamTokens(vertx, pool, new SecureRandom()),
        new PgOutcomes(pool),
        new PgAlerts(vertx, pool, random),
        new PgRetention(vertx, pool, random),
        new PgInputs(pool),
        new PgFallbacks(pool),
        new PgStrandedJobs(vertx, pool, random),
        new PgPriceBooks(pool),
        durability,
        durability,
        new PgWritability(watchPool),
        new PgRenderHistory(vertx, pool, random),
        new PgWebhooks(vertx, pool, random),
        new PgJobWebhooks(vertx, pool, random),
        new PgGivenUpWebhooks(pool),
        new PgWebhookQueue(vertx, pool, random));
  }

  Future<Void> close() {
    return Future.join(pool.close(), leasePool.close(), watchPool.close()).mapEmpty();
  }
}
