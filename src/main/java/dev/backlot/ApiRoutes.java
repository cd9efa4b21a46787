package dev.backlot;

import dev.backlot.batch.BatchRoutes;
import dev.backlot.batch.BatchSteps;
import dev.backlot.batch.ItemRoutes;
import dev.backlot.bus.Bus;
import dev.backlot.call.CallCommands;
import dev.backlot.call.CallRoutes;
import dev.backlot.callback.CallbackRoutes;
import dev.backlot.callback.CallbackTokens;
import dev.backlot.config.AccountConfig;
import dev.backlot.config.AppConfig;
import dev.backlot.config.CallbackSignatures;
import dev.backlot.config.DevelopmentConfig;
import dev.backlot.config.Secret;
import dev.backlot.dispatch.Dispatch;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.catalog.CurrentCatalog;
import dev.backlot.domain.catalog.Reach;
import dev.backlot.domain.job.Admission;
import dev.backlot.domain.job.Submission;
import dev.backlot.domain.job.Uuid7;
import dev.backlot.domain.render.RenderTimes;
import dev.backlot.facade.FacadeRoutes;
import dev.backlot.facade.PendingRequests;
import dev.backlot.forecast.ForecastRoutes;
import dev.backlot.http.Authentication;
import dev.backlot.http.BatchBodies;
import dev.backlot.http.Contract;
import dev.backlot.http.DocsRoutes;
import dev.backlot.http.LargeBodies;
import dev.backlot.http.MessageReplies;
import dev.backlot.http.Origins;
import dev.backlot.http.RequestChecks;
import dev.backlot.http.Routes;
import dev.backlot.http.SchemaRoutes;
import dev.backlot.http.UrlCredentials;
import dev.backlot.intake.BatchSubmitRoutes;
import dev.backlot.intake.IntakeVerticle;
import dev.backlot.intake.JobCommands;
import dev.backlot.intake.JobRoutes;
import dev.backlot.intake.KindRoutes;
import dev.backlot.intake.QuoteRoutes;
import dev.backlot.intake.Quotes;
import dev.backlot.intake.UsedOutputs;
import dev.backlot.intake.WaitingRoutes;
import dev.backlot.intake.WebhookAddresses;
import dev.backlot.ledger.CreditRoutes;
import dev.backlot.ledger.ReconciliationRoutes;
import dev.backlot.ops.AccountRoutes;
import dev.backlot.ops.CallbackMeter;
import dev.backlot.ops.ProblemMeter;
import dev.backlot.port.ProviderHealth;
import dev.backlot.provider.KlingResultLocator;
import dev.backlot.results.LinkRoutes;
import dev.backlot.results.LinkTokens;
import dev.backlot.results.ResultRoutes;
import dev.backlot.results.ResultStreams;
import dev.backlot.stream.DevelopmentRoutes;
import dev.backlot.stream.EventStreamRoutes;
import dev.backlot.stream.Hubs;
import dev.backlot.stream.PageRoutes;
import dev.backlot.stream.StatusSocket;
import dev.backlot.stream.StreamLoop;
import dev.backlot.stream.TokenRoutes;
import dev.backlot.stream.bridge.BridgeRoutes;
import dev.backlot.stream.bridge.BridgeServices;
import dev.backlot.webhook.PostOffice;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Makes the API's routes, anew for each event loop.
 *
 * @param renderTimes shared by all loops: what is known of how long tasks take
 * @param calls shared by all loops: it bounds the calls of the node
 * @param streams shared by all loops: it bounds the streams of the node
 * @param postOffice shared by all loops: what webhooks are signed and sent with
 * @param demo the demo tenant, in the development profile only
 */
record ApiRoutes(
    AppConfig config,
    Storage storage,
    CurrentCatalog catalog,
    Contract contract,
    LargeBodies largeBodies,
    IntakeVerticle intake,
    PendingRequests pendingRequests,
    CallCommands calls,
    ResultStreams streams,
    PostOffice postOffice,
    Hubs hubs,
    Bus bus,
    ProviderHealth health,
    Uuid7 ids,
    MeterRegistry registry,
    InstantSource clock,
    RenderTimes renderTimes,
    PageRoutes.Files page,
    Optional<TenantId> demo)
    implements Supplier<List<Routes>> {

  @Override
  public List<Routes> get() {
    Authentication authentication = new Authentication(storage.keys(), clock);
    RequestChecks checks = new RequestChecks(contract, config.http().bodyLimit(), largeBodies);
    LinkTokens links = new LinkTokens(config.security().linkKey(), config.results().linkLifetime());
    Reach reach = reach();
    List<Routes> routes = new ArrayList<>();
    List<String> nodes = config.development().map(DevelopmentConfig::nodes).orElse(List.of());
    routes.add(new ProblemMeter(registry));
    Origins origins = origins(nodes);
    routes.add(origins);
    routes.add(new UrlCredentials());
    JobCommands commands =
        new JobCommands(
            catalog,
            reach,
            config.intake(),
            ids,
            submit(),
            storage.jobs(),
            bus,
            clock,
            JobRoutes.KEY_FIELD);
    if (config.facade().enabled()) {
      routes.add(
          FacadeRoutes.of(
              config.facade(),
              catalog,
              authentication,
              storage.accessKeys(),
              checks,
              commands::draft,
              postOffice::problem,
              submit(),
              storage.clientTasks(),
              storage.clientReplies(),
              pendingRequests,
              storage.ledger(),
              storage.deductions(),
              (tenant, job, n, watermark) -> links.path(tenant, job, n, watermark, clock.instant()),
              calls::reading,
              (tenant, call, n) -> links.path(tenant, call, n, clock.instant()),
              clock));
    }
    routes.add(new JobRoutes(authentication, checks, commands, storage.jobs()));
    routes.add(
        new WaitingRoutes(
            authentication, checks, storage.waiting(), config.intake().ageingStep(), bus, clock));
    addBatches(routes, authentication, checks, reach);
    routes.add(forecasts(authentication, checks));
    routes.add(new QuoteRoutes(authentication, checks, new Quotes(catalog, reach)));
    routes.add(new KindRoutes(authentication, checks, catalog));
    routes.add(
        new ResultRoutes(
            authentication,
            storage.jobs(),
            storage.calls(),
            new KlingResultLocator(),
            links,
            streams,
            clock));
    routes.add(new CallRoutes(authentication, checks, calls));
    routes.add(new LinkRoutes(authentication, storage.keys(), storage.jobs(), links, clock));
    routes.add(
        new AccountRoutes(
            authentication,
            checks,
            config.provider().accounts(),
            health,
            storage.dispatches(),
            bus));
    routes.add(new CreditRoutes(authentication, checks, storage.ledger()));
    routes.add(
        new ReconciliationRoutes(
            authentication,
            checks,
            storage.billDays(),
            config.provider().accounts().stream().map(AccountConfig::id).toList(),
            config.retention().reconciliation(),
            bus,
            clock));
    routes.add(
        new TokenRoutes(
            authentication,
            checks,
            storage.tokens(),
            storage.log(),
            config.streamTokens().liveMax(),
            clock));
    StreamLoop loop = loop();
    routes.add(new StatusSocket(loop, origins));
    routes.add(new EventStreamRoutes(loop, checks));
    routes.add(new BridgeRoutes(loop, bridges(), origins));
    routes.addAll(
        postOffice.routes(
            authentication, checks, storage.webhooks(), storage.jobWebhooks(), ids::next));
    routes.add(callbacks());
    routes.add(DocsRoutes.of(contract));
    routes.add(new SchemaRoutes());
    routes.add(new PageRoutes(page, nodes));
    demo.ifPresent(tenant -> routes.add(development(tenant)));
    return routes;
  }

  /** Stores a submission, from any event loop. */
  Function<Submission, Future<Admission>> submit() {
    return usedOutputs().before(webhookAddresses().before(intake::submit));
  }

  private UsedOutputs usedOutputs() {
    return new UsedOutputs(
        storage.madeOutputs(), new ConfiguredDialects(config.provider().accounts())::of, clock);
  }

  private WebhookAddresses webhookAddresses() {
    return new WebhookAddresses(
        postOffice::problem,
        storage.jobWebhooks(),
        config.webhooks().jobAddressesMax(),
        ids::next,
        clock);
  }

  private Routes forecasts(Authentication authentication, RequestChecks checks) {
    ConfiguredDialects dialects = new ConfiguredDialects(config.provider().accounts());
    return new ForecastRoutes(
        authentication,
        checks,
        storage.queues(),
        Dispatch.mayGo(catalog, dialects),
        renderTimes,
        health,
        clock);
  }

  /** Of the accounts that run what is submitted. */
  Reach reach() {
    return new ConfiguredDialects(config.provider().accounts()).of(config.intake().pool(), null);
  }

  /** A new one for each event loop that carries connections of followers. */
  StreamLoop loop() {
    return new StreamLoop(config.stream(), storage.log(), storage.keys(), hubs, clock);
  }

  /** The same for clients of the event-bus bridges. */
  BridgeServices bridges() {
    return BridgeServices.of(bus, new MessageReplies(new ProblemMeter(registry)::count));
  }

  /** The page of another development node calls from its own origin when that node is gone. */
  private Origins origins(List<String> nodes) {
    List<String> all = new ArrayList<>(config.http().allowedOrigins());
    all.addAll(nodes);
    return new Origins(all);
  }

  private Routes callbacks() {
    Map<String, CallbackSignatures> accounts =
        config.provider().accounts().stream()
            .collect(Collectors.toMap(AccountConfig::id, AccountConfig::callbacks));
    return new CallbackRoutes(
        config.provider().callbacks(),
        accounts,
        new CallbackTokens(config.security().callbackKey(), accounts.keySet()),
        bus,
        clock,
        new CallbackMeter(registry));
  }

  private void addBatches(
      List<Routes> routes, Authentication authentication, RequestChecks checks, Reach reach) {
    BatchBodies bodies =
        new BatchBodies(
            contract, largeBodies, config.batches().bodyLimit(), config.http().bodyLimit());
    routes.add(
        new BatchSubmitRoutes(
            authentication,
            checks,
            bodies,
            catalog,
            reach,
            usedOutputs(),
            webhookAddresses(),
            config.intake(),
            ids,
            storage.batches(),
            bus,
            clock));
    BatchSteps steps = new BatchSteps(storage.batches(), bus, config.batches(), clock);
    routes.add(
        new BatchRoutes(
            authentication,
            checks,
            storage.batches(),
            steps,
            bus,
            config.intake().idempotencyRetention(),
            clock));
    routes.add(new ItemRoutes(authentication, checks, storage.batches()));
  }

  private Routes development(TenantId tenant) {
    DevelopmentConfig development = config.development().orElseThrow();
    return new DevelopmentRoutes(
        storage.tokens(),
        tenant,
        development.keyId(),
        new Secret(development.presentedKey()),
        development.nodes(),
        config.streamTokens().liveMax(),
        clock);
  }
}
