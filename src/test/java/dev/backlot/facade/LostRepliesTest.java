package dev.backlot.facade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.FacadeConfig;
import dev.backlot.database.TestDatabase;
import dev.backlot.domain.job.Admission;
import dev.backlot.domain.job.Submission;
import dev.backlot.http.Routes;
import dev.backlot.http.TestServer;
import dev.backlot.intake.IntakeVerticle;
import dev.backlot.store.PgClientTasks;
import dev.backlot.store.Pools;
import dev.backlot.system.Eventually;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetSocket;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
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

  /** Submissions to the first node wait for it. */
  private final Promise<Void> gate = Promise.promise();

  private final CountDownLatch waits = new CountDownLatch(1);
  private final CountDownLatch gone = new CountDownLatch(1);
  private FacadeNodes nodes;
  private TestDatabase database;
  private TestServer slow;
  private TestServer quick;

  @BeforeEach
  void start() throws Exception {
    nodes = new FacadeNodes("100");
    database = nodes.database;
    PgClientTasks tasks = new PgClientTasks(database.pool());
    slow = nodes.node(CONFIG, afterTheGate(nodes.intake()), tasks, List.of(watch()));
    quick = nodes.node(CONFIG);
  }

  @AfterEach
  void stop() throws Exception {
    nodes.close();
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

  private Function<Submission, Future<Admission>> afterTheGate(IntakeVerticle intake) {
    return submission -> {
      Context loop = nodes.vertx.getOrCreateContext();
      Promise<Admission> admitted = Promise.promise();
      waits.countDown();
      gate.future()
          .onComplete(
              open ->
                  loop.runOnContext(hop -> intake.submit(submission).onComplete(admitted::handle)));
      return admitted.future();
    };
  }

  /** Sends a create to the first node, and is gone before the job is stored. */
  private void loseAnAnswer() throws Exception {
    loseAnAnswer(BODY);
  }

  private void loseAnAnswer(JsonObject said) throws Exception {
    NetSocket client =
        nodes.vertx.createNetClient().connect(slow.port(), "127.0.0.1").await(20, TimeUnit.SECONDS);
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

  @Test
  void with_the_window_off_every_create_is_a_job() throws Exception {
    loseAnAnswer();
    TestServer off = nodes.node(FacadeNodes.config(Duration.ofMinutes(1), Duration.ZERO));

    assertThat(create(off, BODY)).isNotEqualTo(firstTask());
  }
}
