package dev.backlot.intake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.bus.Bus;
import dev.backlot.config.CatalogFiles;
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
import dev.backlot.http.TestServer;
import dev.backlot.ledger.CreditRoutes;
import dev.backlot.store.PgAdmissions;
import dev.backlot.store.PgCreditLedger;
import dev.backlot.store.PgJobWebhooks;
import dev.backlot.store.PgJobs;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests over HTTP into a real database: nothing of ours is replaced. */
class IntakeOnPostgresTest {
  private static final InstantSource CLOCK = InstantSource.system();
  private static final JsonObject BODY =
      new JsonObject("{\"kind\":\"text2video\",\"input\":{\"prompt\":\"a boat\"}}");
  private static final IntakeConfig CONFIG =
      new IntakeConfig(
          5_000,
          50,
          2,
          Duration.ofSeconds(10),
          Duration.ofHours(24),
          Duration.ofSeconds(60),
          "default");

  private final Vertx vertx = Vertx.vertx();
  private final Bus bus = Bus.install(vertx);
  private final TestDatabase database = TestDatabase.create(vertx);
  private final PgKeys keys = new PgKeys(vertx, database.pool(), new Random(1), UUID::randomUUID);
  private final PgCreditLedger ledger = new PgCreditLedger(vertx, database.pool(), new Random(2));
  private final PgJobWebhooks jobWebhooks =
      new PgJobWebhooks(vertx, database.pool(), new Random(5));
  private final List<TestServer> servers = new ArrayList<>();
  private TenantId tenant = new TenantId(new UUID(0, 0));

  @BeforeEach
  void keyAndServer() throws Exception {
    tenant =
        keys.install("acme", TestServer.KEY, Set.of(Scope.values()), CLOCK.instant())
            .await(20, TimeUnit.SECONDS);
    servers.add(newServer());
  }

  @AfterEach
  void stop() throws Exception {
    servers.forEach(TestServer::close);
    database.close();
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  private TestServer newServer() throws TimeoutException {
    PgAdmissions admissions =
        new PgAdmissions(
            vertx, database.pool(), new Random(3), Duration.ofSeconds(10), System::nanoTime);
    IntakeVerticle intake =
        new IntakeVerticle(admissions, bus, CONFIG, Duration.ofSeconds(10), CLOCK);
    vertx.deployVerticle(intake).await(20, TimeUnit.SECONDS);
    Uuid7 ids = new Uuid7(CLOCK, new Random(servers.size()));
    return TestServer.start(
        vertx,
        checks -> {
          Authentication authentication = new Authentication(keys, CLOCK);
          PgJobs jobs = new PgJobs(vertx, database.pool(), new Random(4));
          JobCommands commands =
              new JobCommands(
                  new CurrentCatalog(CatalogFiles.load()),
                  Reach.everywhere(),
                  CONFIG,
                  ids,
                  webhooks(ids).before(intake::submit),
                  jobs,
                  bus,
                  CLOCK,
                  JobRoutes.KEY_FIELD);
          return List.of(
              new JobRoutes(authentication, checks, commands, jobs),
              new CreditRoutes(authentication, checks, ledger));
        });
  }

  private WebhookAddresses webhooks(Uuid7 ids) {
    return new WebhookAddresses(WebAddress::problem, jobWebhooks, 2, ids::next, CLOCK);
  }

  private void grant(String units) throws TimeoutException {
    ledger
        .grant(tenant, Asset.VIDEO_UNIT, Credits.of(units), "test", CLOCK.instant())
        .await(20, TimeUnit.SECONDS);
  }

  private static HttpRequest<Buffer> submission(TestServer server) {
    return server
        .request(HttpMethod.POST, "/api/v1/jobs")
        .putHeader("Content-Type", "application/json");
  }

  private List<HttpResponse<Buffer>> submitAll(int count, String key) throws TimeoutException {
    List<Future<HttpResponse<Buffer>>> sent = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      HttpRequest<Buffer> request = submission(servers.get(i % servers.size()));
      if (!key.isEmpty()) {
        request.putHeader("Idempotency-Key", key);
      }
      sent.add(request.sendBuffer(BODY.toBuffer()));
    }
    Future.all(sent).await(60, TimeUnit.SECONDS);
    return sent.stream().map(Future::result).toList();
  }

  private static long fresh(List<HttpResponse<Buffer>> answers) {
    return answers.stream().filter(a -> a.getHeader("Idempotent-Replayed") == null).count();
  }

  @Test
  void two_hundred_requests_with_one_key_are_one_job() throws Exception {
    grant("1000");

    List<HttpResponse<Buffer>> answers = submitAll(200, "order-1");

    assertThat(answers).extracting(HttpResponse::statusCode).containsOnly(202);
    assertThat(answers).extracting(HttpResponse::body).containsOnly(answers.get(0).body());
    assertThat(answers)
        .extracting(a -> a.getHeader("Location"))
        .containsOnly(answers.get(0).getHeader("Location"));
    assertThat(fresh(answers)).isEqualTo(1);
    assertThat(database.number("SELECT count(*) FROM job")).isEqualTo(1);
    assertThat(credits().getString("reserved")).isEqualTo("1.5");
  }

  @Test
  void two_intakes_on_one_database_make_one_job_of_one_key() throws Exception {
    grant("1000");
    servers.add(newServer());

    List<HttpResponse<Buffer>> answers = submitAll(200, "order-1");

    assertThat(answers).extracting(HttpResponse::body).containsOnly(answers.get(0).body());
    assertThat(fresh(answers)).isEqualTo(1);
    assertThat(database.number("SELECT count(*) FROM job")).isEqualTo(1);
  }

  @Test
  void a_new_process_gives_the_old_answer() throws Exception {
    grant("1000");
    HttpResponse<Buffer> before = submitAll(1, "order-1").get(0);
    servers.get(0).close();
    servers.set(0, newServer());

    HttpResponse<Buffer> after = submitAll(1, "order-1").get(0);

    assertThat(after.statusCode()).isEqualTo(202);
    assertThat(after.body()).isEqualTo(before.body());
    assertThat(after.getHeader("Idempotent-Replayed")).isEqualTo("true");
  }

  @Test
  void five_hundred_requests_get_the_credit_for_a_hundred() throws Exception {
    grant("150");

    List<HttpResponse<Buffer>> answers = submitAll(500, "");

    assertThat(answers.stream().filter(a -> a.statusCode() == 202)).hasSize(100);
    assertThat(answers.stream().filter(a -> a.statusCode() == 402)).hasSize(400);
    assertThat(credits())
        .isEqualTo(
            new JsonObject()
                .put("asset", "video_unit")
                .put("balance", "0")
                .put("reserved", "150")
                .put("spent", "0"));
    assertThat(database.number("SELECT count(*) FROM job")).isEqualTo(100);
  }

  @Test
  void a_stored_job_reads_back_and_cancels() throws Exception {
    grant("10");
    JsonObject stored = submitAll(1, "").get(0).bodyAsJsonObject();
    String path = "/api/v1/jobs/" + stored.getString("id");

    assertThat(servers.get(0).get(path).bodyAsJsonObject().getMap())
        .containsAllEntriesOf(stored.getMap());
    assertThat(servers.get(0).get("/api/v1/jobs?limit=1").bodyAsJsonObject())
        .isEqualTo(
            new JsonObject().put("items", new JsonArray().add(stored)).putNull("next_cursor"));
    HttpResponse<Buffer> canceled = servers.get(0).post(path + "/cancel", Buffer.buffer());
    assertThat(canceled.statusCode()).isEqualTo(200);
    assertThat(canceled.bodyAsJsonObject().getString("state")).isEqualTo("canceled");
    assertThat(credits().getString("balance")).isEqualTo("10");
  }

  private JsonObject credits() {
    return servers
        .get(0)
        .get("/api/v1/credits")
        .bodyAsJsonObject()
        .getJsonArray("items")
        .getJsonObject(0);
  }

  private HttpResponse<Buffer> telling(String url, String key) throws TimeoutException {
    return submission(servers.get(0))
        .putHeader("Idempotency-Key", key)
        .sendBuffer(BODY.copy().put("webhook_url", url).toBuffer())
        .await(20, TimeUnit.SECONDS);
  }

  private void makeWebhookSecret() throws TimeoutException {
    jobWebhooks
        .rotate(tenant, "sealed", "public", CLOCK.instant(), CLOCK.instant())
        .await(20, TimeUnit.SECONDS);
  }

  @Test
  void a_job_may_name_an_address_once_there_is_a_secret_to_sign_with() throws Exception {
    grant("1000");
    HttpResponse<Buffer> before = telling("https://hooks.example.com/", "order-1");
    makeWebhookSecret();

    HttpResponse<Buffer> after = telling("https://hooks.example.com/", "order-1");

    assertThat(before.statusCode()).isEqualTo(409);
    assertThat(before.bodyAsJsonObject().getString("code")).isEqualTo("no-webhook-secret");
    assertThat(after.statusCode()).isEqualTo(202);
    assertThat(
            database.text(
                "SELECT w.job_id::text FROM job_webhook w"
                    + " JOIN webhook_endpoint e ON e.id = w.endpoint_id"
                    + " WHERE e.url = 'https://hooks.example.com/' AND cardinality(w.events) = 4"))
        .isEqualTo(after.bodyAsJsonObject().getString("id"));
  }

  @Test
  void the_address_is_part_of_what_an_idempotency_key_stands_for() throws Exception {
    grant("1000");
    makeWebhookSecret();
    HttpResponse<Buffer> first = telling("https://hooks.example.com/", "order-1");

    HttpResponse<Buffer> same = telling("https://hooks.example.com/", "order-1");
    HttpResponse<Buffer> other = telling("https://hooks.example.com/other", "order-1");

    assertThat(same.body()).isEqualTo(first.body());
    assertThat(same.getHeader("Idempotent-Replayed")).isEqualTo("true");
    assertThat(other.statusCode()).isEqualTo(409);
    assertThat(database.number("SELECT count(*) FROM job_webhook")).isEqualTo(1);
  }

  @Test
  void an_address_inside_is_refused_before_anything_is_stored() throws Exception {
    grant("1000");
    makeWebhookSecret();

    HttpResponse<Buffer> answer = telling("https://169.254.169.254/latest", "order-1");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.bodyAsJsonObject().getString("field")).isEqualTo("/webhook_url");
    assertThat(database.number("SELECT count(*) FROM webhook_endpoint")).isZero();
  }

  @Test
  void jobs_use_no_more_addresses_at_a_time_than_they_may() throws Exception {
    grant("1000");
    makeWebhookSecret();
    telling("https://hooks.example.com/1", "order-1");
    telling("https://hooks.example.com/2", "order-2");

    HttpResponse<Buffer> answer = telling("https://hooks.example.com/3", "order-3");

    assertThat(answer.statusCode()).isEqualTo(429);
    assertThat(answer.bodyAsJsonObject().getString("code")).isEqualTo("too-many-webhook-addresses");
    assertThat(answer.getHeader("Retry-After")).isNotNull();
    assertThat(telling("https://hooks.example.com/2", "order-4").statusCode()).isEqualTo(202);
  }
}
