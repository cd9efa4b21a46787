package dev.backlot.simulator;

import static dev.backlot.simulator.RunningSimulator.body;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backlot.simulator.RunningSimulator.Answer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ControlTest {
  private final RunningSimulator simulator = new RunningSimulator();

  @AfterEach
  void stop() {
    simulator.close();
  }

  @Test
  void the_books_count_and_bill() {
    simulator.create(body("ord-1"));
    simulator.create(body("ord-1"));
    simulator.finishRendering();
    simulator.query("ord-1");

    JsonObject books = get("/books").json();
    assertThat(books.getInteger("received")).isEqualTo(2);
    assertThat(books.getInteger("accepted")).isEqualTo(1);
    assertThat(books.getJsonObject("refused")).isEqualTo(new JsonObject().put("1201", 1));
    assertThat(books.getString("billed")).isEqualTo("3");
    assertThat(books.getJsonObject("billed_by_pack"))
        .isEqualTo(new JsonObject().put("image", "0").put("video", "3"));
    assertThat(books.getJsonObject("slots").getJsonObject("kling-v3/video"))
        .isEqualTo(
            new JsonObject()
                .put("limit", 5)
                .put("in_flight", 0)
                .put("high_water", 1)
                .put("refused", 0));
    assertThat(books.getJsonObject("requests"))
        .isEqualTo(new JsonObject().put("create text2video", 2).put("query text2video", 1));
  }

  @Test
  void the_booked_tasks_come_in_pages() {
    String first = simulator.accepted(body("ord-1"));
    simulator.create(body("ord-2"));

    JsonObject page = get("/books/tasks?limit=1").json();
    assertThat(page.getJsonArray("items").getJsonObject(0).getString("external_id"))
        .isEqualTo("ord-1");
    assertThat(page.getString("after")).isEqualTo(first);
    JsonObject rest = get("/books/tasks?after=" + first).json();
    assertThat(rest.getJsonArray("items").getJsonObject(0).getString("external_id"))
        .isEqualTo("ord-2");
    assertThat(rest.getString("after")).isNull();
  }

  @Test
  void a_rule_is_put_in_force_and_lifted() {
    post("/faults", "{\"fault\":\"error\",\"code\":5001}");
    assertThat(simulator.create(body("ord-1")).code()).isEqualTo(5001);

    simulator.send(simulator.control("/faults").DELETE());

    assertThat(simulator.create(body("ord-1")).code()).isZero();
  }

  @Test
  void rules_can_come_as_a_list() {
    Answer answer =
        post(
            "/faults",
            "[{\"fault\":\"lost\",\"count\":2},{\"fault\":\"broken\",\"target\":\"query\"}]");

    assertThat(new JsonArray(answer.text())).hasSize(2);
    assertThat(simulator.query("ord-1").status()).isEqualTo(503);
  }

  @Test
  void an_outage_can_leave_creates_alone() {
    post("/faults", "{\"fault\":\"broken\",\"target\":\"query\",\"for\":\"10s\"}");

    assertThat(simulator.create(body("ord-1")).code()).isZero();
    assertThat(simulator.query("ord-1").text()).startsWith("<html>");
    simulator.finishRendering();
    assertThat(simulator.query("ord-1").code()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"fault\":\"losst\"} | faults[0].fault: must be one of error, broken, hang",
        "{\"fault\":\"error\"} | faults[0].code: is missing",
        "{\"fault\":\"lost\",\"probability\":2} | faults[0].probability: must be between 0 and 1",
        "{\"fault\":\"late\",\"delay\":\"3m\"} | faults[0].delay: must be a duration between 0s",
        "{\"fault\":\"lost\",\"target\":\"query\"} | faults[0].target: must be create",
        "{\"fault\":\"lost\",\"message\":\"no\"} | faults[0].message: is only for error",
        "{\"fault\":\"lost\",\"often\":1} | faults[0].often: unknown key",
      })
  void a_wrong_rule_is_refused_with_its_reason(String rule, String reason) {
    Answer answer = post("/faults", rule);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().getString("error")).startsWith(reason);
  }

  @ParameterizedTest
  @CsvSource({"/faults", "/clock", "/slots"})
  void a_body_that_is_no_json_is_refused(String path) {
    assertThat(post(path, "{").status()).isEqualTo(400);
  }

  @Test
  void the_clock_is_advanced() {
    simulator.create(body("ord-1"));

    JsonObject clock = post("/clock", "{\"advance\":\"10s\"}").json();

    assertThat(clock.getLong("advanced_ms")).isEqualTo(10_000);
    assertThat(simulator.books().succeeded()).isEqualTo(1);
  }

  @Test
  void slots_are_limited_at_run_time() {
    post("/slots", "{\"model\":\"kling-v3\",\"slots\":0}");

    assertThat(simulator.create(body("ord-1")).code()).isEqualTo(1303);
  }

  @Test
  void slots_are_limited_by_either_name_of_a_model() {
    post("/slots", "{\"model\":\"kling-3.0\",\"slots\":0}");

    assertThat(simulator.create(body("ord-1")).code()).isEqualTo(1303);
  }

  @Test
  void slots_of_images_are_limited_apart() {
    post("/slots", "{\"model\":\"kling-v3\",\"pack\":\"image\",\"slots\":0}");

    assertThat(simulator.create(RunningSimulator.IMAGES, body("ord-1")).code()).isEqualTo(1303);
    assertThat(simulator.create(body("ord-1")).code()).isZero();
  }

  @Test
  void slots_of_a_model_that_is_not_there_are_refused() {
    assertThat(post("/slots", "{\"model\":\"kling-v9\",\"slots\":1}").status()).isEqualTo(400);
  }

  @Test
  void a_taken_port_is_named_by_its_key() {
    int taken = simulator.verticle().port();

    assertThatThrownBy(
            () ->
                SimulatorServer.start(
                        RunningSimulator.config().withPorts(taken, 0), () -> RunningSimulator.START)
                    .await(20, TimeUnit.SECONDS))
        .hasMessage("simulator.port: cannot listen on " + taken);
  }

  private Answer get(String path) {
    return simulator.send(simulator.control(path));
  }

  private Answer post(String path, String body) {
    return simulator.send(simulator.control(path).POST(BodyPublishers.ofString(body)));
  }
}
