package dev.backlot.simulator;

import static dev.backlot.simulator.CallsTest.FACES;
import static dev.backlot.simulator.CallsTest.SPEECH;
import static dev.backlot.simulator.CallsTest.clip;
import static dev.backlot.simulator.CallsTest.json;
import static dev.backlot.simulator.CallsTest.speech;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backlot.config.ConfigException;
import dev.backlot.config.Section;
import dev.backlot.config.SimulatorFault;
import dev.backlot.simulator.RunningSimulator.Answer;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What can go wrong with a call, with its effect or without. */
class CallFaultsTest {
  private final RunningSimulator simulator = new RunningSimulator();

  @AfterEach
  void stop() {
    simulator.close();
  }

  @Test
  void a_lost_call_is_done_and_charged() throws Exception {
    add("{'fault':'lost','target':'call','count':1}");

    simulator.createInVain(FACES, clip(""));

    assertThat(faces().done()).isEqualTo(1);
    assertThat(faces().billed()).isEqualByComparingTo("0.05");
  }

  @Test
  void a_lost_call_can_hang() {
    add("{'fault':'lost','target':'call','leave':'hang'}");

    assertHangs(FACES, clip(""));

    assertThat(faces().done()).isEqualTo(1);
  }

  @Test
  void a_hanging_call_has_done_nothing() {
    add("{'fault':'hang','target':'call'}");

    assertHangs(FACES, clip(""));

    assertThat(faces().done()).isZero();
    assertThat(faces().dropped()).isEqualTo(1);
    assertThat(simulator.books().billed()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"call", "any"})
  void a_call_can_be_cut_off_before_its_effect(String target) throws Exception {
    add("{'fault':'reset','target':'" + target + "'}");

    simulator.createInVain(FACES, clip(""));

    assertThat(faces().done()).isZero();
    assertThat(faces().dropped()).isEqualTo(1);
  }

  @Test
  void a_late_call_is_done_when_its_client_has_left() throws Exception {
    add("{'fault':'late','target':'call','delay':'30s'}");
    simulator.createInVain(FACES, clip(""));
    assertThat(faces().late()).isEqualTo(1);
    assertThat(simulator.books().late()).isZero();

    simulator.advance(Duration.ofSeconds(30));

    assertThat(faces().late()).isZero();
    assertThat(faces().done()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"1301,400", "1302,429", "1303,429", "5000,500", "5001,503", "5002,504"})
  void a_call_meets_every_error(int code, int status) {
    add("{'fault':'error','target':'call','code':" + code + "}");

    Answer answer = simulator.post(FACES, clip(""));

    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.code()).isEqualTo(code);
    assertThat(faces().refused()).containsEntry(code, 1L);
  }

  @Test
  void a_proxy_can_answer_in_between() {
    add("{'fault':'broken','target':'call','status':502}");

    Answer answer = simulator.post(FACES, clip(""));

    assertThat(answer.status()).isEqualTo(502);
    assertThat(answer.text()).startsWith("<html>");
  }

  @Test
  void a_slow_call_is_answered_after_its_delay() {
    add("{'fault':'slow','target':'call','delay':'300ms'}");
    long start = System.nanoTime();

    assertThat(simulator.post(FACES, clip("")).code()).isZero();

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(299));
  }

  @Test
  void a_charge_can_differ_from_the_price() {
    add("{'fault':'deduct','target':'call','units':7}");

    JsonObject data = simulator.post(FACES, clip("")).data();

    assertThat(data.getString("final_unit_deduction")).isEqualTo("7");
    assertThat(simulator.books().billed()).isEqualByComparingTo("7");
  }

  @Test
  void speech_can_fail_under_a_successful_answer() {
    Answer answer = simulator.post(SPEECH, marked("[sim:fail=message=no such words]"));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.code()).isZero();
    assertThat(answer.data().getString("task_status")).isEqualTo("failed");
    assertThat(answer.data().getString("task_status_msg")).isEqualTo("no such words");
    assertThat(answer.data().getJsonObject("task_result")).isEmpty();
    assertThat(answer.data().containsKey("final_unit_deduction")).isFalse();
    assertThat(simulator.books().billed()).isEqualByComparingTo(BigDecimal.ZERO);
  }

  @Test
  void a_marker_works_in_a_text_to_be_spoken() throws Exception {
    simulator.createInVain(SPEECH, marked("[sim:lost]"));

    assertThat(simulator.callUse("tts").done()).isEqualTo(1);
  }

  @Test
  void the_repetition_of_a_call_is_another_one() throws Exception {
    simulator.createInVain(SPEECH, marked("[sim:lost]"));
    simulator.createInVain(SPEECH, marked("[sim:lost]"));

    assertThat(simulator.callUse("tts").billed()).isEqualByComparingTo("0.1");
  }

  @Test
  void a_rule_for_creates_spares_calls() {
    add("{'fault':'error','code':5000}");
    add("{'fault':'error','target':'query','code':5000}");

    assertThat(simulator.post(FACES, clip("")).code()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"invisible", "status", "stuck", "duplicate"})
  void what_only_tasks_have_is_not_for_calls(String fault) {
    assertThatThrownBy(() -> add("{'fault':'" + fault + "','target':'call'}"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("target");
  }

  private static JsonObject marked(String marker) {
    return speech().put("text", "hello " + marker);
  }

  private void add(String rule) {
    Section section = new Section("fault", json(rule).getMap(), true, name -> "");
    simulator.addFault(SimulatorFault.from(section, Duration.ofMinutes(2)));
  }

  private Books.CallUse faces() {
    return simulator.callUse("identify-face");
  }

  private void assertHangs(String path, JsonObject body) {
    simulator.createInVainAndHang(path, body);
  }
}
