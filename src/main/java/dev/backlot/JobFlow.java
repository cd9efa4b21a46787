package dev.backlot;

import dev.backlot.batch.BatchDuty;
import dev.backlot.batch.BatchSteps;
import dev.backlot.batch.BatchVerticle;
import dev.backlot.bus.Bus;
import dev.backlot.callback.CallbackTokens;
import dev.backlot.callback.CallbackUrls;
import dev.backlot.config.AccountConfig;
import dev.backlot.config.AppConfig;
import dev.backlot.dispatch.AgreedStrandedJobs;
import dev.backlot.dispatch.Dispatch;
import dev.backlot.dispatch.DispatchVerticle;
import dev.backlot.dispatch.RefillingEndings;
import dev.backlot.domain.catalog.CurrentCatalog;
import dev.backlot.domain.catalog.StandIns;
import dev.backlot.domain.job.AttemptId;
import dev.backlot.domain.job.Uuid7;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.domain.render.RenderTimes;
import dev.backlot.fallback.FallbackDispatches;
import dev.backlot.fallback.FallbackEndings;
import dev.backlot.fallback.FallbackStrandedJobs;
import dev.backlot.fallback.HeldJobs;
import dev.backlot.fallback.HeldJobsVerticle;
import dev.backlot.fallback.ModelChoice;
import dev.backlot.ops.MeteredEndings;
import dev.backlot.ops.MeteredProvider;
import dev.backlot.ops.Refill;
import dev.backlot.poll.PollVerticle;
import dev.backlot.port.StrandedJobs;
import dev.backlot.port.TaskLists;
import dev.backlot.provider.GuardedProvider;
import dev.backlot.sweep.Follower;
import dev.backlot.sweep.HintedStrays;
import dev.backlot.sweep.SweepVerticle;
import dev.backlot.sweep.Sweeper;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Builds the parts that move jobs from the queue to their ends: dispatch, polling, batches, sweeps.
 *
 * @param catalog followed: models that stand in are those in force
 * @param provider guarded by breakers, as are the {@code lists}
 * @param refill how long freed slots wait for their next create
 */
record JobFlow(
    Vertx vertx,
    AppConfig config,
    Storage storage,
    CurrentCatalog catalog,
    GuardedProvider provider,
    TaskLists lists,
    Bus bus,
    NodeLease lease,
    Uuid7 ids,
    RenderTimes renderTimes,
    Refill refill,
    MeterRegistry registry,
    RandomGenerator random,
    InstantSource clock) {

  /**
   * Ends attempts for polling, and has dispatch give their slots away. What is counted is counted
   * inside: a slot is free before somebody takes it.
   */
  RefillingEndings endings() {
    return new RefillingEndings(new MeteredEndings(storage.endings(), registry, refill));
  }

  PollVerticle polling(RefillingEndings endings) {
    return new PollVerticle(
        new PollVerticle.Ports(
            new FallbackEndings(endings, models()),
            new MeteredProvider(provider, registry, clock),
            storage.renders(),
            bus),
        lease,
        config.poll(),
        renderTimes,
        random,
        clock);
  }

  DispatchVerticle dispatch(RefillingEndings endings) {
    String installation = installation();
    List<AccountConfig> accounts = config.provider().accounts();
    Dispatch dispatch =
        Dispatch.of(
            new Dispatch.Ports(
                new FallbackDispatches(
                    storage.dispatches(), models(), config.dispatch().whenNowhere()),
                storage.inputs(),
                stranded(),
                new MeteredProvider(provider, registry, clock, refill),
                provider,
                bus),
            new Dispatch.Making(catalog, installation, ids::next, callbacks()::of),
            new Dispatch.Accounts(
                accountIds(),
                accounts.stream().map(AccountConfig::pool).distinct().toList(),
                new ConfiguredDialects(accounts),
                new ConfiguredStandings(accounts)),
            lease,
            config.dispatch(),
            new Dispatch.Timing(clock, random, pause -> vertx.timer(pause.toMillis())));
    return new DispatchVerticle(
        dispatch, endings, bus, storage.dispatches(), config.dispatch(), clock);
  }

  /** Another model is a loss, too, where the next version can run the first. */
  private StrandedJobs stranded() {
    return new AgreedStrandedJobs(
        new FallbackStrandedJobs(storage.stranded(), models()),
        storage.reports(),
        () -> catalog.get().offer());
  }

  private CallbackUrls callbacks() {
    return new CallbackUrls(
        config.provider().callbacks().base(config.http()),
        new CallbackTokens(config.security().callbackKey(), accountIds()));
  }

  private ModelChoice models() {
    return new ModelChoice(storage.fallbacks(), standIns());
  }

  private StandIns standIns() {
    ConfiguredDialects dialects = new ConfiguredDialects(config.provider().accounts());
    return new StandIns(catalog, dialects::of);
  }

  HeldJobsVerticle heldJobs() {
    HeldJobs duty =
        new HeldJobs(
            storage.stranded(),
            storage.membership(),
            lease,
            standIns(),
            config.dispatch(),
            bus,
            clock);
    return new HeldJobsVerticle(duty, config.dispatch().recheck());
  }

  BatchVerticle batches() {
    BatchSteps steps = new BatchSteps(storage.batches(), bus, config.batches(), clock);
    BatchDuty duty =
        new BatchDuty(
            storage.batches(), steps, storage.membership(), lease, config.batches(), clock);
    return new BatchVerticle(duty, config.batches());
  }

  SweepVerticle sweep() {
    Follower follower =
        new Follower(
            storage.strays(),
            new MeteredProvider(provider, registry, clock),
            storage.membership(),
            lease,
            bus,
            config.sweep(),
            clock);
    String installation = installation();
    Sweeper sweeper =
        new Sweeper(
            storage.orphans(),
            lists,
            storage.membership(),
            lease,
            config.sweep(),
            new Sweeper.Surroundings(
                installation + AttemptId.SEPARATOR,
                new ConfiguredLists(config.provider().accounts(), catalog),
                clock,
                pause -> vertx.timer(pause.toMillis())));
    HintedStrays hinted = new HintedStrays(storage.strays(), follower);
    return new SweepVerticle(follower, hinted, sweeper, accountIds(), config.sweep(), bus);
  }

  private String installation() {
    return Deployer.await("reading the installation id", storage.membership().installation());
  }

  private List<String> accountIds() {
    return config.provider().accounts().stream().map(AccountConfig::id).toList();
  }
}
