package dev.backlot.simulator;

import static dev.backlot.simulator.RunningSimulator.IMAGE;
import static dev.backlot.simulator.RunningSimulator.TEXT;
import static dev.backlot.simulator.RunningSimulator.body;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.SimulatorConfig;
import dev.backlot.simulator.RunningSimulator.Answer;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CreateTest {
  private final RunningSimulator simulator = new RunningSimulator();

  @AfterEach
  void stop() {
    simulator.close();
  }

  @Test
  void a_create_is_answered_with_the_submitted_task() {
    JsonObject data = simulator.create(body("ord-1")).data();

    long now = RunningSimulator.START.toEpochMilli();
    assertThat(data.getString("task_id")).matches("\\d{18}");
    assertThat(data.copy().putNull("task_id"))
        .isEqualTo(
            new JsonObject()
                .putNull("task_id")
                .put("task_status", "submitted")
                .put("task_info", new JsonObject().put("external_task_id", "ord-1"))
                .put("created_at", now)
                .put("updated_at", now));
  }

  @Test
  void the_envelope_of_a_success_has_code_message_and_request_id() {
    Answer answer = simulator.create(body("ord-1"));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.code()).isZero();
    assertThat(answer.message()).isEqualTo("SUCCEED");
    assertThat(UUID.fromString(answer.json().getString("request_id"))).isNotNull();
  }

  @Test
  void the_envelope_of_a_refusal_has_no_data() {
    Answer answer = simulator.create(new JsonObject());

    assertThat(answer.json().fieldNames())
        .containsExactlyInAnyOrder("code", "message", "request_id");
  }

  @Test
  void a_taken_external_id_is_refused() {
    simulator.create(body("ord-1"));

    Answer second = simulator.create(body("ord-1"));

    assertThat(second.status()).isEqualTo(400);
    assertThat(second.code()).isEqualTo(1201);
    assertThat(second.message()).isEqualTo("External_task_id ord-1 already exists");
  }

  @Test
  void a_taken_external_id_makes_no_second_task() {
    simulator.create(body("ord-1"));
    simulator.create(IMAGE, body("ord-1").put("image", "https://img.example/a.png"));

    Books books = simulator.books();
    assertThat(books.accepted()).isEqualTo(1);
    assertThat(books.duplicates()).isEqualTo(1);
    assertThat(books.repeatedExternalIds()).isEmpty();
  }

  @Test
  void an_empty_external_id_counts_as_none() {
    simulator.create(body(""));

    assertThat(simulator.create(body("")).code()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kling-v2-6 | std | 5  | on  | model/mode(kling-v2-6/std) is not supported with sound on",
        "kling-v2-master | pro | 5 | off | model/mode(kling-v2-master/pro) is not supported",
        "kling-v2-5-turbo | 4k | 5 | off | model/mode(kling-v2-5-turbo/4k) is not supported",
        "kling-v2-6 | pro | 7  | off | model/duration(kling-v2-6/7) is not supported",
        "kling-v3   | std | 2  | off | model/duration(kling-v3/2) is not supported",
        "kling-v3   | std | 16 | off | model/duration(kling-v3/16) is not supported",
        "kling-v1-5 | std | 5  | off | model(kling-v1-5) is not supported with text2video",
        "kling-v1-6 | pro | 5  | on  | model/mode(kling-v1-6/pro) is not supported with sound on",
      })
  void an_impossible_combination_is_named(
      String model, String mode, String duration, String sound, String message) {
    Answer answer =
        simulator.create(
            body("ord-1")
                .put("model_name", model)
                .put("mode", mode)
                .put("duration", duration)
                .put("sound", sound));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo(1201);
    assertThat(answer.message()).isEqualTo(message);
  }

  @ParameterizedTest
  @CsvSource({
    "kling-v1, pro, 10, off, 7",
    "kling-v2-1-master, '', 5, off, 10",
    "kling-v2-5-turbo, std, 5, off, 1.5",
    "kling-v2-6, pro, 5, on, 5",
    "kling-v3, pro, 7, on, 8.4",
    "kling-v3, 4k, 15, off, 45",
  })
  void a_finished_task_names_its_price(
      String model, String mode, String duration, String sound, String units) {
    JsonObject body = body("ord-1").put("model_name", model).put("duration", duration);
    simulator.create(body.put("mode", mode).put("sound", sound));
    simulator.advance(RunningSimulator.RENDER.multipliedBy(20));

    assertThat(simulator.query("ord-1").data().getString("final_unit_deduction")).isEqualTo(units);
  }

  @Test
  void an_unknown_model_does_not_exist() {
    Answer answer = simulator.create(body("ord-1").put("model_name", "kling-v9"));

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.code()).isEqualTo(1203);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"prompt\":\"\"}",
        "{\"prompt\":7}",
        "{\"prompt\":\"p\",\"cfg_scale\":1.5}",
        "{\"prompt\":\"p\",\"aspect_ratio\":\"4:3\"}",
        "{\"prompt\":\"p\",\"sound\":\"loud\"}",
        "{\"prompt\":\"p\",\"duration\":5}",
        "{\"prompt\":\"[sim:losst]\"}",
      })
  void a_wrong_value_is_refused(String body) {
    assertThat(simulator.create(new JsonObject(body)).code()).isEqualTo(1201);
  }

  @Test
  void a_prompt_above_2500_characters_is_refused() {
    Answer answer = simulator.create(body("ord-1").put("prompt", "p".repeat(2_501)));

    assertThat(answer.message()).isEqualTo("prompt must not exceed 2500 characters");
  }

  @Test
  void an_image_is_required_for_image2video() {
    assertThat(simulator.create(IMAGE, body("ord-1")).message())
        .isEqualTo("image and image_tail must not both be empty");
  }

  @Test
  void a_data_prefix_is_refused() {
    JsonObject body = body("ord-1").put("image", "data:image/png;base64,iVBORw0KGgo=");

    assertThat(simulator.create(IMAGE, body).message())
        .isEqualTo("File is not in a valid base64 format");
  }

  @Test
  void raw_base64_is_accepted() {
    JsonObject body = body("ord-1").put("image", "iVBORw0KGgo=");

    assertThat(simulator.create(IMAGE, body).code()).isZero();
  }

  @Test
  void an_end_frame_needs_a_mode_that_takes_it() {
    JsonObject body =
        body("ord-1").put("model_name", "kling-v2-1").put("image_tail", "https://img.example/b");

    assertThat(simulator.create(IMAGE, body).message())
        .isEqualTo("model/mode/duration(kling-v2-1/std/5) is not supported with image_tail");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "7"})
  void a_body_that_is_no_object_is_refused(String body) {
    Answer answer = simulator.send(simulator.api(TEXT).POST(BodyPublishers.ofString(body)));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo(1200);
  }

  @Test
  void a_body_above_the_limit_is_refused_with_an_envelope() {
    byte[] large = new byte[SimulatorConfig.defaults().limits().body() + 1];

    Answer answer = simulator.send(simulator.api(TEXT).POST(BodyPublishers.ofByteArray(large)));

    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.code()).isEqualTo(1200);
  }

  @Test
  void an_unknown_path_has_an_envelope() {
    assertThat(simulator.get("/v1/elements").code()).isEqualTo(1203);
  }

  @Test
  void a_wrong_method_has_an_envelope() {
    assertThat(simulator.send(simulator.api(TEXT).DELETE()).code()).isEqualTo(1202);
  }

  @Test
  void every_create_is_booked_once() {
    simulator.create(body("ord-1"));
    simulator.create(body("ord-1"));
    simulator.create(new JsonObject());

    Books books = simulator.books();
    assertThat(books.received()).isEqualTo(3);
    assertThat(books.accepted()).isEqualTo(1);
    assertThat(books.refused()).containsOnly(Map.entry(1201, 2L));
  }
}
