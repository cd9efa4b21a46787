package dev.backlot.batch;

import dev.backlot.bus.Bus;
import dev.backlot.config.BatchConfig;
import dev.backlot.config.CatalogFiles;
import dev.backlot.config.HttpConfig;
import dev.backlot.config.IntakeConfig;
import dev.backlot.database.TestDatabase;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.catalog.CurrentCatalog;
import dev.backlot.domain.catalog.Reach;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.Uuid7;
import dev.backlot.domain.net.WebAddress;
import dev.backlot.http.Authentication;
import dev.backlot.http.BatchBodies;
import dev.backlot.http.Contract;
import dev.backlot.http.LargeBodies;
import dev.backlot.http.RequestChecks;
import dev.backlot.http.Routes;
import dev.backlot.http.TestServer;
import dev.backlot.intake.BatchSubmitRoutes;
import dev.backlot.intake.UsedOutputs;
import dev.backlot.intake.WebhookAddresses;
import dev.backlot.store.PgBatches;
import dev.backlot.store.PgCreditLedger;
import dev.backlot.store.PgJobWebhooks;
import dev.backlot.store.PgKeys;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** The routes of batches over HTTP into a real database: nothing of ours is replaced. */
final class BatchServer implements AutoCloseable {
  static final InstantSource CLOCK = InstantSource.system();
  static final BatchConfig CONFIG =
      new BatchConfig(4 << 20, 500, Duration.ofSeconds(1), Duration.ofSeconds(2));
  static final String OTHER_KEY = "blk_bbbbbbbbbbbb_secret-of-at-least-32-characters";
  private static final IntakeConfig INTAKE =
      new IntakeConfig(
          100,
          50,
          2,
          Duration.ofSeconds(10),
          Duration.ofHours(24),
          Duration.ofMinutes(1),
          "default");

  final Vertx vertx = Vertx.vertx();
  final Bus bus = Bus.install(vertx);
  final TestDatabase database = TestDatabase.create(vertx);
  final Uuid7 ids = new Uuid7(CLOCK, new Random(1));
  final PgBatches batches = new PgBatches(vertx, database.pool(), new Random(2), ids::next);
  final PgJobWebhooks jobWebhooks = new PgJobWebhooks(vertx, database.pool(), new Random(5));
  final LargeBodies large = new LargeBodies(vertx, new HttpConfig.LargeBodies(8 << 20, 16 << 20));
  final TenantId tenant;
  private final PgKeys keys = new PgKeys(vertx, database.pool(), new Random(3), UUID::randomUUID);
  private final TestServer server;

  BatchServer(String units) throws Exception {
    tenant =
        keys.install("acme", TestServer.KEY, Set.of(Scope.values()), CLOCK.instant())
            .await(20, TimeUnit.SECONDS);
    keys.install("other", OTHER_KEY, Set.of(Scope.values()), CLOCK.instant())
        .await(20, TimeUnit.SECONDS);
    new PgCreditLedger(vertx, database.pool(), new Random(4))
        .grant(tenant, Asset.VIDEO_UNIT, Credits.of(units), "test", CLOCK.instant())
        .await(20, TimeUnit.SECONDS);
    Contract contract = TestServer.contract(vertx);
    server = TestServer.start(vertx, checks -> routes(checks, contract));
  }

  private List<Routes> routes(RequestChecks checks, Contract contract) {
    Authentication authentication = new Authentication(keys, CLOCK);
    BatchSteps steps = new BatchSteps(batches, bus, CONFIG, CLOCK);
    return List.of(
        new BatchSubmitRoutes(
            authentication,
            checks,
            new BatchBodies(contract, large, CONFIG.bodyLimit(), TestServer.BODY_LIMIT),
            new CurrentCatalog(CatalogFiles.load()),
            Reach.everywhere(),
            new UsedOutputs(
                (tenant, numbers, jobs) -> Future.succeededFuture(List.of()),
                (pool, account) -> Reach.everywhere(),
                CLOCK),
            webhooks(),
            INTAKE,
            ids,
            batches,
            bus,
            CLOCK),
        new BatchRoutes(
            authentication, checks, batches, steps, bus, INTAKE.idempotencyRetention(), CLOCK),
        new ItemRoutes(authentication, checks, batches));
  }

  private WebhookAddresses webhooks() {
    return new WebhookAddresses(WebAddress::problem, jobWebhooks, 3, UUID::randomUUID, CLOCK);
  }

  /** Items of 1.5 units each. */
  static JsonObject batch(int items) {
    JsonArray all = new JsonArray();
    IntStream.range(0, items).forEach(i -> all.add(item("a boat " + i)));
    return new JsonObject().put("items", all);
  }

  static JsonObject item(String prompt) {
    return new JsonObject()
        .put("kind", "text2video")
        .put("input", new JsonObject().put("prompt", prompt));
  }

  HttpResponse<Buffer> submit(JsonObject batch) {
    return server.post("/api/v1/batches", batch);
  }

  HttpResponse<Buffer> submit(String type, String body, String key) {
    HttpRequest<Buffer> request =
        server.request(HttpMethod.POST, "/api/v1/batches").putHeader("Content-Type", type);
    return TestServer.await(
        key.isEmpty() ? request : request.putHeader("Idempotency-Key", key), Buffer.buffer(body));
  }

  /** Its path. */
  String submitted(JsonObject batch) {
    return "/api/v1/batches/" + submit(batch).bodyAsJsonObject().getString("id");
  }

  HttpResponse<Buffer> get(String path) {
    return server.get(path);
  }

  HttpResponse<Buffer> post(String path) {
    return TestServer.await(server.request(HttpMethod.POST, path));
  }

  HttpResponse<Buffer> patch(String path, JsonObject body) {
    return TestServer.await(
        server.request(HttpMethod.PATCH, path).putHeader("Content-Type", "application/json"),
        body.toBuffer());
  }

  int statusForOther(HttpMethod method, String path) {
    HttpRequest<Buffer> request =
        server.client().request(method, path).bearerTokenAuthentication(OTHER_KEY);
    return (method.equals(HttpMethod.PATCH)
            ? TestServer.await(
                request.putHeader("Content-Type", "application/json"), Buffer.buffer("{}"))
            : TestServer.await(request))
        .statusCode();
  }

  @Override
  public void close() throws Exception {
    server.close();
    database.close();
    vertx.close().await(20, TimeUnit.SECONDS);
  }
}
