package dev.backlot.intake;

import static dev.backlot.store.StoreFixture.NOW;
import static dev.backlot.store.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.bus.Addresses;
import dev.backlot.bus.Addresses.JobsQueued;
import dev.backlot.bus.Bus;
import dev.backlot.config.CatalogFiles;
import dev.backlot.config.IntakeConfig;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.catalog.CurrentCatalog;
import dev.backlot.domain.catalog.Reach;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.Uuid7;
import dev.backlot.domain.net.WebAddress;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.http.Authentication;
import dev.backlot.http.RequestChecks;
import dev.backlot.http.Routes;
import dev.backlot.http.TestServer;
import dev.backlot.store.PgAdmissions;
import dev.backlot.store.PgCreditLedger;
import dev.backlot.store.PgJobWebhooks;
import dev.backlot.store.PgJobs;
import dev.backlot.store.PgKeys;
import dev.backlot.store.PgWaitingJobs;
import dev.backlot.store.StoreFixture;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a caller can do with jobs that wait: over HTTP, on a real database. */
class WaitingRoutesTest {
  private static final InstantSource CLOCK = InstantSource.fixed(NOW);
  private static final Duration STEP = Duration.ofMinutes(1);
  private static final String OTHER_KEY = "blk_bbbbbbbbbbbb_secret-of-at-least-32-characters";
  private static final IntakeConfig CONFIG =
      new IntakeConfig(100, 50, 2, Duration.ofSeconds(10), Duration.ofHours(24), STEP, "default");

  private final StoreFixture store = new StoreFixture();
  private final Bus bus = Bus.install(store.vertx);
  private final BlockingQueue<JobsQueued> wakes = new LinkedBlockingQueue<>();
  private TestServer server;
  private NodeLease node;

  @BeforeEach
  void start() throws Exception {
    PgKeys keys = new PgKeys(store.vertx, store.database.pool(), new Random(1), UUID::randomUUID);
    TenantId tenant = await(keys.install("acme", TestServer.KEY, Set.of(Scope.values()), NOW));
    await(keys.install("other", OTHER_KEY, Set.of(Scope.values()), NOW));
    await(
        new PgCreditLedger(store.vertx, store.database.pool(), new Random(2))
            .grant(tenant, Asset.VIDEO_UNIT, Credits.of("100"), "test", NOW));
    await(bus.subscribe(Addresses.JOBS_QUEUED, wakes::add));
    IntakeVerticle intake =
        new IntakeVerticle(
            new PgAdmissions(
                store.vertx,
                store.database.pool(),
                new Random(3),
                Duration.ofSeconds(10),
                System::nanoTime),
            bus,
            CONFIG,
            Duration.ofSeconds(20),
            CLOCK);
    await(store.vertx.deployVerticle(intake));
    server = TestServer.start(store.vertx, checks -> routes(checks, keys, intake));
    store.slots(1);
    node = store.node("one");
  }

  private List<Routes> routes(RequestChecks checks, PgKeys keys, IntakeVerticle intake) {
    Authentication authentication = new Authentication(keys, CLOCK);
    PgJobs jobs = new PgJobs(store.vertx, store.database.pool(), new Random(4));
    Uuid7 ids = new Uuid7(CLOCK, new Random(5));
    WebhookAddresses webhooks =
        new WebhookAddresses(
            WebAddress::problem,
            new PgJobWebhooks(store.vertx, store.database.pool(), new Random(6)),
            2,
            ids::next,
            CLOCK);
    JobCommands commands =
        new JobCommands(
            new CurrentCatalog(CatalogFiles.load()),
            Reach.everywhere(),
            CONFIG,
            ids,
            webhooks.before(intake::submit),
            jobs,
            bus,
            CLOCK,
            JobRoutes.KEY_FIELD);
    PgWaitingJobs waiting = new PgWaitingJobs(store.vertx, store.database.pool(), new Random(7));
    return List.of(
        new JobRoutes(authentication, checks, commands, jobs),
        new WaitingRoutes(authentication, checks, waiting, STEP, bus, CLOCK));
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    store.close();
  }

  private HttpResponse<Buffer> submit(JsonObject terms) {
    return server.post(
        "/api/v1/jobs",
        new JsonObject()
            .put("kind", "text2video")
            .put("input", new JsonObject().put("prompt", "a boat"))
            .mergeIn(terms));
  }

  /** Queued, and whoever waits for jobs was woken. */
  private String submitted(JsonObject terms) throws InterruptedException {
    HttpResponse<Buffer> answer = submit(terms);
    assertThat(answer.statusCode()).isEqualTo(202);
    assertThat(wakes.poll(20, TimeUnit.SECONDS)).isNotNull();
    return answer.bodyAsJsonObject().getString("id");
  }

  private String submitted() throws InterruptedException {
    return submitted(new JsonObject());
  }

  /**
   * @param what {@code hold}, {@code release} or {@code priority}
   */
  private HttpResponse<Buffer> change(String job, String what, String key) {
    String path = "/api/v1/jobs/" + job;
    if (!what.equals("priority")) {
      return TestServer.await(as(key, HttpMethod.POST, path + "/" + what));
    }
    return TestServer.await(
        as(key, HttpMethod.PATCH, path).putHeader("Content-Type", "application/json"),
        new JsonObject().put("priority", 50).toBuffer());
  }

  private HttpRequest<Buffer> as(String key, HttpMethod method, String path) {
    return server.client().request(method, path).bearerTokenAuthentication(key);
  }

  private HttpResponse<Buffer> change(String job, String what) {
    return change(job, what, TestServer.KEY);
  }

  private JsonObject read(String job) {
    return server.get("/api/v1/jobs/" + job).bodyAsJsonObject();
  }

  private String claimed() throws Exception {
    return store.claimOne(node).ref().job().toString();
  }

  private static JsonObject terms(String json) {
    return new JsonObject(json.replace('\'', '"'));
  }

  @Test
  void a_held_job_says_so_and_does_not_start() throws Exception {
    String job = submitted();

    HttpResponse<Buffer> held = change(job, "hold");

    assertThat(held.statusCode()).isEqualTo(200);
    assertThat(held.bodyAsJsonObject().getString("state")).isEqualTo("held");
    assertThat(read(job).getString("held_reason")).isEqualTo("requested");
    assertThat(store.claim(node, 1)).isEmpty();
  }

  @Test
  void a_released_job_is_queued_and_wakes_whoever_waits_for_jobs() throws Exception {
    String job = submitted();
    change(job, "hold");

    HttpResponse<Buffer> released = change(job, "release");

    assertThat(released.statusCode()).isEqualTo(200);
    assertThat(released.bodyAsJsonObject().getString("state")).isEqualTo("queued");
    assertThat(wakes.poll(20, TimeUnit.SECONDS)).isEqualTo(new JobsQueued(1));
    assertThat(claimed()).isEqualTo(job);
  }

  @Test
  void hold_and_release_may_be_repeated() throws Exception {
    String job = submitted();

    assertThat(List.of("hold", "hold", "release", "release"))
        .extracting(what -> change(job, what).statusCode())
        .containsOnly(200);
    assertThat(store.events(id(job))).isEqualTo("1 queued, 2 held, 3 queued");
  }

  private static JobId id(String job) {
    return JobId.parse(job).orElseThrow();
  }

  @Test
  void a_job_of_higher_priority_goes_before_older_ones() throws Exception {
    submitted();
    String later = submitted();

    HttpResponse<Buffer> changed = change(later, "priority");

    assertThat(changed.statusCode()).isEqualTo(200);
    assertThat(changed.bodyAsJsonObject().getInteger("priority")).isEqualTo(50);
    assertThat(wakes.poll(20, TimeUnit.SECONDS)).isNotNull();
    assertThat(claimed()).isEqualTo(later);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{'priority':101}", "{'priority':'high'}", "{}"})
  void a_priority_that_is_none_is_refused(String body) throws Exception {
    String job = submitted();

    HttpResponse<Buffer> refused =
        TestServer.await(
            as(TestServer.KEY, HttpMethod.PATCH, "/api/v1/jobs/" + job)
                .putHeader("Content-Type", "application/json"),
            terms(body).toBuffer());

    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.bodyAsJsonObject().getString("field")).isEqualTo("/priority");
    assertThat(read(job).getInteger("priority")).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"hold", "release", "priority"})
  void a_job_of_another_tenant_is_not_there(String what) throws Exception {
    String job = submitted();

    HttpResponse<Buffer> answer = change(job, what, OTHER_KEY);

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.bodyAsJsonObject().getString("code")).isEqualTo("job-not-found");
    assertThat(read(job).getString("state")).isEqualTo("queued");
    assertThat(read(job).getInteger("version")).isOne();
  }

  @ParameterizedTest
  @ValueSource(strings = {"hold", "release", "priority"})
  void a_job_that_was_sent_does_not_wait_any_more(String what) throws Exception {
    String job = submitted();
    claimed();

    assertThat(refusal(job, what)).isEqualTo("submitting");
  }

  @ParameterizedTest
  @ValueSource(strings = {"hold", "release", "priority"})
  void a_job_that_has_ended_does_not_wait_any_more(String what) throws Exception {
    String job = submitted();
    change(job, "cancel");

    assertThat(refusal(job, what)).isEqualTo("canceled");
  }

  /** The state that it names. */
  private String refusal(String job, String what) {
    HttpResponse<Buffer> refused = change(job, what);
    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(refused.bodyAsJsonObject().getString("code")).isEqualTo("job-not-waiting");
    return Objects.toString(refused.bodyAsJsonObject().getString("state"));
  }

  @Test
  void a_job_that_is_not_to_start_yet_waits_for_its_time() throws Exception {
    String job = submitted(terms("{'start_at':'%s'}".formatted(NOW.plusSeconds(60))));

    assertThat(read(job).getInstant("start_at")).isEqualTo(NOW.plusSeconds(60));
    await(store.dispatches.ripen(10, NOW.plusSeconds(59)));
    assertThat(store.claim(node, 1)).isEmpty();
    await(store.dispatches.ripen(10, NOW.plusSeconds(60)));
    assertThat(claimed()).isEqualTo(job);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{'expires_at':'%s'}", "{'start_within_seconds':60}"})
  void a_job_that_was_not_started_in_time_expires_at_no_cost(String said) throws Exception {
    String job = submitted(terms(said.formatted(NOW.plusSeconds(60))));

    assertThat(read(job).getInstant("expires_at")).isEqualTo(NOW.plusSeconds(60));
    await(store.dispatches.expire(10, NOW.plusSeconds(59)));
    assertThat(read(job).getString("state")).isEqualTo("queued");
    await(store.dispatches.expire(10, NOW.plusSeconds(60)));
    assertThat(read(job).getString("state")).isEqualTo("expired");
    assertThat(read(job).getString("charged")).isEqualTo("0");
    assertThat(change(job, "release").statusCode()).isEqualTo(409);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "start_at             | 'tomorrow'",
        "expires_at           | '2020-01-01T00:00:00Z'",
        "start_within_seconds | 0"
      })
  void a_time_that_makes_no_sense_is_refused_with_its_field(String field, String value) {
    HttpResponse<Buffer> refused = submit(terms("{'%s':%s}".formatted(field, value)));

    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.bodyAsJsonObject().getString("field")).isEqualTo("/" + field);
  }
}
