package dev.backlot;

import dev.backlot.bus.Addresses;
import dev.backlot.bus.Bus;
import dev.backlot.call.CallCommands;
import dev.backlot.call.CallDesk;
import dev.backlot.call.CallVerticle;
import dev.backlot.cluster.Cluster;
import dev.backlot.config.AccountConfig;
import dev.backlot.config.AppConfig;
import dev.backlot.config.DatabaseConfig;
import dev.backlot.config.DevelopmentConfig;
import dev.backlot.dispatch.DispatchVerticle;
import dev.backlot.dispatch.RefillingEndings;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.catalog.Dialect;
import dev.backlot.domain.job.Uuid7;
import dev.backlot.domain.node.NodeId;
import dev.backlot.domain.render.RenderTimes;
import dev.backlot.facade.PendingRequests;
import dev.backlot.facade.TaskCallbacks;
import dev.backlot.http.Contract;
import dev.backlot.http.HttpVerticle;
import dev.backlot.http.LargeBodies;
import dev.backlot.http.Routes;
import dev.backlot.intake.IntakeVerticle;
import dev.backlot.intake.UsedOutputs;
import dev.backlot.membership.HeartbeatVerticle;
import dev.backlot.ops.HealthCheck;
import dev.backlot.ops.HealthRoutes;
import dev.backlot.ops.Lifecycle;
import dev.backlot.ops.MeteredAdmissions;
import dev.backlot.ops.MeteredCalls;
import dev.backlot.ops.Metrics;
import dev.backlot.ops.MetricsRoutes;
import dev.backlot.ops.Readiness;
import dev.backlot.ops.Refill;
import dev.backlot.ops.Sampler;
import dev.backlot.ops.SamplerVerticle;
import dev.backlot.port.BillingExports;
import dev.backlot.port.ProviderCalls;
import dev.backlot.port.TaskLists;
import dev.backlot.provider.GuardedProvider;
import dev.backlot.provider.KlingClient;
import dev.backlot.results.LinkTokens;
import dev.backlot.results.ResultStreams;
import dev.backlot.simulator.SimulatorVerticle;
import dev.backlot.stream.Hubs;
import dev.backlot.stream.PageRoutes;
import dev.backlot.stream.StreamVerticle;
import dev.backlot.stream.bridge.TcpBridgeVerticle;
import dev.backlot.webhook.PostOffice;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * One running node: builds every object, starts the parts in order and stops them in reverse. All
 * of it happens on the calling thread, which must be one that may block.
 */
final class Node {
  private final AppConfig config;
  private final Closers closers;
  private final Consumer<String> progress;
  private final InstantSource clock = InstantSource.system();
  private final RandomGenerator random = new SecureRandom();
  private final Uuid7 ids = new Uuid7(clock, random);
  private final Lifecycle lifecycle = new Lifecycle();
  private final PrometheusMeterRegistry registry = Metrics.registry();
  private final Refill refill = new Refill(registry, System::nanoTime);
  private final RenderTimes renderTimes = new RenderTimes();
  private final EventLoops loops;
  private final Vertx vertx;
  private final Deployer deployer;
  private final Bus bus;
  private final Presence presence;
  private final DatabaseConfig database;
  private final Storage storage;
  private final LiveCatalog catalog;
  private final LargeBodies largeBodies;
  private final GuardedProvider provider;
  private final TaskLists lists;
  private final BillingExports exports;
  private final ProviderCalls providerCalls;
  private final PostOffice postOffice;
  private int httpPort;
  private int managementPort;

  private Node(
      AppConfig config, DatabaseConfig database, Closers closers, Consumer<String> progress) {
    this.config = config;
    this.closers = closers;
    this.progress = progress;
    NodeId id = new NodeId(ids.next());
    this.loops = EventLoops.start(config, database, id, registry, closers, progress);
    this.vertx = loops.vertx();
    this.deployer = new Deployer(vertx, closers);
    this.bus = Bus.install(vertx);
    this.presence = new Presence(config.node(), id);
    this.database = database;
    this.storage = Storage.open(vertx, database, config, presence.commits(), ids::next, random);
    closers.add(
        "pools", Deployer.OWN_TIME, () -> Deployer.awaitClosed("the pools", storage.close()));
    this.largeBodies = new LargeBodies(vertx, config.http().largeBodies());
    this.catalog = new LiveCatalog(vertx, config, storage, clock);
    KlingClient client = new KlingClient(vertx, clock, config.provider());
    closers.add("provider client", () -> Deployer.await("closing the provider", client.close()));
    this.provider =
        new GuardedProvider(
            vertx, bus, clock, client, accountIds(config), config.provider().breaker());
    this.lists = provider.guarded(client);
    this.exports = provider.guarded(client.exports(call -> catalog.current().get().isBilled(call)));
    this.providerCalls = provider.guarded(client.calls(config.calls()));
    this.postOffice =
        new PostOffice(
            vertx, config.webhooks(), config.security().webhookKey(), callbacks()::of, clock);
  }

  /** Also where clients of the provider's API are not let in any more: tasks of theirs may run. */
  private TaskCallbacks callbacks() {
    LinkTokens links = new LinkTokens(config.security().linkKey(), config.results().linkLifetime());
    return TaskCallbacks.of(
        config.facade(),
        storage.clientTasks(),
        catalog.current(),
        (tenant, job, n, watermark) -> links.path(tenant, job, n, watermark, clock.instant()));
  }

  /**
   * Starts everything, or stops what was started and throws.
   *
   * @param closers stop it: readiness first, then the parts in reverse, the embedded database last
   */
  static Node start(AppConfig config, Closers closers, Consumer<String> progress) {
    closers.within(config.node().stopTimeout());
    try {
      DatabaseConfig database = Databases.open(config.database(), closers, progress);
      Node node = new Node(config, database, closers, progress);
      node.deploy();
      return node;
    } catch (RuntimeException failure) {
      closers.closeAll();
      throw failure;
    }
  }

  int httpPort() {
    return httpPort;
  }

  int managementPort() {
    return managementPort;
  }

  private JobFlow flow() {
    return new JobFlow(
        vertx,
        config,
        storage,
        catalog.current(),
        provider,
        lists,
        bus,
        presence.lease(),
        ids,
        renderTimes,
        refill,
        registry,
        random,
        clock);
  }

  private void deploy() {
    // First to start and last to stop, so that both can be watched from outside.
    management();
    Databases.prepare(database, storage.durability(), progress);
    loops.cluster().ifPresent(Cluster::announce);
    if (config.simulator().enabled()) {
      progress.accept("starting the Kling simulator");
      deployer.deploy("simulator", new SimulatorVerticle(config.simulator(), clock));
    }
    progress.accept("joining the installation");
    HeartbeatVerticle beating = presence.start(deployer, storage, bus);
    catalog.start(deployer);
    Optional<TenantId> demo = config.development().map(this::demoTenant);
    Deployer.await(
        "listening for mended accounts",
        bus.subscribe(Addresses.ACCOUNT_UNPARKED, mended -> provider.unpark(mended.account())));
    progress.accept("starting credit tracking, alerting, polling and dispatch");
    Upkeep upkeep =
        new Upkeep(
            vertx,
            config,
            storage,
            provider,
            catalog.current(),
            exports,
            postOffice,
            bus,
            presence.lease(),
            ids,
            registry,
            clock);
    deployer.deploy("ledger", upkeep.ledger());
    deployer.deploy("reconciliation", upkeep.reconciliation());
    deployer.deploy("alerting", upkeep.alerting());
    JobFlow flow = flow();
    RefillingEndings endings = flow.endings();
    deployer.deploy("polling", flow.polling(endings));
    DispatchVerticle dispatch = deployer.deploy("dispatch", flow.dispatch(endings));
    progress.accept("starting intake, the live stream and the API");
    Hubs hubs = new Hubs();
    StreamVerticle stream =
        deployer.deploy("stream", new StreamVerticle(config.stream(), bus, storage.log(), hubs));
    api(demo, hubs);
    deployer.deploy("sampler", sampler(stream, hubs));
    deployer.deploy("webhooks", upkeep.webhooks());
    deployer.deploy("batches", flow.batches());
    deployer.deploy("retention", upkeep.retention());
    deployer.deploy("sweep", flow.sweep());
    deployer.deploy("held jobs", flow.heldJobs());
    deployer.deploy("calls", new CallVerticle(storage.calls(), config.calls(), clock));
    lifecycle.started();
    closers.add("claims", () -> endClaims(beating, dispatch));
    // The last to start is the first to stop: no more requests are sent here.
    closers.add("readiness", lifecycle::draining);
  }

  /** Before anything drains: other nodes have room, and this one would have to hand it over. */
  private static void endClaims(HeartbeatVerticle beating, DispatchVerticle dispatch) {
    beating.endTakeOver();
    Deployer.await("ending claims", dispatch.endClaims());
  }

  private TenantId demoTenant(DevelopmentConfig demo) {
    return Deployer.await(
        "making the demo tenant", DemoTenant.install(storage, demo, clock.instant()));
  }

  private void api(Optional<TenantId> demo, Hubs hubs) {
    IntakeVerticle intake =
        deployer.deploy(
            "intake",
            new IntakeVerticle(
                new MeteredAdmissions(storage.admissions(), registry),
                bus,
                config.intake(),
                config.database().commitDeadline(),
                clock));
    ResultStreams streams = new ResultStreams(vertx, config.results());
    Contract contract = Deployer.await("reading the API contract", Contract.load(vertx));
    closers.add("body decoders", () -> Deployer.await("closing the decoders", largeBodies.close()));
    ApiRoutes routes =
        new ApiRoutes(
            config,
            storage,
            catalog.current(),
            contract,
            largeBodies,
            intake,
            new PendingRequests(),
            calls(),
            streams,
            postOffice,
            hubs,
            bus,
            provider,
            ids,
            registry,
            clock,
            renderTimes,
            PageRoutes.Files.load(),
            demo);
    BusApi applications = new BusApi(routes, random);
    deployer.deploy("bus commands", applications.commands());
    deployer.deploy("bus streams", applications.streams());
    List<HttpVerticle> servers =
        Stream.generate(() -> new HttpVerticle(config.http(), routes))
            .limit(Runtime.getRuntime().availableProcessors())
            .toList();
    httpPort = deployer.deployAll("API", servers).get(0).actualPort();
    config
        .tcpBridge()
        .ifPresent(
            bridge ->
                deployer.deploy(
                    "TCP bridge", new TcpBridgeVerticle(bridge, routes.loop(), routes.bridges())));
  }

  /** Of accounts in the pool that runs jobs, so that what a call makes is where jobs need it. */
  private CallCommands calls() {
    ConfiguredDialects dialects = new ConfiguredDialects(config.provider().accounts());
    UsedOutputs used = new UsedOutputs(storage.madeOutputs(), dialects::of, clock);
    List<String> accounts =
        config.provider().accounts().stream()
            .filter(account -> account.pool().equals(config.intake().pool()))
            .filter(account -> account.speaks(Dialect.LEGACY.text()))
            .map(AccountConfig::id)
            .toList();
    return CallDesk.open(
        vertx,
        config.calls(),
        catalog.current(),
        used::pinned,
        accounts,
        provider,
        new MeteredCalls(providerCalls, registry),
        storage.calls(),
        storage.clientReplies(),
        config.facade().lostReplyWindow(),
        presence.lease(),
        ids::next,
        clock);
  }

  private void management() {
    Readiness readiness =
        new Readiness(
            List.of(
                HealthCheck.lifecycle(lifecycle),
                HealthCheck.database(storage.writability()),
                HealthCheck.durability(storage.durability()),
                HealthCheck.lease(presence.lease(), presence::mayLackLease),
                HealthCheck.cluster(loops.cluster().isPresent(), loops.leftOut(), loops::members),
                HealthCheck.catalog(catalog.watch()::refusal),
                HealthCheck.provider(provider)),
            config.management().checkTimeout(),
            clock);
    Supplier<List<Routes>> routes =
        () -> List.of(new HealthRoutes(lifecycle, readiness), new MetricsRoutes(vertx, registry));
    managementPort =
        deployer
            .deploy(
                "management", new HttpVerticle("management", config.management().http(), routes))
            .actualPort();
  }

  private SamplerVerticle sampler(StreamVerticle stream, Hubs hubs) {
    Sampler sampler =
        new Sampler(registry, System::nanoTime)
            .jobs(storage.jobs())
            .slots(storage.dispatches())
            .strays(storage.strays())
            .credits(storage.ledger())
            .bills(storage.billDays(), clock)
            .provider(provider)
            .alerts(storage.alerts())
            .log(storage.log(), stream::position)
            .sockets(hubs::sockets, hubs::waiting, hubs::crowdedOut)
            .webhooks(storage.webhookQueue())
            .durability(storage.durability())
            .lease(presence.lease())
            .commits(presence.commits())
            .cluster(loops::members, loops::registrations)
            .largeBodies(largeBodies::taken)
            .catalog(catalog.current(), catalog.watch()::refusal);
    return new SamplerVerticle(sampler, config.management().sampleInterval());
  }

  private static List<String> accountIds(AppConfig config) {
    return config.provider().accounts().stream().map(AccountConfig::id).toList();
  }
}
