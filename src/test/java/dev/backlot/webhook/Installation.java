package dev.backlot.webhook;

import dev.backlot.bus.Bus;
import dev.backlot.config.Secret;
import dev.backlot.config.WebhooksConfig;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.EventTypes;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobWebhook;
import dev.backlot.domain.job.Uuid7;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.domain.webhook.Delivery;
import dev.backlot.domain.webhook.EndpointId;
import dev.backlot.http.Authentication;
import dev.backlot.http.FakeKeys;
import dev.backlot.http.HostResolver;
import dev.backlot.http.TestServer;
import dev.backlot.port.JobWebhooks.Address;
import dev.backlot.port.WebhookQueue;
import dev.backlot.store.PgJobWebhooks;
import dev.backlot.store.PgWebhookQueue;
import dev.backlot.store.PgWebhooks;
import dev.backlot.store.StoreFixture;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A database, the routes, and as many nodes that send as a test starts; its clock can be put on.
 */
final class Installation implements AutoCloseable {
  static final String PATH = "/api/v1/webhooks";
  static final String OTHERS_KEY = "blk_bbbbbbbbbbbb_secret";
  private static final Secret KEY = new Secret("webhook-key-of-an-installation-1");

  final StoreFixture store = new StoreFixture();
  final Vertx vertx = store.vertx;
  final Bus bus = Bus.install(vertx);
  final TenantId tenant;
  final PgWebhooks webhooks = new PgWebhooks(vertx, store.database.pool(), new Random(1));
  final PgJobWebhooks jobs = new PgJobWebhooks(vertx, store.database.pool(), new Random(5));
  final WebhookQueue queue = new PgWebhookQueue(vertx, store.database.pool(), new Random(2));
  final TestServer http;
  private final WebhooksConfig config;
  private final HostResolver resolver;
  private final HttpClientOptions options;
  private volatile Duration ahead = Duration.ZERO;
  final InstantSource clock = () -> InstantSource.system().instant().plus(ahead);

  Installation(WebhooksConfig config) throws Exception {
    this(config, null, new HttpClientOptions());
  }

  Installation(WebhooksConfig config, @Nullable HostResolver resolver, HttpClientOptions options)
      throws Exception {
    this(config, null, resolver, options);
  }

  /** Whose tenant has this id. */
  Installation(WebhooksConfig config, TenantId named) throws Exception {
    this(config, named, null, new HttpClientOptions());
  }

  private Installation(
      WebhooksConfig config,
      @Nullable TenantId named,
      @Nullable HostResolver resolver,
      HttpClientOptions options)
      throws Exception {
    this.tenant = named == null ? store.tenant : named;
    if (named != null) {
      store.database.execute(
          "INSERT INTO tenant (id, name, created_at) VALUES ('" + named + "', 'named', now())");
    }
    this.config = config;
    this.resolver = resolver == null ? HostResolver.system(vertx) : resolver;
    this.options = options;
    FakeKeys keys =
        new FakeKeys()
            .add(TestServer.KEY, tenant, Set.of(Scope.values()))
            .add(OTHERS_KEY, new TenantId(new UUID(9, 9)), Set.of(Scope.values()));
    http =
        TestServer.start(
            vertx,
            checks ->
                office()
                    .routes(
                        new Authentication(keys, clock),
                        checks,
                        webhooks,
                        jobs,
                        new Uuid7(clock, new Random(3))::next));
  }

  /** Another node that plans and sends. */
  String node(String name) throws Exception {
    return node(name, queue);
  }

  String node(String name, WebhookQueue its) throws Exception {
    return node(name, its, clock);
  }

  /** With a clock of its own. */
  String node(String name, WebhookQueue its, InstantSource own) throws Exception {
    return node(store.node(name), its, own);
  }

  private String node(NodeLease lease, WebhookQueue its, InstantSource own) throws Exception {
    Planner planner = new Planner(its, store.membership, lease, config, own);
    Courier courier = office(own).courier(its, UUID::randomUUID);
    return vertx
        .deployVerticle(new WebhookVerticle(planner, courier, bus, config))
        .await(20, TimeUnit.SECONDS);
  }

  /** A node that lives for longer than one lease. */
  String lastingNode(String name) throws Exception {
    NodeLease lease = store.node(name);
    vertx.setPeriodic(2_000, beat -> beat(lease));
    return node(lease, queue, clock);
  }

  private void beat(NodeLease lease) {
    long sentAt = lease.tick();
    store
        .membership
        .heartbeat(lease)
        .onSuccess(
            held -> {
              if (held) {
                lease.renewed(lease.epoch(), sentAt);
              }
            });
  }

  void stop(String node) throws Exception {
    vertx.undeploy(node).await(30, TimeUnit.SECONDS);
  }

  PostOffice office() {
    return office(clock);
  }

  private PostOffice office(InstantSource own) {
    return new PostOffice(
        vertx, config, KEY, Installation::tasks, own, resolver, new HttpClientOptions(options));
  }

  /** Instead of a task, what it is told with and where its files would be. */
  private static Future<Map<Long, String>> tasks(
      TenantId tenant, String origin, List<Delivery> deliveries) {
    return Future.succeededFuture(
        deliveries.stream()
            .collect(
                Collectors.toMap(
                    Delivery::position,
                    each -> new JsonObject().put("told", each.type()).put("at", origin).encode())));
  }

  void putOn(Duration further) {
    ahead = ahead.plus(further);
    store.database.putOn(ahead);
    beat();
  }

  /** All nodes have gone on beating meanwhile. */
  void beat() {
    store.database.execute("UPDATE node SET heartbeat_at = backlot_now()");
  }

  /** Made over the API, with its secret. */
  JsonObject endpoint(String url, String... events) {
    HttpResponse<Buffer> answer =
        http.post(
            PATH, new JsonObject().put("url", url).put("events", new JsonArray(List.of(events))));
    if (answer.statusCode() != 201) {
      throw new AssertionError(answer.bodyAsString());
    }
    return answer.bodyAsJsonObject();
  }

  JsonObject endpoint(JsonObject endpoint) {
    return get("/" + endpoint.getString("id"));
  }

  JsonArray deliveries(JsonObject endpoint) {
    return get("/" + endpoint.getString("id") + "/deliveries").getJsonArray("items");
  }

  JsonObject delivery(JsonObject endpoint) {
    return deliveries(endpoint).getJsonObject(0);
  }

  JsonObject get(String path) {
    return http.get(PATH + path).bodyAsJsonObject();
  }

  HttpResponse<Buffer> post(JsonObject endpoint, String path, JsonObject body) {
    return http.post(PATH + "/" + endpoint.getString("id") + path, body);
  }

  HttpResponse<Buffer> post(JsonObject endpoint, String path) {
    return TestServer.await(
        http.request(HttpMethod.POST, PATH + "/" + endpoint.getString("id") + path));
  }

  HttpResponse<Buffer> patch(JsonObject endpoint, JsonObject body) {
    return TestServer.await(
        http.request(HttpMethod.PATCH, PATH + "/" + endpoint.getString("id"))
            .putHeader("Content-Type", "application/json"),
        body.toBuffer());
  }

  JobId job() throws Exception {
    return store.job();
  }

  /** What signs for jobs is made new; with its secret. */
  JsonObject newSecret() {
    return TestServer.await(http.request(HttpMethod.POST, "/api/v1/webhook-secret"))
        .bodyAsJsonObject();
  }

  /** A job that has its own events told there. */
  JobId jobTelling(String url, String... events) throws Exception {
    return store.jobTelling(new JobWebhook(url, Set.of(events), addressOfJobs(url).value()));
  }

  /** As intake keeps it for the jobs that name it. */
  EndpointId addressOfJobs(String url) throws Exception {
    return keep(new Address(url, null));
  }

  private EndpointId keep(Address address) throws Exception {
    EndpointId fresh = new EndpointId(UUID.randomUUID());
    return Objects.requireNonNull(
        jobs.keep(tenant, Map.of(address, fresh), 1_000, clock.instant())
            .await(20, TimeUnit.SECONDS)
            .endpoints()
            .get(address));
  }

  /** A job whose client is told its task in the provider's own words. */
  JobId jobToldAsTask(String url) throws Exception {
    Set<String> told = new HashSet<>(EventTypes.ENDS);
    told.addAll(List.of("job.queued", "job.running"));
    EndpointId kept = keep(new Address(url, "http://origin.example"));
    return store.jobTelling(new JobWebhook(url, told, "http://origin.example", kept.value()));
  }

  /** Where a job's events are told. */
  JsonObject webhookOf(JobId job) {
    return http.get("/api/v1/jobs/" + job + "/webhook").bodyAsJsonObject();
  }

  /** One more event of a job, as a transaction of the service would append it. */
  void event(JobId job, int version, String type) {
    store.database.execute(
        """
        SELECT pg_advisory_xact_lock(1);
        INSERT INTO event (tenant_id, job_id, job_version, type, at, data)
          VALUES ('%s', '%s', %d, '%s', now(), '{"version": %d}')"""
            .formatted(tenant, job, version, type, version));
  }

  /** Waits for what nobody tells. */
  void until(String what, BooleanSupplier condition) throws Exception {
    Instant end = InstantSource.system().instant().plusSeconds(20);
    while (!condition.getAsBoolean()) {
      if (InstantSource.system().instant().isAfter(end)) {
        throw new AssertionError("waited in vain until " + what);
      }
      vertx.timer(10).await(5, TimeUnit.SECONDS);
    }
  }

  @Override
  public void close() throws Exception {
    http.close();
    store.close();
  }
}
