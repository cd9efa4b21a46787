package dev.backlot.facade;

import dev.backlot.bus.Bus;
import dev.backlot.config.CatalogFiles;
import dev.backlot.config.FacadeConfig;
import dev.backlot.config.IntakeConfig;
import dev.backlot.config.Secret;
import dev.backlot.database.TestDatabase;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.catalog.CurrentCatalog;
import dev.backlot.domain.catalog.Reach;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.Admission;
import dev.backlot.domain.job.ClientReply;
import dev.backlot.domain.job.Submission;
import dev.backlot.domain.job.Uuid7;
import dev.backlot.domain.net.WebAddress;
import dev.backlot.http.Authentication;
import dev.backlot.http.RequestChecks;
import dev.backlot.http.Routes;
import dev.backlot.http.TestServer;
import dev.backlot.intake.IntakeVerticle;
import dev.backlot.intake.JobCommands;
import dev.backlot.intake.WebhookAddresses;
import dev.backlot.port.ClientReplies;
import dev.backlot.port.ClientTasks;
import dev.backlot.store.PgAccessKeys;
import dev.backlot.store.PgAdmissions;
import dev.backlot.store.PgClientReplies;
import dev.backlot.store.PgClientTasks;
import dev.backlot.store.PgCreditLedger;
import dev.backlot.store.PgDeductions;
import dev.backlot.store.PgJobWebhooks;
import dev.backlot.store.PgJobs;
import dev.backlot.store.PgKeys;
import dev.backlot.system.Eventually;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.lang.reflect.Proxy;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Nodes with the facade over one real database, each with an intake of its own. */
final class FacadeNodes implements AutoCloseable {
  private static final InstantSource CLOCK = InstantSource.system();
  private static final Duration COMMIT = Duration.ofSeconds(20);
  private static final IntakeConfig INTAKE =
      new IntakeConfig(
          100,
          50,
          1,
          Duration.ofSeconds(10),
          Duration.ofHours(24),
          Duration.ofSeconds(60),
          "default");

  /** How often a create has seen which others of its like are on their way. */
  final AtomicInteger looks = new AtomicInteger();

  final Vertx vertx = Vertx.vertx();
  final TestDatabase database = TestDatabase.create(vertx);
  private final Bus bus = Bus.install(vertx);
  private final PgKeys keys = new PgKeys(vertx, database.pool(), new Random(1), UUID::randomUUID);
  private final PgCreditLedger ledger = new PgCreditLedger(vertx, database.pool(), new Random(2));
  private final Uuid7 ids = new Uuid7(CLOCK, new Random(4));
  private final List<IntakeVerticle> intakes = new ArrayList<>();
  private final List<TestServer> servers = new ArrayList<>();
  private final List<PendingRequests> pending = new ArrayList<>();

  /**
   * @param credit video units of the one tenant, whose key all the servers' clients have
   */
  FacadeNodes(String credit) throws TimeoutException {
    TenantId tenant =
        keys.install("acme", TestServer.KEY, Set.of(Scope.values()), CLOCK.instant())
            .await(20, TimeUnit.SECONDS);
    ledger
        .grant(tenant, Asset.VIDEO_UNIT, Credits.of(credit), "test", CLOCK.instant())
        .await(20, TimeUnit.SECONDS);
  }

  static FacadeConfig config(Duration answerWithin, Duration lostReplyWindow) {
    return new FacadeConfig(true, "", answerWithin, Duration.ZERO, lostReplyWindow);
  }

  IntakeVerticle intake() throws TimeoutException {
    PgAdmissions admissions =
        new PgAdmissions(vertx, database.pool(), new Random(3), COMMIT, System::nanoTime);
    IntakeVerticle intake = new IntakeVerticle(admissions, bus, INTAKE, COMMIT, CLOCK);
    vertx.deployVerticle(intake).await(20, TimeUnit.SECONDS);
    intakes.add(intake);
    return intake;
  }

  TestServer node(FacadeConfig config) throws TimeoutException {
    return node(config, intake()::submit, new PgClientTasks(database.pool()), List.of());
  }

  TestServer node(
      FacadeConfig config,
      Function<Submission, Future<Admission>> intake,
      ClientTasks tasks,
      List<Routes> before)
      throws TimeoutException {
    PendingRequests creates = new PendingRequests();
    pending.add(creates);
    TestServer server =
        TestServer.start(
            vertx,
            checks -> {
              List<Routes> routes = new ArrayList<>(before);
              routes.add(routes(config, checks, intake, tasks, creates));
              return routes;
            });
    servers.add(server);
    return server;
  }

  private FacadeRoutes routes(
      FacadeConfig config,
      RequestChecks checks,
      Function<Submission, Future<Admission>> intake,
      ClientTasks tasks,
      PendingRequests creates) {
    JobCommands commands =
        new JobCommands(
            new CurrentCatalog(CatalogFiles.load()),
            Reach.everywhere(),
            INTAKE,
            ids,
            intake,
            new PgJobs(vertx, database.pool(), new Random(5)),
            bus,
            CLOCK,
            "key");
    return FacadeRoutes.of(
        config,
        new CurrentCatalog(CatalogFiles.load()),
        new Authentication(keys, CLOCK),
        new PgAccessKeys(
            vertx,
            database.pool(),
            new Secret("a sealing key of 32 characters.."),
            new SecureRandom(),
            UUID::randomUUID),
        checks,
        commands::draft,
        WebAddress::problem,
        addresses().before(intake),
        tasks,
        counted(new PgClientReplies(database.pool())),
        creates,
        ledger,
        new PgDeductions(database.pool()),
        (tenant, job, n, watermark) -> "/file",
        (caller, call, input, digest) -> known -> Future.failedFuture("no calls here"),
        (tenant, call, n) -> "/file",
        CLOCK);
  }

  private ClientReplies counted(ClientReplies replies) {
    return (ClientReplies)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {ClientReplies.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("onTheirWay")) {
                return replies
                    .onTheirWay(
                        (TenantId) arguments[0], (ClientReply) arguments[1], (Instant) arguments[2])
                    .onSuccess(jobs -> looks.incrementAndGet());
              }
              return method.invoke(replies, arguments);
            });
  }

  private WebhookAddresses addresses() {
    return new WebhookAddresses(
        WebAddress::problem,
        new PgJobWebhooks(vertx, database.pool(), new Random(6)),
        10,
        ids::next,
        CLOCK);
  }

  String firstTask() {
    return database.text("SELECT min(public_number)::text FROM job");
  }

  /** What is under way would look for its database until its deadline. */
  @Override
  public void close() throws TimeoutException {
    Eventually.until(
        "everything is stored",
        Duration.ofSeconds(20),
        () -> intakes.stream().allMatch(intake -> intake.unanswered() == 0));
    Eventually.until(
        "nobody is remembered",
        Duration.ofSeconds(20),
        () -> pending.stream().allMatch(creates -> creates.size() == 0));
    servers.forEach(TestServer::close);
    database.close();
    vertx.close().await(20, TimeUnit.SECONDS);
  }
}
