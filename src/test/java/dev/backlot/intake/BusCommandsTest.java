package dev.backlot.intake;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.backlot.bus.Address;
import dev.backlot.bus.Addresses;
import dev.backlot.bus.Bus;
import dev.backlot.bus.BusSchemas;
import dev.backlot.config.CatalogFiles;
import dev.backlot.config.IntakeConfig;
import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.StreamScope;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.batch.BatchId;
import dev.backlot.domain.catalog.CurrentCatalog;
import dev.backlot.domain.catalog.Reach;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.Admission;
import dev.backlot.domain.job.BatchItem;
import dev.backlot.domain.job.Job;
import dev.backlot.domain.job.JobState;
import dev.backlot.domain.job.Terms;
import dev.backlot.domain.job.Uuid7;
import dev.backlot.http.Authentication;
import dev.backlot.http.FakeKeys;
import dev.backlot.http.MessageChecks;
import dev.backlot.http.MessageReplies;
import dev.backlot.http.TestServer;
import dev.backlot.port.Keys.StreamGrant;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Commands as messages, beside the same over HTTP. */
class BusCommandsTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-01-02T03:04:05.678901234Z"));
  private static final JsonObject BOAT =
      new JsonObject("{\"kind\":\"text2video\",\"input\":{\"prompt\":\"a boat\"}}");
  private static final int AT_WORK = 3;
  private static final TenantId OTHER = new TenantId(new UUID(2, 2));
  private static final String READER = "blk_readerreader_secret";
  private static final String TOKEN = "bst_tokentoken00_secret";
  private static final IntakeConfig CONFIG =
      new IntakeConfig(
          100, 500, 1, Duration.ofSeconds(1), Duration.ofHours(24), Duration.ofSeconds(60), "main");

  private final Vertx vertx = Vertx.vertx();
  private final Bus bus = Bus.install(vertx);
  private final FakeKeys keys =
      new FakeKeys().add(READER, FakeKeys.TENANT, Set.of(Scope.READ, Scope.STREAM));
  private final FakeAdmissions admissions = new FakeAdmissions();
  private final FakeJobs jobs = new FakeJobs();
  private final List<ErrorCode> counted = new CopyOnWriteArrayList<>();
  private final IntakeVerticle intake =
      new IntakeVerticle(admissions, bus, CONFIG, Duration.ofSeconds(10), CLOCK);
  private final CurrentCatalog catalog = new CurrentCatalog(CatalogFiles.load());
  private final BusSchemas schemas = BusSchemas.load(vertx);
  private TestServer http;

  @BeforeEach
  void start() throws Exception {
    vertx.deployVerticle(intake).await(20, TimeUnit.SECONDS);
    Quotes quotes = new Quotes(catalog, Reach.everywhere());
    BusCommands commands =
        new BusCommands(
            new Authentication(keys, CLOCK),
            keys,
            new MessageChecks(TestServer.contract(vertx), TestServer.BODY_LIMIT),
            new MessageReplies(counted::add),
            commands(BusCommands.KEY_FIELD),
            quotes,
            CLOCK);
    vertx.deployVerticle(new CommandVerticle(bus, commands, AT_WORK)).await(20, TimeUnit.SECONDS);
    Authentication authentication = new Authentication(keys, CLOCK);
    http =
        TestServer.start(
            vertx,
            checks ->
                List.of(
                    new JobRoutes(authentication, checks, commands(JobRoutes.KEY_FIELD), jobs),
                    new QuoteRoutes(authentication, checks, quotes)));
  }

  private JobCommands commands(String keyField) {
    return new JobCommands(
        catalog,
        Reach.everywhere(),
        CONFIG,
        new Uuid7(CLOCK, new Random(1)),
        intake::submit,
        jobs,
        bus,
        CLOCK,
        keyField);
  }

  @AfterEach
  void stop() throws Exception {
    admissions.gate.ifPresent(Promise::tryComplete);
    http.close();
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  private Future<JsonObject> send(Address<JsonObject> address, Object message) {
    return vertx.eventBus().<JsonObject>request(address.name(), message).map(Message::body);
  }

  /** What is answered, and what is asked when that was good, is as the schemas say. */
  private JsonObject ask(Address<JsonObject> address, Object message) {
    try {
      JsonObject reply = send(address, message).await(20, TimeUnit.SECONDS);
      schemas.checkReply(address, reply);
      if (reply.getBoolean("ok")) {
        schemas.checkRequest(address, (JsonObject) message);
      }
      return reply;
    } catch (TimeoutException late) {
      throw new AssertionError("no answer", late);
    }
  }

  private JsonObject submit(JsonObject body) {
    return ask(Addresses.SUBMIT_JOB, message().put("body", body));
  }

  private static JsonObject message() {
    return message(TestServer.KEY);
  }

  private static JsonObject message(String token) {
    return new JsonObject().put("token", token);
  }

  private JsonObject ofJob(Address<JsonObject> address, String token, Job job) {
    return ask(address, message(token).put("id", job.id().toString()));
  }

  private static void assertRefused(JsonObject reply, int status, String code) {
    assertThat(reply.getBoolean("ok")).as(reply.encode()).isFalse();
    assertThat(reply.getInteger("status")).isEqualTo(status);
    assertThat(reply.getJsonObject("problem").getString("code")).isEqualTo(code);
  }

  @Test
  void a_job_is_stored_and_answered_as_over_http() {
    JsonObject reply = submit(BOAT);

    assertThat(reply.getBoolean("ok")).as(reply.encode()).isTrue();
    assertThat(reply.getInteger("status")).isEqualTo(202);
    JsonObject overHttp = http.post("/api/v1/jobs", BOAT).bodyAsJsonObject();
    assertThat(reply.getJsonObject("body").copy().putNull("id")).isEqualTo(overHttp.putNull("id"));
    assertThat(admissions.submissions()).hasSize(2);
  }

  @Test
  void the_same_key_is_the_same_job_whichever_way_it_comes() {
    JsonObject first =
        ask(Addresses.SUBMIT_JOB, message().put("idempotency_key", "k").put("body", BOAT));

    JsonObject again =
        ask(Addresses.SUBMIT_JOB, message().put("idempotency_key", "k").put("body", BOAT));
    HttpResponse<Buffer> overHttp =
        TestServer.await(
            http.request(HttpMethod.POST, "/api/v1/jobs")
                .putHeader("Content-Type", "application/json")
                .putHeader("Idempotency-Key", "k"),
            BOAT.toBuffer());

    assertThat(first.containsKey("replayed")).isFalse();
    assertThat(again.getBoolean("replayed")).isTrue();
    assertThat(again.getJsonObject("body")).isEqualTo(first.getJsonObject("body"));
    assertThat(overHttp.getHeader("Idempotent-Replayed")).isEqualTo("true");
    assertThat(overHttp.bodyAsJsonObject().getString("id"))
        .isEqualTo(first.getJsonObject("body").getString("id"));
  }

  @Test
  void a_key_that_was_used_for_another_body_is_refused_by_its_own_name() {
    ask(Addresses.SUBMIT_JOB, message().put("idempotency_key", "k").put("body", BOAT));

    JsonObject reply =
        ask(
            Addresses.SUBMIT_JOB,
            message().put("idempotency_key", "k").put("body", BOAT.copy().put("priority", 1)));

    assertRefused(reply, 409, "idempotency-key-reused");
    assertThat(reply.getJsonObject("problem").getString("field"))
        .isEqualTo("message:idempotency_key");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'kind':'text2video'}",
        "{'kind':7,'input':{}}",
        "{'kind':'text2video','input':{'prompt':'p'},'unknown':1}",
        "{'kind':'text2video','input':{'prompt':'p','unknown':1}}",
        "{'kind':'no-such-kind','input':{}}",
        "{'kind':'text2video','input':{'prompt':'p','external_task_id':'x'}}",
        "{'kind':'text2video','input':{'prompt':'p','duration':7}}",
        "{'kind':'text2video','priority':1000,'input':{'prompt':'p'}}",
        "{'kind':'text2video','start_at':'yesterday','input':{'prompt':'p'}}",
        "{'kind':'text2video','webhook_url':7,'input':{'prompt':'p'}}",
        "{'kind':'text2video','webhook_events':['job.failed'],'input':{'prompt':'p'}}",
        "{'kind':'text2video','webhook_url':'https://a.example','webhook_events':['x'],'input':{'prompt':'p'}}",
      })
  void a_problem_is_the_one_that_http_answers(String text) {
    JsonObject body = new JsonObject(text.replace('\'', '"'));

    JsonObject reply = submit(body);

    HttpResponse<Buffer> overHttp = http.post("/api/v1/jobs", body);
    assertThat(reply.getInteger("status")).isEqualTo(overHttp.statusCode());
    assertThat(withoutId(reply.getJsonObject("problem")))
        .isEqualTo(withoutId(overHttp.bodyAsJsonObject()));
    assertThat(admissions.submissions()).isEmpty();
  }

  private static JsonObject withoutId(JsonObject problem) {
    JsonObject copy = problem.copy();
    copy.remove("instance");
    copy.remove("request_id");
    return copy;
  }

  @Test
  void too_little_credit_says_how_much_is_needed() {
    admissions.always =
        Optional.of(new Admission.TooLittleCredit(Credits.of("2.5"), Credits.of("1")));

    JsonObject problem = submit(BOAT).getJsonObject("problem");

    assertThat(problem.getInteger("status")).isEqualTo(402);
    assertThat(problem.getString("needed")).isEqualTo("2.5");
    assertThat(problem.getString("available")).isEqualTo("1");
  }

  @Test
  void an_unknown_outcome_names_the_job_to_look_for() {
    admissions.failure =
        Optional.of(new BacklotException(ErrorCode.OUTCOME_UNKNOWN, "the connection broke"));

    JsonObject problem = submit(BOAT).getJsonObject("problem");

    assertThat(problem.getString("code")).isEqualTo("outcome-unknown");
    assertThat(problem.getString("job_id")).hasSize(36);
    assertThat(problem.getInteger("retry_after")).isEqualTo(1);
  }

  @Test
  void a_price_is_told_as_over_http() {
    JsonObject reply = ask(Addresses.QUOTE_JOB, message(READER).put("body", BOAT));

    assertThat(reply.getJsonObject("body"))
        .isEqualTo(http.post("/api/v1/quotes", BOAT).bodyAsJsonObject());
  }

  @Test
  void a_job_is_shown_with_its_numbers_as_they_were_written() {
    Job job = jobs.add(FakeKeys.TENANT, 1, JobState.RUNNING);

    JsonObject reply = ofJob(Addresses.GET_JOB, READER, job);

    assertThat(reply.getJsonObject("body").encode()).contains("\"n\":0.10");
  }

  @Test
  void a_queued_job_is_canceled_at_once_and_a_running_one_later() {
    Job queued = jobs.add(FakeKeys.TENANT, 1, JobState.QUEUED);
    Job running = jobs.add(FakeKeys.TENANT, 2, JobState.RUNNING);
    Job ended = jobs.add(FakeKeys.TENANT, 3, JobState.SUCCEEDED);

    assertThat(ofJob(Addresses.CANCEL_JOB, TestServer.KEY, queued).getInteger("status"))
        .isEqualTo(200);
    assertThat(ofJob(Addresses.CANCEL_JOB, TestServer.KEY, running).getInteger("status"))
        .isEqualTo(202);
    assertRefused(ofJob(Addresses.CANCEL_JOB, TestServer.KEY, ended), 409, "job-ended");
  }

  @Test
  void a_job_of_another_tenant_is_not_there() {
    Job job = jobs.add(OTHER, 1, JobState.QUEUED);

    assertRefused(ofJob(Addresses.GET_JOB, TestServer.KEY, job), 404, "job-not-found");
    assertRefused(ofJob(Addresses.CANCEL_JOB, TestServer.KEY, job), 404, "job-not-found");
    assertRefused(ask(Addresses.GET_JOB, message().put("id", "no-such-id")), 404, "job-not-found");
  }

  @Test
  void a_stream_token_shows_what_it_covers_without_what_was_sent_with_it() {
    Job covered = jobs.add(FakeKeys.TENANT, 1, JobState.RUNNING);
    Job another = jobs.add(FakeKeys.TENANT, 2, JobState.RUNNING);
    Job foreign = jobs.add(OTHER, 3, JobState.RUNNING);
    grant(new StreamScope.Jobs(Set.of(covered.id())));

    JsonObject reply = ofJob(Addresses.GET_JOB, TOKEN, covered);

    assertThat(reply.getJsonObject("body").getString("state")).isEqualTo("running");
    assertThat(reply.getJsonObject("body").fieldNames())
        .doesNotContain("input", "metadata", "attempts");
    assertRefused(ofJob(Addresses.GET_JOB, TOKEN, another), 403, "forbidden");
    assertRefused(ofJob(Addresses.GET_JOB, TOKEN, foreign), 403, "forbidden");
    assertRefused(ask(Addresses.GET_JOB, message(TOKEN).put("id", "no-such-id")), 403, "forbidden");
  }

  @Test
  void a_stream_token_for_a_batch_shows_the_jobs_of_the_batch_and_no_others() {
    BatchId batch = new BatchId(new UUID(9, 1));
    Job covered = jobs.add(FakeKeys.TENANT, 1, JobState.RUNNING, itemOf(batch));
    Job single = jobs.add(FakeKeys.TENANT, 2, JobState.RUNNING);
    Job another =
        jobs.add(FakeKeys.TENANT, 3, JobState.RUNNING, itemOf(new BatchId(new UUID(9, 2))));
    Job foreign = jobs.add(OTHER, 4, JobState.RUNNING, itemOf(batch));
    grant(new StreamScope.OfBatch(batch));

    JsonObject reply = ofJob(Addresses.GET_JOB, TOKEN, covered);

    assertThat(reply.getJsonObject("body").getString("id")).isEqualTo(covered.id().toString());
    assertThat(reply.getJsonObject("body").fieldNames()).doesNotContain("input", "metadata");
    assertRefused(ofJob(Addresses.GET_JOB, TOKEN, single), 403, "forbidden");
    assertRefused(ofJob(Addresses.GET_JOB, TOKEN, another), 403, "forbidden");
    assertRefused(ofJob(Addresses.GET_JOB, TOKEN, foreign), 403, "forbidden");
  }

  private static Terms itemOf(BatchId batch) {
    return new Terms(null, null, true, null, new BatchItem(batch.value(), 0));
  }

  @Test
  void a_stream_token_for_the_whole_tenant_finds_no_job_of_another() {
    Job foreign = jobs.add(OTHER, 3, JobState.RUNNING);
    grant(new StreamScope.WholeTenant());

    assertRefused(ofJob(Addresses.GET_JOB, TOKEN, foreign), 404, "job-not-found");
  }

  @Test
  void a_stream_token_may_do_nothing_but_look() {
    Job job = jobs.add(FakeKeys.TENANT, 1, JobState.QUEUED);
    grant(new StreamScope.WholeTenant());

    assertRefused(ofJob(Addresses.CANCEL_JOB, TOKEN, job), 403, "forbidden");
    assertRefused(ask(Addresses.SUBMIT_JOB, message(TOKEN).put("body", BOAT)), 403, "forbidden");
    assertRefused(ask(Addresses.QUOTE_JOB, message(TOKEN).put("body", BOAT)), 403, "forbidden");
    assertThat(admissions.submissions()).isEmpty();
  }

  private void grant(StreamScope scope) {
    keys.add(
        TOKEN,
        new StreamGrant("tokentoken00", FakeKeys.TENANT, scope, CLOCK.instant().plusSeconds(60)));
  }

  @Test
  void without_a_valid_key_nothing_is_done_and_every_answer_is_the_same() {
    keys.forget(TestServer.KEY);
    JsonObject long_one = message("blk_".repeat(100)).put("body", BOAT);

    List<JsonObject> replies =
        List.of(
            ask(Addresses.SUBMIT_JOB, new JsonObject().put("body", BOAT)),
            ask(Addresses.SUBMIT_JOB, new JsonObject().put("token", 7).put("body", BOAT)),
            ask(Addresses.SUBMIT_JOB, message("").put("body", BOAT)),
            ask(Addresses.SUBMIT_JOB, long_one),
            ask(Addresses.SUBMIT_JOB, message(TestServer.KEY).put("body", BOAT)),
            ask(Addresses.SUBMIT_JOB, message(TOKEN).put("body", BOAT)));

    assertThat(replies).allSatisfy(reply -> assertRefused(reply, 401, "unauthenticated"));
    assertThat(replies.stream().map(reply -> withoutId(reply.getJsonObject("problem"))).distinct())
        .hasSize(1);
    assertThat(admissions.submissions()).isEmpty();
    assertThat(counted).hasSize(6).containsOnly(ErrorCode.UNAUTHENTICATED);
  }

  @Test
  void a_key_without_the_scope_is_told_which_it_needs() {
    JsonObject reply = ask(Addresses.SUBMIT_JOB, message(READER).put("body", BOAT));

    assertRefused(reply, 403, "forbidden");
    assertThat(reply.getJsonObject("problem").getString("detail")).contains("submit");
  }

  @Test
  void what_is_no_json_object_is_told() {
    assertRefused(ask(Addresses.GET_JOB, "a text"), 400, "invalid-json");
    assertRefused(ask(Addresses.GET_JOB, Buffer.buffer("{}")), 400, "invalid-json");
    assertRefused(ask(Addresses.GET_JOB, 7), 400, "invalid-json");
  }

  @Test
  void a_member_that_is_not_known_is_refused() {
    assertRefused(
        ask(Addresses.SUBMIT_JOB, message().put("body", BOAT).put("extra", 1)),
        400,
        "invalid-request");
    assertRefused(
        ask(Addresses.GET_JOB, message().put("id", "x").put("extra", 1)), 400, "invalid-request");
  }

  @Test
  void a_member_of_a_wrong_type_is_named() {
    assertThat(field(ask(Addresses.SUBMIT_JOB, message().put("body", "text"))))
        .isEqualTo("message:body");
    assertThat(field(ask(Addresses.SUBMIT_JOB, message()))).isEqualTo("message:body");
    assertThat(field(ask(Addresses.GET_JOB, message().put("id", 7)))).isEqualTo("message:id");
    assertThat(
            field(
                ask(Addresses.SUBMIT_JOB, message().put("idempotency_key", " ").put("body", BOAT))))
        .isEqualTo("message:idempotency_key");
  }

  private static String field(JsonObject reply) {
    assertThat(reply.getInteger("status")).isEqualTo(400);
    return reply.getJsonObject("problem").getString("field");
  }

  @Test
  void a_large_image_inside_is_too_large_for_a_message() {
    JsonObject input =
        new JsonObject().put("prompt", "p").put("image", "A".repeat(TestServer.BODY_LIMIT));

    assertRefused(
        submit(new JsonObject().put("kind", "image2video").put("input", input)),
        413,
        "body-too-large");
  }

  @Test
  void a_body_that_only_grows_too_large_by_its_escapes_is_too_large() {
    String escaped = "\u0001".repeat(TestServer.BODY_LIMIT / 3);

    assertRefused(
        submit(BOAT.copy().put("metadata", new JsonObject().put("m", escaped))),
        413,
        "body-too-large");
  }

  @Test
  void a_body_that_is_too_deep_is_refused_before_it_is_written() {
    JsonObject deep = new JsonObject();
    for (int depth = 0; depth < 500; depth++) {
      deep = new JsonObject().put("d", deep);
    }

    assertRefused(submit(BOAT.copy().put("metadata", deep)), 400, "invalid-json");
  }

  @Test
  void what_comes_beyond_the_bound_is_answered_at_once_and_the_rest_goes_on() throws Exception {
    Promise<Void> gate = Promise.promise();
    admissions.gate = Optional.of(gate);
    List<Future<JsonObject>> working = new ArrayList<>();
    for (int i = 0; i < AT_WORK; i++) {
      working.add(send(Addresses.SUBMIT_JOB, message().put("body", BOAT)));
    }

    JsonObject beyond = submit(BOAT);

    assertRefused(beyond, 503, "overloaded");
    assertThat(beyond.getJsonObject("problem").getInteger("retry_after")).isEqualTo(1);
    gate.complete();
    for (Future<JsonObject> each : working) {
      assertThat(each.await(20, TimeUnit.SECONDS).getInteger("status")).isEqualTo(202);
    }
    admissions.gate = Optional.empty();
    assertThat(submit(BOAT).getInteger("status")).isEqualTo(202);
  }

  @Test
  void who_asks_and_does_not_wait_for_the_answer_harms_nobody() throws Exception {
    Promise<Void> gate = Promise.promise();
    admissions.gate = Optional.of(gate);
    DeliveryOptions shortly = new DeliveryOptions().setSendTimeout(1);
    Future<?> gone =
        vertx
            .eventBus()
            .request(Addresses.SUBMIT_JOB.name(), message().put("body", BOAT), shortly)
            .transform(timedOut -> Future.succeededFuture());
    gone.await(20, TimeUnit.SECONDS);
    vertx.eventBus().send(Addresses.SUBMIT_JOB.name(), message().put("body", BOAT));

    gate.complete();

    assertThat(submit(BOAT).getInteger("status")).isEqualTo(202);
    assertThat(admissions.submissions()).hasSize(3);
  }

  @Test
  void nothing_of_a_token_or_of_what_is_asked_is_logged() throws Exception {
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    Logger root = (Logger) LoggerFactory.getLogger("dev.backlot");
    Level level = root.getLevel();
    log.start();
    root.addAppender(log);
    root.setLevel(Level.DEBUG);
    try {
      admissions.failure = Optional.of(new IllegalStateException("a defect"));
      assertRefused(submit(BOAT), 500, "internal");
      ask(Addresses.SUBMIT_JOB, message("blk_unknown00000_secret").put("body", BOAT));
    } finally {
      root.setLevel(level);
      root.detachAppender(log);
    }

    assertThat(log.list).isNotEmpty();
    assertThat(
            log.list.toString() + log.list.stream().map(ILoggingEvent::getKeyValuePairs).toList())
        .doesNotContain("secret", "a boat");
  }
}
