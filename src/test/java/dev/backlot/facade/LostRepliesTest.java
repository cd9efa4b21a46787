package dev.backlot.facade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.FacadeConfig;
import dev.backlot.database.TestDatabase;
import dev.backlot.domain.job.Admission;
import dev.backlot.domain.job.Submission;
import dev.backlot.http.TestServer;
import dev.backlot.intake.IntakeVerticle;
import dev.backlot.store.PgClientTasks;
import dev.backlot.store.Pools;
import dev.backlot.system.Eventually;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetSocket;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.sqlclient.Pool;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that are gone before they are answered, with two nodes over one database. */
class LostRepliesTest {
  private static final String PATH = "/v1/videos/text2video";
  private static final JsonObject BODY = new JsonObject().put("prompt", "a boat");
  private static final FacadeConfig CONFIG =
      FacadeNodes.config(Duration.ofMinutes(1), Duration.ofMinutes(10));

  /** Answers of the first node wait for it. */
  private volatile Promise<Void> gate = Promise.promise();

  private final LeavingClients clients = new LeavingClients();

  private FacadeNodes nodes;
  private TestDatabase database;
  private IntakeVerticle slowIntake;
  private TestServer slow;
  private TestServer quick;

  @BeforeEach
  void start() throws Exception {
    nodes = new FacadeNodes("100");
    database = nodes.database;
    PgClientTasks tasks = new PgClientTasks(database.pool());
    slowIntake = nodes.intake();
    slow = nodes.node(CONFIG, held(slowIntake), tasks, List.of(clients.watch()));
    quick = nodes.node(CONFIG);
  }

  @AfterEach
  void stop() throws Exception {
    nodes.close();
  }

  private Function<Submission, Future<Admission>> held(IntakeVerticle intake) {
    return submission -> {
      Future<Void> opens = gate.future();
      Context loop = nodes.vertx.getOrCreateContext();
      Promise<Admission> held = Promise.promise();
      intake
          .submit(submission)
          .onComplete(
              stored -> opens.onComplete(open -> loop.runOnContext(back -> held.handle(stored))));
      return held.future();
    };
  }

  private NetSocket send(TestServer to, JsonObject said) throws Exception {
    return LeavingClients.send(nodes.vertx, to.port(), PATH, said);
  }

  /** Sends a create to the first node, and is gone when its job is stored. */
  private void leave(JsonObject said) throws Exception {
    NetSocket client = send(slow, said);
    until("SELECT count(*) FROM client_reply", 1);
    client.close().await(20, TimeUnit.SECONDS);
    clients.untilGone(1);
  }

  private void loseAnAnswer() throws Exception {
    loseAnAnswer(BODY);
  }

  private void loseAnAnswer(JsonObject said) throws Exception {
    leave(said);
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
    return nodes.firstTask();
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
  private TestServer forgetful() throws Exception {
    Pool gone = Pools.create(nodes.vertx, database.config(), "backlot gone");
    gone.close().await(20, TimeUnit.SECONDS);
    return nodes.node(CONFIG, nodes.intake()::submit, new PgClientTasks(gone), List.of());
  }

  @Test
  void who_cannot_be_told_of_a_stored_job_is_told_to_look_it_up() throws Exception {
    HttpResponse<Buffer> answer =
        forgetful().post(PATH, BODY.copy().put("external_task_id", "order-1"));

    assertThat(answer.statusCode()).isEqualTo(504);
    assertThat(answer.bodyAsJsonObject().getInteger("code")).isEqualTo(5002);
    assertThat(database.number("SELECT count(*) FROM job")).isEqualTo(1);
  }

  @Test
  void who_repeats_at_once_what_it_could_not_be_told_of_gets_its_job() throws Exception {
    assertThat(forgetful().post(PATH, BODY).statusCode()).isEqualTo(504);
    until("SELECT count(*) FROM client_reply WHERE lost_at IS NOT NULL", 1);

    assertThat(create(quick, BODY)).isEqualTo(firstTask());
    assertThat(database.number("SELECT count(*) FROM job")).isEqualTo(1);
  }

  private static Future<HttpResponse<Buffer>> post(TestServer to, JsonObject body) {
    return to.request(HttpMethod.POST, PATH).sendJsonObject(body);
  }

  private static String task(Future<HttpResponse<Buffer>> answer) throws Exception {
    HttpResponse<Buffer> told = answer.await(20, TimeUnit.SECONDS);
    assertThat(told.statusCode()).isEqualTo(200);
    return told.bodyAsJsonObject().getJsonObject("data").getString("task_id");
  }

  private long jobs() {
    return database.number("SELECT count(*) FROM job");
  }

  @Test
  void a_repeat_before_the_first_is_answered_gets_its_job() throws Exception {
    leave(BODY);

    Future<HttpResponse<Buffer>> repeat = post(slow, BODY);
    gate.complete();

    assertThat(task(repeat)).isEqualTo(firstTask());
    assertThat(jobs()).isEqualTo(1);
    until("SELECT count(*) FROM client_reply", 0);
    assertThat(create(quick, BODY)).isNotEqualTo(firstTask());
  }

  @Test
  void two_repeats_before_the_first_is_answered_are_one_that_gets_its_job_and_one_of_its_own()
      throws Exception {
    leave(BODY);

    Future<HttpResponse<Buffer>> repeat = post(slow, BODY);
    Future<HttpResponse<Buffer>> again = post(slow, BODY);
    until("SELECT count(*) FROM job", 2);
    gate.complete();

    assertThat(List.of(task(repeat), task(again))).doesNotHaveDuplicates().contains(firstTask());
    assertThat(jobs()).isEqualTo(2);
  }

  @Test
  void the_repeat_of_a_repeat_that_was_lost_as_well_gets_the_first_job() throws Exception {
    leave(BODY);
    NetSocket second = send(slow, BODY);
    NetSocket third = send(slow, BODY);
    second.close().await(20, TimeUnit.SECONDS);
    third.close().await(20, TimeUnit.SECONDS);
    gate.complete();
    until("SELECT count(*) FROM client_reply WHERE lost_at IS NULL", 0);
    long made = jobs();

    for (int i = 0; i < made; i++) {
      create(slow, BODY);
    }

    assertThat(jobs()).isEqualTo(made).isLessThan(3);
  }

  /** None is answered before its node knows that its client is gone: it would not be lost. */
  @Test
  void clientsthat_hang_up_and_ask_again_at_once_pay_once() throws Exception {
    for (int i = 1; i <= 30; i++) {
      JsonObject body = BODY.copy().put("seed", i);
      send(slow, body).close().await(20, TimeUnit.SECONDS);
      Future<HttpResponse<Buffer>> repeat = post(slow, body);
      clients.untilGone(i);
      gate.complete();
      task(repeat);
      gate = Promise.promise();
    }

    assertThat(jobs()).isEqualTo(30);
    gate.complete();
  }

  @Test
  void one_that_hung_up_before_its_job_was_stored_is_not_stored_behind_its_repeat()
      throws Exception {
    Future<HttpResponse<Buffer>> repeat;
    try (Connection holder = database.owner()) {
      holder.setAutoCommit(false);
      try (Statement statement = holder.createStatement()) {
        statement.execute("SELECT 1 FROM balance FOR UPDATE");
      }
      // Its group waits for the balance, so the next one has not been sent when its client goes.
      Future<HttpResponse<Buffer>> before = post(slow, BODY.copy().put("seed", 7));
      until("SELECT count(*) FROM pg_locks WHERE NOT granted", 1);
      NetSocket client = send(slow, BODY);
      Eventually.until("it waits", Duration.ofSeconds(20), () -> slowIntake.unanswered() == 2);
      client.close().await(20, TimeUnit.SECONDS);
      clients.untilGone(1);
      repeat = post(quick, BODY);
      gate.complete();
      before.onComplete(done -> {});
    }

    task(repeat);
    Eventually.until("all is over", Duration.ofSeconds(20), () -> slowIntake.unanswered() == 0);
    assertThat(jobs()).isEqualTo(2);
  }

  @Test
  void two_clientsthat_ask_for_the_same_at_once_get_two_jobs() throws Exception {
    Future<HttpResponse<Buffer>> one = post(slow, BODY);
    Future<HttpResponse<Buffer>> other = post(slow, BODY);
    until("SELECT count(*) FROM job", 2);
    gate.complete();

    assertThat(List.of(task(one), task(other))).doesNotHaveDuplicates();
  }

  /** There the close of a stream is told behind its answer, too. */
  @Test
  void by_http_2_what_was_answered_and_is_asked_again_is_another_job() throws Exception {
    gate.complete();
    HttpClientOptions http2 =
        new HttpClientOptions()
            .setProtocolVersion(HttpVersion.HTTP_2)
            .setHttp2ClearTextUpgrade(false);
    HttpClient client = nodes.vertx.createHttpClient(http2);
    for (int i = 0; i < 30; i++) {
      RequestOptions create =
          new RequestOptions()
              .setMethod(HttpMethod.POST)
              .setHost("127.0.0.1")
              .setPort(slow.port())
              .setURI(PATH)
              .putHeader("Authorization", "Bearer " + TestServer.KEY);
      client
          .request(create)
          .compose(request -> request.send(BODY.toBuffer()))
          .compose(HttpClientResponse::body)
          .await(20, TimeUnit.SECONDS);
    }

    assertThat(jobs()).isEqualTo(30);
  }

  @Test
  void one_at_another_node_waits_until_the_first_is_answered_and_is_a_job_of_its_own()
      throws Exception {
    Future<HttpResponse<Buffer>> one = post(slow, BODY);
    until("SELECT count(*) FROM client_reply", 1);

    Future<HttpResponse<Buffer>> other = post(quick, BODY);
    gate.complete();

    assertThat(List.of(task(one), task(other))).doesNotHaveDuplicates();
    assertThat(jobs()).isEqualTo(2);
  }

  @Test
  void one_at_another_node_waits_for_those_before_it_and_for_no_later_ones() throws Exception {
    Future<HttpResponse<Buffer>> before = post(slow, BODY);
    until("SELECT count(*) FROM client_reply", 1);
    Future<HttpResponse<Buffer>> waits = post(quick, BODY);
    Eventually.until("it has looked", Duration.ofSeconds(20), () -> nodes.looks.get() > 0);
    Promise<Void> first = gate;
    gate = Promise.promise();
    Future<HttpResponse<Buffer>> later = post(slow, BODY);
    until("SELECT count(*) FROM client_reply", 2);

    first.complete();

    assertThat(List.of(task(before), task(waits))).doesNotHaveDuplicates();
    assertThat(later.isComplete()).isFalse();
    gate.complete();
    task(later);
  }

  @Test
  void one_that_was_asked_at_a_node_that_died_is_given_to_its_repeat_elsewhere() throws Exception {
    FacadeConfig brief = FacadeNodes.config(Duration.ofSeconds(2), Duration.ofMinutes(10));
    TestServer node = nodes.node(brief);
    post(slow, BODY);
    until("SELECT count(*) FROM client_reply", 1);

    HttpResponse<Buffer> answer = node.post(PATH, BODY);
    if (answer.statusCode() == 504) {
      answer = node.post(PATH, BODY);
    }

    assertThat(answer.bodyAsJsonObject().getJsonObject("data").getString("task_id"))
        .isEqualTo(firstTask());
    assertThat(jobs()).isEqualTo(1);
    gate.complete();
  }

  @Test
  void with_the_window_off_every_create_is_a_job() throws Exception {
    loseAnAnswer();
    TestServer off = nodes.node(FacadeNodes.config(Duration.ofMinutes(1), Duration.ZERO));

    assertThat(create(off, BODY)).isNotEqualTo(firstTask());
  }
}
