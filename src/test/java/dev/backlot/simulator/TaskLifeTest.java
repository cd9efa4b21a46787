package dev.backlot.simulator;

import static dev.backlot.simulator.RunningSimulator.IMAGE;
import static dev.backlot.simulator.RunningSimulator.RENDER;
import static dev.backlot.simulator.RunningSimulator.TEXT;
import static dev.backlot.simulator.RunningSimulator.body;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.SimulatorConfig;
import dev.backlot.config.SimulatorConfig.Limits;
import dev.backlot.config.SimulatorConfig.RenderMode;
import dev.backlot.config.SimulatorConfig.Rendering;
import dev.backlot.simulator.RunningSimulator.Answer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskLifeTest {
  private RunningSimulator simulator = new RunningSimulator();

  @AfterEach
  void stop() {
    simulator.close();
  }

  @ParameterizedTest
  @CsvSource({"0, submitted", "1, processing", "9, processing", "10, succeed"})
  void a_task_moves_with_the_clock(int seconds, String status) {
    String id = simulator.accepted(body("ord-1"));
    simulator.advance(Duration.ofSeconds(seconds));

    assertThat(simulator.query(id).data().getString("task_status")).isEqualTo(status);
  }

  @Test
  void a_finished_task_has_one_video_and_its_deduction() {
    String id = simulator.accepted(body("ord-1"));
    simulator.finishRendering();

    Answer answer = simulator.query(id);
    assertThat(answer.data().getString("task_status_msg")).isEmpty();
    assertThat(answer.data().getString("final_unit_deduction")).isEqualTo("3");
    assertThat(answer.data().getLong("updated_at"))
        .isEqualTo(RunningSimulator.START.plus(RENDER).toEpochMilli());
    assertThat(answer.video().getString("duration")).isEqualTo("5.041");
    assertThat(answer.video().containsKey("watermark_url")).isFalse();
  }

  @Test
  void a_watermarked_file_comes_on_request() {
    String id =
        simulator.accepted(
            body("ord-1").put("watermark_info", new JsonObject().put("enabled", true)));
    simulator.finishRendering();

    assertThat(simulator.query(id).video().getString("watermark_url")).startsWith("http");
  }

  @Test
  void a_task_is_found_by_its_external_id() {
    String id = simulator.accepted(body("ord-1"));

    assertThat(simulator.query("ord-1").data().getString("task_id")).isEqualTo(id);
  }

  @Test
  void an_unknown_task_is_400_1201() {
    Answer answer = simulator.query("ord-9");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo(1201);
    assertThat(answer.message()).isEqualTo("Task not found by id/external id: ord-9");
  }

  @Test
  void a_product_finds_only_its_own_tasks() {
    String id = simulator.accepted(body("ord-1"));

    assertThat(simulator.get(IMAGE + "/" + id).code()).isEqualTo(1201);
  }

  @Test
  void a_list_is_newest_first_in_pages() {
    simulator = restarted(RunningSimulator.config().withSlots(9));
    for (int number = 1; number <= 5; number++) {
      simulator.create(body("ord-" + number));
    }

    assertThat(externalIds(simulator.get(TEXT + "?pageNum=1&pageSize=2")))
        .containsExactly("ord-5", "ord-4");
    assertThat(externalIds(simulator.get(TEXT + "?pageNum=3&pageSize=2"))).containsExactly("ord-1");
    assertThat(simulator.get(TEXT + "?pageNum=4&pageSize=2").list()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"pageNum=0", "pageNum=1001", "pageSize=0", "pageSize=501", "pageSize=x"})
  void a_page_out_of_range_is_refused(String query) {
    assertThat(simulator.get(TEXT + "?" + query).code()).isEqualTo(1201);
  }

  @Test
  void tasks_answers_in_the_new_shape() {
    String id = simulator.accepted(body("ord-1"));
    simulator.finishRendering();

    JsonObject task = simulator.get("/tasks?task_ids=" + id).list().getJsonObject(0);
    assertThat(task.getString("id")).isEqualTo(id);
    assertThat(task.getString("status")).isEqualTo("succeeded");
    assertThat(task.getString("external_id")).isEqualTo("ord-1");
    assertThat(task.getJsonArray("outputs").getJsonObject(0).getString("type")).isEqualTo("video");
    assertThat(task.getJsonArray("billing").getJsonObject(0))
        .isEqualTo(
            new JsonObject()
                .put("charge_type", "unit")
                .put("amount", "3")
                .put("package_type", "video"));
  }

  @Test
  void tasks_leaves_out_what_it_does_not_know() {
    simulator.create(body("ord-1"));

    assertThat(simulator.get("/tasks?external_task_ids=ord-1,ord-2").list()).hasSize(1);
    assertThat(simulator.get("/tasks?external_task_ids=ord-2").list()).isEmpty();
  }

  @Test
  void tasks_takes_twenty_ids_and_no_more() {
    String twenty = String.join(",", IntStream.range(0, 20).mapToObj(n -> "ord-" + n).toList());

    assertThat(simulator.get("/tasks?external_task_ids=" + twenty).code()).isZero();
    Answer more = simulator.get("/tasks?external_task_ids=" + twenty + ",ord-20");
    assertThat(more.status()).isEqualTo(400);
    assertThat(more.message()).contains("cannot exceed 20 in total");
  }

  @ParameterizedTest
  @CsvSource({"/tasks", "/tasks?task_ids=1&external_task_ids=a"})
  void tasks_wants_exactly_one_kind_of_id(String path) {
    assertThat(simulator.get(path).code()).isEqualTo(1201);
  }

  @Test
  void the_costs_lag() {
    simulator.create(body("ord-1"));
    simulator.finishRendering();

    assertThat(remaining()).isEqualTo("10000000");
    simulator.advance(Duration.ofHours(12));
    assertThat(remaining()).isEqualTo("9999997");
  }

  @Test
  void the_costs_answer_once_a_second() {
    remaining();

    Answer soon = simulator.get("/account/costs?start_time=0&end_time=1");
    assertThat(soon.status()).isEqualTo(429);
    assertThat(soon.code()).isEqualTo(1302);
  }

  @Test
  void the_costs_want_a_time_range() {
    assertThat(simulator.get("/account/costs").code()).isEqualTo(1201);
  }

  @Test
  void a_render_mode_finishes_at_the_first_query() {
    simulator = restarted(rendering(RenderMode.FIRST_QUERY));
    String id = simulator.accepted(body("ord-1"));

    assertThat(simulator.slotUse().inFlight()).isEqualTo(1);
    assertThat(simulator.query(id).data().getString("task_status")).isEqualTo("succeed");
    assertThat(simulator.slotUse().inFlight()).isZero();
  }

  @Test
  void a_render_mode_finishes_at_once() {
    simulator = restarted(rendering(RenderMode.IMMEDIATE).withSlots(1));
    simulator.create(body("ord-1"));
    simulator.create(body("ord-2"));

    assertThat(simulator.books().succeeded()).isEqualTo(2);
  }

  @Test
  void a_used_up_pack_refuses_creates() {
    simulator = restarted(RunningSimulator.config().withPackUnits(BigDecimal.ONE));
    simulator.create(body("ord-1"));
    simulator.finishRendering();

    Answer refused = simulator.create(body("ord-2"));
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.code()).isEqualTo(1102);
  }

  @Test
  void beyond_the_bound_the_earliest_ended_task_is_forgotten() {
    Limits limits = RunningSimulator.config().limits();
    simulator =
        restarted(
            rendering(RenderMode.IMMEDIATE)
                .withLimits(
                    new Limits(
                        2,
                        limits.body(),
                        limits.horizon(),
                        limits.linkLifetime(),
                        limits.costsLag())));
    for (int number = 1; number <= 3; number++) {
      simulator.create(body("ord-" + number));
    }

    assertThat(simulator.tasks())
        .extracting(BookedTask::externalId)
        .containsExactly("ord-2", "ord-3");
    assertThat(simulator.query("ord-1").code()).isEqualTo(1201);
  }

  private RunningSimulator restarted(SimulatorConfig config) {
    simulator.close();
    return new RunningSimulator(config);
  }

  private static SimulatorConfig rendering(RenderMode mode) {
    return SimulatorConfig.defaults().withRendering(new Rendering(mode, 1, RENDER, 0));
  }

  private String remaining() {
    JsonArray packs =
        simulator
            .get("/account/costs?start_time=0&end_time=1")
            .data()
            .getJsonArray("resource_pack_subscribe_infos");
    return String.valueOf(packs.getJsonObject(0).getValue("remaining_quantity"));
  }

  private static Stream<String> externalIds(Answer page) {
    return page.list().stream()
        .map(JsonObject.class::cast)
        .map(task -> task.getJsonObject("task_info").getString("external_task_id"));
  }
}
