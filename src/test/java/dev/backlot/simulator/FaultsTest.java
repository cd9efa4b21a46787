package dev.backlot.simulator;

import static dev.backlot.simulator.RunningSimulator.TEXT;
import static dev.backlot.simulator.RunningSimulator.body;
import static dev.backlot.simulator.RunningSimulator.marked;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.simulator.RunningSimulator.Answer;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FaultsTest {
  private final RunningSimulator simulator = new RunningSimulator();

  @AfterEach
  void stop() {
    simulator.close();
  }

  @ParameterizedTest
  @CsvSource({"1102,429", "1301,400", "1302,429", "1303,429", "5000,500", "5001,503", "5002,504"})
  void an_error_has_its_code_and_status_and_makes_no_task(int code, int status) {
    Answer answer = simulator.create(marked("ord-1", "[sim:error=" + code + "]"));

    assertThat(answer.code()).isEqualTo(code);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(simulator.books().accepted()).isZero();
    assertThat(simulator.books().refused()).containsKey(code);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"[sim:error=1301,message=we dislike it]", "[sim:moderate=message=we dislike it]"})
  void a_refusal_says_what_it_was_told_to(String marker) {
    Answer answer = simulator.create(marked("ord-1", marker));

    assertThat(answer.code()).isEqualTo(1301);
    assertThat(answer.json().getString("message")).isEqualTo("we dislike it");
  }

  @ParameterizedTest
  @ValueSource(strings = {"moderate-task", "fail"})
  void a_failed_task_says_what_it_was_told_to(String fault) {
    String id = simulator.accepted(marked("ord-1", "[sim:" + fault + "=message=we dislike it]"));
    simulator.finishRendering();

    assertThat(simulator.query(id).data().getString("task_status_msg")).isEqualTo("we dislike it");
  }

  @Test
  void a_broken_answer_has_no_envelope() {
    Answer answer = simulator.create(marked("ord-1", "[sim:broken=502]"));

    assertThat(answer.status()).isEqualTo(502);
    assertThat(answer.text()).startsWith("<html>");
    assertThat(simulator.books().dropped()).isEqualTo(1);
  }

  @Test
  void a_reset_closes_the_connection_and_makes_no_task() throws Exception {
    assertThat(simulator.createInVain(marked("ord-1", "[sim:reset]")))
        .isNotInstanceOf(HttpTimeoutException.class);
    assertThat(simulator.books().dropped()).isEqualTo(1);
    assertThat(simulator.books().accepted()).isZero();
  }

  @Test
  void a_hang_never_answers_and_makes_no_task() {
    assertHangs(marked("ord-1", "[sim:hang]"));
    assertThat(simulator.books().accepted()).isZero();
  }

  @Test
  void a_transient_marker_spares_the_retry() {
    simulator.create(marked("ord-1", "[sim:error=5000]"));

    assertThat(simulator.create(marked("ord-1", "[sim:error=5000]")).code()).isZero();
  }

  @Test
  void a_lost_create_was_accepted() throws Exception {
    assertThat(simulator.createInVain(marked("ord-1", "[sim:lost]")))
        .isNotInstanceOf(HttpTimeoutException.class);
    assertThat(simulator.query("ord-1").code()).isZero();
    assertThat(simulator.books().accepted()).isEqualTo(1);
  }

  @Test
  void a_lost_create_can_hang_too() {
    assertHangs(marked("ord-1", "[sim:lost=hang]"));
    assertThat(simulator.query("ord-1").code()).isZero();
  }

  @Test
  void the_repeat_of_a_lost_create_is_told_so() throws Exception {
    simulator.createInVain(marked("ord-1", "[sim:lost]"));

    assertThat(simulator.create(marked("ord-1", "[sim:lost]")).code()).isEqualTo(1201);
  }

  @Test
  void a_late_create_is_accepted_after_its_client_left() throws Exception {
    simulator.createInVain(marked("ord-1", "[sim:late=30s]"));
    simulator.advance(Duration.ofSeconds(29));
    assertThat(simulator.query("ord-1").code()).isEqualTo(1201);
    assertThat(simulator.books().late()).isEqualTo(1);

    simulator.advance(Duration.ofSeconds(1));

    assertThat(simulator.query("ord-1").code()).isZero();
    assertThat(simulator.books().late()).isZero();
    assertThat(simulator.books().accepted()).isEqualTo(1);
  }

  @Test
  void a_late_create_is_checked_when_it_is_accepted() throws Exception {
    simulator.createInVain(marked("ord-1", "[sim:late=30s]"));
    simulator.create(marked("ord-1", "[sim:late=30s]"));

    simulator.advance(Duration.ofSeconds(30));

    Books books = simulator.books();
    assertThat(books.accepted()).isEqualTo(1);
    assertThat(books.duplicates()).isEqualTo(1);
    assertThat(books.repeatedExternalIds()).isEmpty();
  }

  @Test
  void a_late_create_can_hang_too() throws Exception {
    assertHangs(marked("ord-1", "[sim:late=30s,leave=hang]"));
    simulator.advance(Duration.ofSeconds(30));

    assertThat(simulator.query("ord-1").code()).isZero();
  }

  @Test
  void a_late_create_beyond_the_horizon_is_refused() {
    assertThat(simulator.create(marked("ord-1", "[sim:late=3m]")).message())
        .startsWith("simulator marker: sim.delay: must be a duration between 0s and 120s");
  }

  @ParameterizedTest
  @ValueSource(strings = {TEXT + "/ord-1", TEXT, "/tasks?external_task_ids=ord-1"})
  void an_invisible_task_shows_only_after_a_while(String path) {
    simulator.create(marked("ord-1", "[sim:invisible=5s]"));
    assertThat(simulator.get(path).text()).doesNotContain("task_id\":", "\"id\":");

    simulator.advance(Duration.ofSeconds(5));

    assertThat(simulator.get(path).text()).containsPattern("task_id\":|\"id\":");
  }

  @Test
  void an_invisible_task_holds_its_external_id() {
    simulator.create(marked("ord-1", "[sim:invisible=5s]"));

    assertThat(simulator.create(body("ord-1")).message()).endsWith("already exists");
  }

  @Test
  void a_stuck_task_never_ends() {
    String id = simulator.accepted(marked("ord-1", "[sim:stuck]"));
    simulator.advance(Duration.ofDays(1));

    assertThat(simulator.query(id).data().getString("task_status")).isEqualTo("processing");
  }

  @Test
  void a_stuck_task_can_come_free() {
    String id = simulator.accepted(marked("ord-1", "[sim:stuck=1h]"));
    simulator.advance(Duration.ofHours(1));
    assertThat(simulator.query(id).data().getString("task_status")).isEqualTo("processing");

    simulator.finishRendering();

    assertThat(simulator.query(id).data().getString("task_status")).isEqualTo("succeed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"reviewing", ""})
  void a_fifth_status_shows_until_the_task_ends(String word) {
    String id = simulator.accepted(marked("ord-1", "[sim:status=" + word + "]"));
    assertThat(simulator.query(id).data().getString("task_status")).isEqualTo(word);
    assertThat(simulator.task("ord-1").getString("status")).isEqualTo(word);

    simulator.finishRendering();

    assertThat(simulator.query(id).data().getString("task_status")).isEqualTo("succeed");
  }

  @Test
  void a_fifth_status_can_be_over_before_the_end() {
    String id = simulator.accepted(marked("ord-1", "[sim:status=reviewing,delay=3s]"));
    simulator.advance(Duration.ofSeconds(3));

    assertThat(simulator.query(id).data().getString("task_status")).isEqualTo("processing");
  }

  @Test
  void a_fifth_status_can_stay_for_ever() {
    String id = simulator.accepted(marked("ord-1", "[sim:status=reviewing][sim:stuck]"));
    simulator.advance(Duration.ofDays(7));

    assertThat(simulator.query(id).data().getString("task_status")).isEqualTo("reviewing");
  }

  @Test
  void a_search_without_a_filter_finds_a_fifth_status() {
    simulator.accepted(marked("ord-1", "[sim:status=reviewing]"));

    assertThat(simulator.post("/tasks", new JsonObject()).data().getJsonArray("result")).hasSize(1);
  }

  @Test
  void moderation_refuses_at_once() {
    Answer answer = simulator.create(marked("ord-1", "[sim:moderate]"));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo(1301);
  }

  @Test
  void moderation_fails_the_task_with_a_successful_answer() {
    String id = simulator.accepted(marked("ord-1", "[sim:moderate-task]"));
    simulator.finishRendering();

    Answer answer = simulator.query(id);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.code()).isZero();
    assertThat(answer.data().getString("task_status")).isEqualTo("failed");
    assertThat(answer.data().getString("task_status_msg"))
        .isEqualTo("Failure to pass the risk control system");
  }

  @Test
  void a_failed_task_bills_nothing() {
    String id = simulator.accepted(marked("ord-1", "[sim:fail]"));
    simulator.finishRendering();

    assertThat(simulator.query(id).data().containsKey("final_unit_deduction")).isFalse();
    assertThat(simulator.books().failed()).isEqualTo(1);
    assertThat(simulator.books().billed()).isZero();
  }

  @Test
  void a_deduction_can_differ_from_the_price() {
    String id = simulator.accepted(marked("ord-1", "[sim:deduct=7.25]"));
    simulator.finishRendering();

    assertThat(simulator.query(id).data().getString("final_unit_deduction")).isEqualTo("7.25");
    assertThat(simulator.books().billed()).isEqualByComparingTo("7.25");
  }

  @Test
  void a_failed_task_can_be_charged_all_the_same() {
    String id = simulator.accepted(marked("ord-1", "[sim:fail][sim:deduct=2]"));
    simulator.finishRendering();

    assertThat(simulator.query(id).data().getString("final_unit_deduction")).isEqualTo("2");
  }

  @Test
  void a_slow_answer_comes_after_its_delay() {
    long start = System.nanoTime();

    Answer answer = simulator.create(marked("ord-1", "[sim:slow=300ms]"));

    assertThat(answer.code()).isZero();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(299));
  }

  @Test
  void a_trickling_answer_arrives_whole() {
    long start = System.nanoTime();

    Answer answer = simulator.create(marked("ord-1", "[sim:trickle=400ms]"));

    assertThat(answer.code()).isZero();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(200));
  }

  @Test
  void several_markers_act_together() throws Exception {
    simulator.createInVain(marked("ord-1", "[sim:lost][sim:invisible=5s]"));

    assertThat(simulator.query("ord-1").code()).isEqualTo(1201);
    simulator.advance(Duration.ofSeconds(5));
    assertThat(simulator.query("ord-1").code()).isZero();
  }

  private void assertHangs(JsonObject body) {
    simulator.createInVainAndHang(TEXT, body);
  }
}
