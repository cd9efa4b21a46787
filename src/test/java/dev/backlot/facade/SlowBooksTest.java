package dev.backlot.facade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.FacadeConfig;
import dev.backlot.database.TestDatabase;
import dev.backlot.http.TestServer;
import dev.backlot.intake.IntakeVerticle;
import dev.backlot.store.PgClientTasks;
import dev.backlot.system.Eventually;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requests while the database does not come to their answer: somebody else holds what they need.
 */
class SlowBooksTest {
  private static final String PATH = "/v1/videos/text2video";
  private static final JsonObject BODY = new JsonObject().put("prompt", "a boat");
  private static final JsonObject NAMED = BODY.copy().put("external_task_id", "order-7");
  private static final JsonObject SPAN =
      new JsonObject().put("start_time", 1).put("end_time", 9_000_000_000_000L);
  private static final FacadeConfig CONFIG =
      FacadeNodes.config(Duration.ofSeconds(1), Duration.ofMinutes(10));
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String LOCK_WAITS = "SELECT count(*) FROM pg_locks WHERE NOT granted";
  private static final int REPEATS = 20;
  private static final String ONE_JOB = "2";
  private static final String BALANCES = "SELECT 1 FROM balance FOR UPDATE";

  /** Behind those: what waits here has its credit already. */
  private static final String EVENTS = "LOCK TABLE event";

  private FacadeNodes nodes;
  private TestDatabase database;
  private IntakeVerticle intake;
  private TestServer one;
  private TestServer other;

  @BeforeEach
  void start() throws Exception {
    start("100");
  }

  private void start(String credit) throws Exception {
    nodes = new FacadeNodes(credit);
    database = nodes.database;
    intake = nodes.intake();
    one = nodes.node(CONFIG, intake::submit, new PgClientTasks(database.pool()), List.of());
    other = nodes.node(CONFIG);
  }

  @AfterEach
  void stop() throws Exception {
    nodes.close();
  }

  /** What holds it is let go when it is closed. */
  private Connection hold(String lock) throws SQLException {
    Connection holder = nodes.database.owner();
    holder.setAutoCommit(false);
    try (Statement statement = holder.createStatement()) {
      statement.execute(lock);
    }
    return holder;
  }

  private static Future<HttpResponse<Buffer>> send(TestServer to) {
    return to.request(HttpMethod.POST, PATH).sendJsonObject(BODY);
  }

  /** An answer that is there already, then those that are asked for. */
  private static Supplier<HttpResponse<Buffer>> first(
      HttpResponse<Buffer> answer, Supplier<HttpResponse<Buffer>> others) {
    AtomicReference<HttpResponse<Buffer>> once = new AtomicReference<>(answer);
    return () -> {
      HttpResponse<Buffer> there = once.getAndSet(null);
      return there == null ? others.get() : there;
    };
  }

  /** The task of a client that goes on until it is told one. */
  private static String repeated(Supplier<HttpResponse<Buffer>> create) {
    HttpResponse<Buffer> answer = create.get();
    for (int again = 0; answer.statusCode() == 504 && again < REPEATS; again++) {
      answer = create.get();
    }
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.bodyAsJsonObject().getJsonObject("data").getString("task_id");
  }

  private void until(String count, long least) {
    Eventually.until(count, PATIENCE, () -> database.number(count) >= least);
  }

  private void assertPaidOnce() {
    assertThat(database.number("SELECT count(*) FROM job")).isEqualTo(1);
    assertThat(database.number("SELECT count(*) FROM reservation")).isEqualTo(1);
  }

  private static void assertTimedOut(HttpResponse<Buffer> answer) {
    assertThat(answer.statusCode()).isEqualTo(504);
    JsonObject envelope = answer.bodyAsJsonObject();
    assertThat(envelope.getInteger("code")).isEqualTo(5002);
    assertThat(envelope.getString("message")).isEqualTo("Server internal timeout");
    assertThat(envelope.getString("request_id")).isNotBlank();
  }

  @ParameterizedTest
  @ValueSource(strings = {"SELECT 1 FROM balance FOR UPDATE", "LOCK TABLE event", "LOCK TABLE job"})
  void a_create_that_is_not_stored_in_time_is_answered_that_it_takes_too_long(String lock)
      throws Exception {
    try (Connection held = hold(lock)) {
      assertTimedOut(one.post(PATH, BODY));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/videos/text2video",
        "/v1/videos/text2video/900000000000000042",
        "/tasks?external_task_ids=order-7",
        "/account/costs?start_time=1&end_time=2"
      })
  void what_asks_our_books_is_answered_that_they_take_too_long(String path) throws Exception {
    one.get(path);
    try (Connection held = hold("LOCK TABLE job, balance")) {
      assertTimedOut(one.get(path));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/tasks", "/account/billing/package", "/account/billing/balance"})
  void so_is_what_searches_them(String path) throws Exception {
    one.post(path, SPAN);
    try (Connection held = hold("LOCK TABLE job, transfer, provider_call")) {
      assertTimedOut(one.post(path, SPAN));
    }
  }

  @Test
  void so_is_whoever_cannot_be_looked_up() throws Exception {
    try (Connection held = hold("LOCK TABLE api_key")) {
      assertTimedOut(one.get("/v1/videos/text2video"));
    }
  }

  @Test
  void the_repeat_of_one_that_was_stored_in_the_end_gets_its_job_and_no_other_is_paid()
      throws Exception {
    try (Connection held = hold(EVENTS)) {
      assertTimedOut(one.post(PATH, BODY));
    }
    until("SELECT count(*) FROM job", 1);

    assertThat(repeated(() -> other.post(PATH, BODY))).isEqualTo(nodes.firstTask());
    assertPaidOnce();
  }

  @ParameterizedTest
  @ValueSource(strings = {"100", ONE_JOB})
  void a_repeat_at_another_node_while_the_first_is_under_way_gets_its_job(String credit)
      throws Exception {
    stop();
    start(credit);
    Future<HttpResponse<Buffer>> repeat;
    try (Connection held = hold(EVENTS)) {
      assertTimedOut(one.post(PATH, BODY));
      repeat = send(other);
      until(LOCK_WAITS, 2);
    }
    HttpResponse<Buffer> answer = repeat.await(20, TimeUnit.SECONDS);

    assertThat(repeated(first(answer, () -> other.post(PATH, BODY)))).isEqualTo(nodes.firstTask());
    assertPaidOnce();
  }

  @Test
  void a_repeat_at_the_same_node_while_the_first_is_under_way_gets_its_job() throws Exception {
    Future<HttpResponse<Buffer>> repeat;
    try (Connection held = hold(EVENTS)) {
      assertTimedOut(one.post(PATH, BODY));
      repeat = send(one);
    }
    HttpResponse<Buffer> answer = repeat.await(20, TimeUnit.SECONDS);

    assertThat(repeated(first(answer, () -> one.post(PATH, BODY)))).isEqualTo(nodes.firstTask());
    assertPaidOnce();
  }

  /** Its connection is cut, and what would be stored again nobody waits for. */
  @Test
  void the_repeat_of_one_that_was_not_stored_in_the_end_makes_the_job() throws Exception {
    try (Connection held = hold(BALANCES)) {
      assertTimedOut(one.post(PATH, BODY));
      try (Connection app = database.app();
          Statement statement = app.createStatement()) {
        statement.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE NOT granted");
      }
    }
    Eventually.until("it has ended", PATIENCE, () -> intake.unanswered() == 0);
    assertThat(database.number("SELECT count(*) FROM job")).isZero();

    assertThat(repeated(() -> one.post(PATH, BODY))).isEqualTo(nodes.firstTask());
    assertPaidOnce();
  }

  @Test
  void with_an_id_of_its_own_it_goes_on_and_is_found_by_that() throws Exception {
    try (Connection held = hold(BALANCES)) {
      assertTimedOut(one.post(PATH, NAMED));
    }
    until("SELECT count(*) FROM job", 1);

    assertThat(other.post(PATH, NAMED).bodyAsJsonObject().getString("message"))
        .isEqualTo("External_task_id order-7 already exists");
    assertThat(
            other
                .get(PATH + "/order-7")
                .bodyAsJsonObject()
                .getJsonObject("data")
                .getString("task_id"))
        .isEqualTo(nodes.firstTask());
  }
}
