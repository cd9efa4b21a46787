package dev.backlot.facade;

import static org.assertj.core.api.Assertions.assertThat;

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
import dev.backlot.store.Pools;
import dev.backlot.system.Eventually;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetSocket;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.sqlclient.Pool;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that are gone before they are answered, with two nodes over one database. */
class LostRepliesTest {
  private static final InstantSource CLOCK = InstantSource.system();
  private static final String PATH = "/v1/videos/text2video";
  private static final JsonObject BODY = new JsonObject().put("prompt", "a boat");
  private static final Duration WINDOW = Duration.ofMinutes(10);
  private static final IntakeConfig INTAKE =
      new IntakeConfig(
          100,
          50,
          1,
          Duration.ofSeconds(10),
          Duration.ofHours(24),
          Duration.ofSeconds(60),
          "default");

  private final Vertx vertx = Vertx.vertx();
  private final Bus bus = Bus.install(vertx);
  private final TestDatabase database = TestDatabase.create(vertx);
  private final PgKeys keys = new PgKeys(vertx, database.pool(), new Random(1), UUID::randomUUID);
  private final PgCreditLedger ledger = new PgCreditLedger(vertx, database.pool(), new Random(2));
  private final IntakeVerticle intake =
      new IntakeVerticle(
          new PgAdmissions(
              vertx, database.pool(), new Random(3), Duration.ofSeconds(10), System::nanoTime),
          bus,
          INTAKE,
          Duration.ofSeconds(10),
          CLOCK);
  private final Uuid7 ids = new Uuid7(CLOCK, new Random(4));

  /** Submissions to the first node wait for it. */
  private final Promise<Void> gate = Promise.promise();

  private final CountDownLatch waits = new CountDownLatch(1);
  private final CountDownLatch gone = new CountDownLatch(1);
  private TestServer slow;
  private TestServer quick;

  @BeforeEach
  void start() throws Exception {
    TenantId tenant =
        keys.install("acme", TestServer.KEY, Set.of(Scope.values()), CLOCK.instant())
            .await(20, TimeUnit.SECONDS);
    ledger
        .grant(tenant, Asset.VIDEO_UNIT, Credits.of("100"), "test", CLOCK.instant())
        .await(20, TimeUnit.SECONDS);
    vertx.deployVerticle(intake).await(20, TimeUnit.SECONDS);
    slow = TestServer.start(vertx, checks -> List.of(watch(), routes(checks, WINDOW, true)));
    quick = TestServer.start(vertx, checks -> List.of(routes(checks, WINDOW, false)));
  }

  @AfterEach
  void stop() throws Exception {
    slow.close();
    quick.close();
    database.close();
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  private Routes watch() {
    return router ->
        router
            .route()
            .handler(
                ctx -> {
                  ctx.response().closeHandler(closed -> gone.countDown());
                  ctx.next();
                });
  }

  private FacadeRoutes routes(RequestChecks checks, Duration window, boolean gated) {
    return routes(checks, window, gated, new PgClientTasks(database.pool()));
  }

  private FacadeRoutes routes(
      RequestChecks checks, Duration window, boolean gated, ClientTasks tasks) {
    PgJobs jobs = new PgJobs(vertx, database.pool(), new Random(5));
    JobCommands commands =
        new JobCommands(
            new CurrentCatalog(CatalogFiles.load()),
            Reach.everywhere(),
            INTAKE,
            ids,
            intake::submit,
            jobs,
            bus,
            CLOCK,
            "key");
    return FacadeRoutes.of(
        new FacadeConfig(true, "", Duration.ZERO, window),
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
        addresses().before(gated ? this::afterTheGate : intake::submit),
        tasks,
        new PgClientReplies(database.pool()),
        ledger,
        new PgDeductions(database.pool()),
        (tenant, job, n, watermark) -> "/file",
        (caller, call, input) -> () -> Future.failedFuture("no calls here"),
        (tenant, call, n) -> "/file",
        CLOCK);
  }

  private WebhookAddresses addresses() {
    return new WebhookAddresses(
        WebAddress::problem,
        new PgJobWebhooks(vertx, database.pool(), new Random(6)),
        10,
        ids::next,
        CLOCK);
  }

  private Future<Admission> afterTheGate(Submission submission) {
    Context loop = vertx.getOrCreateContext();
    Promise<Admission> admitted = Promise.promise();
    waits.countDown();
    gate.future()
        .onComplete(
            open ->
                loop.runOnContext(hop -> intake.submit(submission).onComplete(admitted::handle)));
    return admitted.future();
  }

  /** Sends a create to the first node, and is gone before the job is stored. */
  private void loseAnAnswer() throws Exception {
    loseAnAnswer(BODY);
  }

  private void loseAnAnswer(JsonObject said) throws Exception {
    NetSocket client =
        vertx.createNetClient().connect(slow.port(), "127.0.0.1").await(20, TimeUnit.SECONDS);
    String body = said.encode();
    client.write(
        "POST %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(PATH, TestServer.KEY, body.length(), body));
    assertThat(waits.await(20, TimeUnit.SECONDS)).isTrue();
    client.close().await(20, TimeUnit.SECONDS);
    assertThat(gone.await(20, TimeUnit.SECONDS)).isTrue();
    gate.complete();
    until("SELECT count(*) FROM client_reply WHERE lost_at IS NOT NULL", 1);
  }

  private void until(String count, long wanted) {
    Eventually.until(count, Duration.ofSeconds(20), () -> database.number(count) == wanted);
  }

  private String create(TestServer server, JsonObject body) {
    return server.post(PATH, body).bodyAsJsonObject().getJsonObject("data").getString("task_id");
  }

  private String firstTask() {
    return database.text("SELECT min(public_number)::text FROM job");
  }

  @Test
  void a_repeat_at_another_node_gets_the_job_whose_answer_was_lost_and_no_other_is_paid()
      throws Exception {
    loseAnAnswer();

    assertThat(create(quick, BODY)).isEqualTo(firstTask());
    assertThat(database.number("SELECT count(*) FROM job")).isEqualTo(1);
    until("SELECT count(*) FROM client_reply", 0);
    assertThat(create(quick, BODY)).isNotEqualTo(firstTask());
  }

  @Test
  void a_client_that_repeats_a_create_is_called_for_the_one_job() throws Exception {
    JsonObject body = BODY.copy().put("callback_url", "https://calls.example.com/1");
    loseAnAnswer(body);

    assertThat(create(quick, body)).isEqualTo(firstTask());
    assertThat(database.number("SELECT count(*) FROM job_webhook")).isEqualTo(1);
  }

  @Test
  void a_create_that_is_refused_is_told_to_nobody() {
    JsonObject body =
        BODY.copy()
            .put("external_task_id", "order-1")
            .put("callback_url", "https://calls.example.com/1");
    create(quick, body);

    assertThat(quick.post(PATH, body).statusCode()).isEqualTo(400);
    assertThat(database.number("SELECT count(*) FROM job_webhook")).isEqualTo(1);
  }

  @Test
  void addresses_beyond_the_bound_are_refused_for_a_while() {
    for (int i = 0; i < 10; i++) {
      create(quick, BODY.copy().put("callback_url", "https://calls.example.com/" + i));
    }

    HttpResponse<Buffer> refused =
        quick.post(PATH, BODY.copy().put("callback_url", "https://calls.example.com/10"));

    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.bodyAsJsonObject().getInteger("code")).isEqualTo(1302);
    assertThat(refused.getHeader("Retry-After")).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no address",
        "ftp://calls.example.com/1",
        "https://user@calls.example.com/1",
        "https://127.0.0.1/1",
        "https://169.254.169.254/latest",
        "https://[::1]/1"
      })
  void an_address_that_must_not_be_called_is_refused_as_a_wrong_value(String address) {
    HttpResponse<Buffer> refused = quick.post(PATH, BODY.copy().put("callback_url", address));

    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.bodyAsJsonObject().getInteger("code")).isEqualTo(1201);
    assertThat(refused.bodyAsJsonObject().getString("message")).startsWith("callback_url must be");
    assertThat(database.number("SELECT count(*) FROM job")).isZero();
  }

  @Test
  void what_says_something_else_is_something_else() throws Exception {
    loseAnAnswer();

    assertThat(create(quick, BODY.copy().put("seed", 2))).isNotEqualTo(firstTask());
    assertThat(create(quick, BODY.copy().put("external_task_id", "a"))).isNotEqualTo(firstTask());
    assertThat(create(quick, BODY)).isEqualTo(firstTask());
  }

  /** As when the database goes right behind the commit. */
  @Test
  void who_cannot_be_told_of_a_stored_job_is_told_to_look_it_up() throws Exception {
    Pool gone = Pools.create(vertx, database.config(), "backlot gone");
    gone.close().await(20, TimeUnit.SECONDS);
    TestServer forgetful =
        TestServer.start(
            vertx, checks -> List.of(routes(checks, WINDOW, false, new PgClientTasks(gone))));

    HttpResponse<Buffer> answer =
        forgetful.post(PATH, BODY.copy().put("external_task_id", "order-1"));

    assertThat(answer.statusCode()).isEqualTo(504);
    assertThat(answer.bodyAsJsonObject().getInteger("code")).isEqualTo(5002);
    assertThat(database.number("SELECT count(*) FROM job")).isEqualTo(1);
    forgetful.close();
  }

  @Test
  void with_the_window_off_every_create_is_a_job() throws Exception {
    loseAnAnswer();
    TestServer off =
        TestServer.start(vertx, checks -> List.of(routes(checks, Duration.ZERO, false)));

    assertThat(create(off, BODY)).isNotEqualTo(firstTask());
    off.close();
  }
}
