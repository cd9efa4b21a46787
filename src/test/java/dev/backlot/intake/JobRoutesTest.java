package dev.backlot.intake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.bus.Addresses;
import dev.backlot.bus.Bus;
import dev.backlot.config.CatalogFiles;
import dev.backlot.config.IntakeConfig;
import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.catalog.CurrentCatalog;
import dev.backlot.domain.catalog.Dialect;
import dev.backlot.domain.catalog.Reach;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.Admission;
import dev.backlot.domain.job.Job;
import dev.backlot.domain.job.JobState;
import dev.backlot.domain.job.Submission;
import dev.backlot.domain.job.Uuid7;
import dev.backlot.http.Authentication;
import dev.backlot.http.FakeKeys;
import dev.backlot.http.TestServer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobRoutesTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-01-02T03:04:05.678901234Z"));
  private static final JsonObject BODY =
      new JsonObject("{\"kind\":\"text2video\",\"input\":{\"prompt\":\"a boat\"}}");
  private static final int WAITING = 4;
  private static final IntakeConfig CONFIG =
      new IntakeConfig(
          WAITING,
          500,
          1,
          Duration.ofSeconds(1),
          Duration.ofHours(24),
          Duration.ofSeconds(60),
          "main");

  private final Vertx vertx = Vertx.vertx();
  private final Bus bus = Bus.install(vertx);
  private final FakeAdmissions admissions = new FakeAdmissions();
  private final FakeJobs jobs = new FakeJobs();
  private final IntakeVerticle intake =
      new IntakeVerticle(admissions, bus, CONFIG, Duration.ofSeconds(10), CLOCK);
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    vertx.deployVerticle(intake).await(20, TimeUnit.SECONDS);
    start(Reach.everywhere());
  }

  private void start(Reach reach) throws Exception {
    Uuid7 ids = new Uuid7(CLOCK, new Random(1));
    server =
        TestServer.start(
            vertx,
            checks ->
                List.of(
                    new JobRoutes(
                        new Authentication(new FakeKeys(), CLOCK),
                        checks,
                        new JobCommands(
                            new CurrentCatalog(CatalogFiles.load()),
                            reach,
                            CONFIG,
                            ids,
                            intake::submit,
                            jobs,
                            bus,
                            CLOCK,
                            JobRoutes.KEY_FIELD),
                        jobs)));
  }

  @AfterEach
  void stop() throws Exception {
    admissions.gate.ifPresent(Promise::tryComplete);
    server.close();
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  private HttpResponse<Buffer> submit(JsonObject body) {
    return server.post("/api/v1/jobs", body);
  }

  private HttpResponse<Buffer> submit(JsonObject body, String key) {
    return TestServer.await(
        server
            .request(HttpMethod.POST, "/api/v1/jobs")
            .putHeader("Content-Type", "application/json")
            .putHeader("Idempotency-Key", key),
        body.toBuffer());
  }

  @Test
  void a_job_of_the_newer_dialect_names_its_model_beside_its_input() {
    HttpResponse<Buffer> answer =
        submit(
            new JsonObject()
                .put("kind", "text-to-video")
                .put("model", "kling-3.0")
                .put("input", new JsonObject().put("prompt", "a boat")));

    assertThat(answer.statusCode()).isEqualTo(202);
    assertThat(answer.bodyAsJsonObject().getString("model")).isEqualTo("kling-3.0");
    assertThat(answer.bodyAsJsonObject().getString("cost")).isEqualTo("3");
  }

  @Test
  void a_job_that_no_account_can_carry_is_refused_and_stored_nowhere() throws Exception {
    server.close();
    start(new Reach(Set.of(Dialect.LEGACY)));
    JsonObject body =
        new JsonObject()
            .put("kind", "text-to-video")
            .put("model", "kling-3.0")
            .put("input", new JsonObject().put("prompt", "mail @image_1"));

    HttpResponse<Buffer> answer = submit(body);

    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(answer.bodyAsJsonObject().getString("code")).isEqualTo("unsupported-combination");
    assertThat(answer.bodyAsJsonObject().getString("detail")).contains("POST /api/v1/quotes");
    assertThat(admissions.submissions()).isEmpty();
  }

  @Test
  void a_job_is_priced_stored_and_answered() {
    HttpResponse<Buffer> answer =
        submit(BODY.copy().put("priority", 2).put("metadata", new JsonObject().put("order", "7")));

    assertThat(answer.statusCode()).isEqualTo(202);
    JsonObject job = answer.bodyAsJsonObject();
    assertThat(answer.getHeader("Location")).isEqualTo("/api/v1/jobs/" + job.getString("id"));
    assertThat(job.getString("state")).isEqualTo("queued");
    assertThat(job.getString("model")).isEqualTo("kling-v2-6");
    assertThat(job.getString("cost")).isEqualTo("1.5");
    assertThat(job.getString("accepted_at")).isEqualTo("2026-01-02T03:04:05.678901Z");
    assertThat(job.getJsonObject("input")).isEqualTo(BODY.getJsonObject("input"));
    Submission stored = admissions.submissions().get(0);
    assertThat(stored.id().toString()).isEqualTo(job.getString("id"));
    assertThat(stored.tenant()).isEqualTo(FakeKeys.TENANT);
    assertThat(stored.slotClass()).isEqualTo("kling-v2-6/video");
    assertThat(stored.metadata()).isEqualTo("{\"order\":\"7\"}");
    assertThat(stored.sortKey()).isEqualTo(stored.acceptedAt().minusSeconds(120));
    assertThat(stored.idempotency()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"kind\":\"text2music\",\"input\":{}} | 400 | unknown-kind | /kind | text2video, image2video",
        "{\"kind\":\"text2video\",\"input\":{\"prompt\":\"p\",\"model_name\":\"x\"}} | 400 | unknown-model | /input/model_name | kling-v3",
        "{\"kind\":\"text2video\",\"input\":{\"prompt\":\"p\",\"sede\":1}} | 400 | invalid-request | /input/sede | allowed: aspect_ratio",
        "{\"kind\":\"text2video\",\"input\":{\"prompt\":1}} | 400 | invalid-request | /input/prompt | a string",
        "{\"kind\":\"text2video\",\"input\":{\"prompt\":\"p\",\"external_task_id\":\"e\"}} | 400 | reserved-field | /input/external_task_id | Idempotency-Key",
        "{\"kind\":\"text2video\",\"input\":{\"prompt\":\"p\",\"callback_url\":\"https://a\"}} | 400 | reserved-field | /input/callback_url | webhook",
        "{\"kind\":\"text2video\",\"input\":{\"prompt\":\"p\",\"mode\":\"std\",\"sound\":\"on\"}} | 422 | unsupported-combination | /input/sound | kling-v3",
        "{\"kind\":\"text2video\"} | 400 | invalid-request | /input | is missing",
        "{\"kind\":\"text2video\",\"input\":{\"prompt\":\"p\"},\"priority\":1000} | 400 | invalid-request | /priority | between -100 and 100",
      })
  void bad_input_is_refused_with_field_and_remedy_and_nothing_is_stored(
      String body, int status, String code, String field, String remedy) {
    HttpResponse<Buffer> answer = server.post("/api/v1/jobs", Buffer.buffer(body));

    assertThat(answer.statusCode()).isEqualTo(status);
    JsonObject problem = answer.bodyAsJsonObject();
    assertThat(problem.getString("code")).isEqualTo(code);
    assertThat(problem.getString("field")).isEqualTo(field);
    assertThat(problem.getString("detail")).contains(remedy);
    assertThat(admissions.groups).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"'a b'", "''", "'k\u00e9y'"})
  void an_idempotency_key_is_visible_ascii(String key) {
    HttpResponse<Buffer> answer = submit(BODY, key);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.bodyAsJsonObject().getString("field")).isEqualTo("header:Idempotency-Key");
    assertThat(admissions.groups).isEmpty();
  }

  @Test
  void a_repeat_gets_the_first_answer_byte_for_byte() {
    HttpResponse<Buffer> first = submit(BODY, "order-1");
    HttpResponse<Buffer> again =
        submit(
            new JsonObject("{\"input\":{\"prompt\":\"a boat\"},\"kind\":\"text2video\"}"),
            "order-1");

    assertThat(first.getHeader("Idempotent-Replayed")).isNull();
    assertThat(again.statusCode()).isEqualTo(202);
    assertThat(again.getHeader("Idempotent-Replayed")).isEqualTo("true");
    assertThat(again.getHeader("Location")).isEqualTo(first.getHeader("Location"));
    assertThat(again.body()).isEqualTo(first.body());
  }

  @Test
  void a_key_with_another_body_is_a_conflict() {
    submit(BODY, "order-1");
    HttpResponse<Buffer> other = submit(BODY.copy().put("priority", 1), "order-1");

    assertThat(other.statusCode()).isEqualTo(409);
    assertThat(other.bodyAsJsonObject().getString("code")).isEqualTo("idempotency-key-reused");
  }

  @Test
  void too_little_credit_says_how_much_is_needed_and_there() {
    admissions.always =
        Optional.of(new Admission.TooLittleCredit(Credits.of("1.5"), Credits.of("0.2")));

    HttpResponse<Buffer> answer = submit(BODY);

    assertThat(answer.statusCode()).isEqualTo(402);
    JsonObject problem = answer.bodyAsJsonObject();
    assertThat(problem.getString("needed")).isEqualTo("1.5");
    assertThat(problem.getString("available")).isEqualTo("0.2");
    assertThat(problem.getString("asset")).isEqualTo("video_unit");
  }

  @Test
  void a_commit_in_doubt_names_the_job_and_what_to_do() {
    admissions.failure = Optional.of(new BacklotException(ErrorCode.OUTCOME_UNKNOWN, "lost"));

    HttpResponse<Buffer> answer = submit(BODY, "order-1");

    assertThat(answer.statusCode()).isEqualTo(503);
    JsonObject problem = answer.bodyAsJsonObject();
    String id = admissions.submissions().get(0).id().toString();
    assertThat(problem.getString("code")).isEqualTo("outcome-unknown");
    assertThat(problem.getString("job_id")).isEqualTo(id);
    assertThat(problem.getString("detail"))
        .contains("GET /api/v1/jobs/" + id + ", or repeat with the same Idempotency-Key");
  }

  @Test
  void a_failure_of_the_store_says_nothing_of_the_store() {
    admissions.failure =
        Optional.of(new IllegalStateException("canary: relation job row (a boat)"));

    HttpResponse<Buffer> answer = submit(BODY);

    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.bodyAsString()).doesNotContain("canary").doesNotContain("boat");
  }

  @Test
  void above_its_bound_intake_refuses_and_what_waited_is_stored_in_one_group() throws Exception {
    Promise<Void> gate = Promise.promise();
    admissions.gate = Optional.of(gate);
    List<Future<Integer>> answers = new ArrayList<>();
    CountDownLatch refused = new CountDownLatch(1);
    for (int i = 0; i <= WAITING; i++) {
      answers.add(
          server
              .request(HttpMethod.POST, "/api/v1/jobs")
              .sendJsonObject(BODY)
              .map(HttpResponse::statusCode)
              .onSuccess(status -> refused.countDown()));
    }
    assertThat(refused.await(20, TimeUnit.SECONDS)).isTrue();

    gate.complete();
    Future.join(answers).await(20, TimeUnit.SECONDS);

    assertThat(answers.stream().map(Future::result))
        .containsExactlyInAnyOrder(202, 202, 202, 202, 503);
    assertThat(admissions.groups.stream().map(List::size)).containsExactly(1, WAITING - 1);
  }

  @Test
  void dispatch_and_the_log_hear_of_what_was_stored() throws Exception {
    CountDownLatch heard = new CountDownLatch(2);
    bus.subscribe(Addresses.JOBS_QUEUED, queued -> heard.countDown()).await(5, TimeUnit.SECONDS);
    bus.subscribe(Addresses.LOG_ADVANCED, grown -> heard.countDown()).await(5, TimeUnit.SECONDS);

    submit(BODY);

    assertThat(heard.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void stopping_waits_for_what_was_taken() throws Exception {
    Promise<Void> gate = Promise.promise();
    admissions.gate = Optional.of(gate);
    Future<HttpResponse<Buffer>> waiting =
        server.request(HttpMethod.POST, "/api/v1/jobs").sendJsonObject(BODY);
    while (admissions.groups.isEmpty()) {
      Thread.onSpinWait();
    }
    Future<Void> stopped = vertx.undeploy(intake.deploymentID());
    vertx.runOnContext(later -> gate.complete());

    assertThat(waiting.await(20, TimeUnit.SECONDS).statusCode()).isEqualTo(202);
    stopped.await(20, TimeUnit.SECONDS);
    assertThat(submit(BODY).statusCode()).isEqualTo(503);
  }

  @Test
  void a_job_is_read_as_it_is() {
    Job job = jobs.add(FakeKeys.TENANT, 1, JobState.SUCCEEDED);

    HttpResponse<Buffer> answer = server.get("/api/v1/jobs/" + job.id());

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.bodyAsString()).contains("\"input\":{\"prompt\":\"p\",\"n\":0.10}");
    JsonObject output = answer.bodyAsJsonObject().getJsonArray("outputs").getJsonObject(0);
    assertThat(output.getString("url")).isEqualTo("/api/v1/jobs/" + job.id() + "/outputs/0");
    assertThat(answer.bodyAsJsonObject().getString("charged")).isEqualTo("1.5");
    assertThat(answer.bodyAsJsonObject().getValue("started_at")).isNull();
  }

  @Test
  void another_tenants_job_looks_like_none_at_all() {
    Job other = jobs.add(new TenantId(new UUID(9, 9)), 1, JobState.QUEUED);

    List<String> answers =
        List.of(
            strange("/api/v1/jobs/" + other.id()),
            strange("/api/v1/jobs/" + new UUID(7, 2)),
            strange("/api/v1/jobs/not-an-id"));

    assertThat(answers).containsOnly(answers.get(0));
    assertThat(answers.get(0)).contains("job-not-found");
    assertThat(server.post("/api/v1/jobs/" + other.id() + "/cancel", Buffer.buffer()).statusCode())
        .isEqualTo(404);
  }

  private String strange(String path) {
    JsonObject problem = server.get(path).bodyAsJsonObject();
    problem.remove("instance");
    problem.remove("request_id");
    return problem.encode();
  }

  @Test
  void a_list_is_one_page_with_a_cursor() {
    for (int i = 0; i < 3; i++) {
      jobs.add(FakeKeys.TENANT, i, JobState.QUEUED);
    }

    JsonObject page = server.get("/api/v1/jobs?limit=2&state=queued,held").bodyAsJsonObject();

    assertThat(page.getJsonArray("items")).hasSize(2);
    assertThat(page.getString("next_cursor")).isEqualTo("c");
    assertThat(jobs.lastFilter.states()).isEqualTo(Set.of(JobState.QUEUED, JobState.HELD));
  }

  @ParameterizedTest
  @CsvSource({"QUEUED, 200", "CANCELED, 200", "RUNNING, 202", "SUCCEEDED, 409", "EXPIRED, 409"})
  void a_cancel_answers_what_became_of_it(JobState state, int status) {
    Job job = jobs.add(FakeKeys.TENANT, 1, state);

    HttpResponse<Buffer> answer =
        server.post("/api/v1/jobs/" + job.id() + "/cancel", Buffer.buffer());

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.bodyAsJsonObject().getString("state")).isEqualTo(state.text());
  }
}
