package dev.backlot.simulator;

import static dev.backlot.simulator.RunningSimulator.TEXT;
import static dev.backlot.simulator.RunningSimulator.body;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.simulator.RunningSimulator.Answer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Creates of the newer dialect: their life, their price and their slots. */
class PathCreateTest {
  private static final String T2V = "/text-to-video/kling-3.0";
  private static final String FRAME = "{'type':'first_frame','url':'https://img.example/a.png'}";
  private static final String VIDEO = "{'type':'%s','url':'https://vid.example/a.mp4'}";

  private final RunningSimulator simulator = new RunningSimulator();

  @AfterEach
  void stop() {
    simulator.close();
  }

  @Test
  void a_create_is_answered_in_the_new_shape() {
    JsonObject data = simulator.create(T2V, text("ord-1")).data();

    long now = RunningSimulator.START.toEpochMilli();
    assertThat(data.getString("id")).matches("\\d{18}");
    assertThat(data.copy().putNull("id"))
        .isEqualTo(
            new JsonObject()
                .putNull("id")
                .put("status", "submitted")
                .put("create_time", now)
                .put("update_time", now)
                .put("external_id", "ord-1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/text-to-video/kling-3.0-turbo",
        "/text-to-video/kling-3.0",
        "/text-to-video/kling-2.6",
        "/text-to-video/kling-2.5-turbo",
        "/image-to-video/kling-3.0-turbo",
        "/image-to-video/kling-3.0",
        "/image-to-video/kling-2.6",
        "/image-to-video/kling-2.5-turbo",
        "/omni-video/kling-3.0-omni",
        "/omni-video/kling-o1",
      })
  void a_task_goes_its_way_to_a_file(String path) {
    JsonObject body = path.startsWith("/text") ? text("ord-1") : framed("ord-1", "");

    JsonObject task = finished(path, body);

    assertThat(task.getString("status")).isEqualTo("succeeded");
    JsonObject output = task.getJsonArray("outputs").getJsonObject(0);
    assertThat(output.fieldNames()).containsExactlyInAnyOrder("type", "id", "url", "duration");
    assertThat(output.getString("type")).isEqualTo("video");
    assertThat(output.getString("duration")).isEqualTo("5.041");
    assertThat(simulator.fetch(output.getString("url")).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/text-to-video/kling-3.0-turbo | 'resolution':'720p','duration':3 | 2.4",
        "/text-to-video/kling-3.0-turbo | 'resolution':'1080p','duration':4 | 4",
        "/image-to-video/kling-3.0-turbo | 'duration':3 | 2.4",
        "/text-to-video/kling-3.0 | 'duration':7 | 4.2",
        "/text-to-video/kling-3.0 | 'resolution':'1080p','audio':'native' | 6",
        "/text-to-video/kling-3.0 | 'resolution':'4k','duration':15 | 45",
        "/text-to-video/kling-2.6 | 'resolution':'1080p','audio':'native' | 5",
        "/text-to-video/kling-2.6 | 'duration':10 | 3",
        "/text-to-video/kling-2.5-turbo | 'resolution':'1080p' | 2.5",
        "/omni-video/kling-3.0-omni | 'duration':3 | 1.8",
        "/omni-video/kling-3.0-omni | 'duration':3,'audio':'native' | 2.4",
        "/omni-video/kling-3.0-omni | 'audio':'original' | 3",
        "/omni-video/kling-o1 | 'resolution':'1080p','duration':10 | 8",
      })
  void a_finished_task_bills_its_price(String path, String settings, String units) {
    JsonObject body = path.startsWith("/text") ? text("ord-1") : framed("ord-1", "");
    body.put("settings", json("{" + settings + "}"));

    JsonObject task = finished(path, body);

    assertThat(task.getJsonArray("billing"))
        .isEqualTo(
            JsonArray.of(
                new JsonObject()
                    .put("charge_type", "unit")
                    .put("amount", units)
                    .put("package_type", "video")));
    assertThat(simulator.books().billed()).isEqualByComparingTo(units);
  }

  @ParameterizedTest
  @CsvSource({
    "kling-3.0-omni, feature_video, 720p, 4.5",
    "kling-3.0-omni, base_video, 1080p, 6",
    "kling-3.0-omni, base_video, 4k, 15",
    "kling-o1, feature_video, 720p, 4.5",
    "kling-o1, base_video, 1080p, 6",
  })
  void a_video_to_go_by_makes_a_clip_dearer(
      String model, String type, String resolution, String units) {
    JsonObject settings = new JsonObject().put("resolution", resolution);
    if (model.endsWith("omni") && type.equals("feature_video")) {
      settings.put("multi_shot", true);
    }
    JsonObject body = contents("ord-1", VIDEO.formatted(type)).put("settings", settings);

    JsonObject task = finished("/omni-video/" + model, body);

    assertThat(task.getJsonArray("billing").getJsonObject(0).getString("amount")).isEqualTo(units);
  }

  @Test
  void chosen_voices_make_a_clip_dearer() {
    JsonObject body =
        framed("ord-1", ",{'type':'voice','voice_id':'7','id':'Ada'}")
            .put("settings", json("{'resolution':'1080p','audio':'native'}"));

    JsonObject task = finished("/image-to-video/kling-2.6", body);

    assertThat(task.getJsonArray("billing").getJsonObject(0).getString("amount")).isEqualTo("6");
  }

  @Test
  void a_watermarked_file_comes_on_request() {
    JsonObject body = text("ord-1");
    body.getJsonObject("options").put("watermark_info", new JsonObject().put("enabled", true));

    JsonObject task = finished(T2V, body);

    assertThat(task.getJsonArray("outputs").getJsonObject(0).getString("watermark_url"))
        .startsWith("http");
  }

  @ParameterizedTest
  @CsvSource({
    "/text-to-video/kling-3.0, kling-v3",
    "/image-to-video/kling-3.0, kling-v3",
    "/text-to-video/kling-2.6, kling-v2-6",
    "/image-to-video/kling-2.5-turbo, kling-v2-5-turbo",
  })
  void both_dialects_share_the_slots_of_a_version(String path, String legacy) {
    RunningSimulator.await(simulator.verticle().limitSlots(legacy, 1));
    simulator.create(body("ord-1").put("model_name", legacy));

    JsonObject body = path.startsWith("/text") ? text("ord-2") : framed("ord-2", "");
    Answer full = simulator.create(path, body);

    assertThat(full.status()).isEqualTo(429);
    assertThat(full.code()).isEqualTo(1303);
    assertThat(simulator.books().slots().get(legacy + "/video"))
        .isEqualTo(new Books.SlotUse(1, 1, 1, 1));
  }

  @Test
  void a_task_of_the_new_dialect_frees_the_shared_slot() {
    finished(T2V, text("ord-1"));

    assertThat(simulator.slotUse()).isEqualTo(new Books.SlotUse(5, 0, 1, 0));
  }

  @Test
  void the_turbo_model_has_slots_of_its_own() {
    RunningSimulator.await(simulator.verticle().limitSlots("kling-3.0", 0));

    assertThat(simulator.create("/text-to-video/kling-3.0-turbo", text("ord-1")).code()).isZero();
  }

  @Test
  void an_external_id_is_unique_across_dialects() {
    simulator.create(body("ord-1"));

    Answer second = simulator.create(T2V, text("ord-1"));

    assertThat(second.status()).isEqualTo(400);
    assertThat(second.code()).isEqualTo(1201);
    assertThat(second.message()).isEqualTo("External_task_id ord-1 already exists");
    assertThat(simulator.books().accepted()).isEqualTo(1);
  }

  @Test
  void a_legacy_path_does_not_find_a_task_of_the_new_dialect() {
    simulator.create(T2V, text("ord-1"));

    assertThat(simulator.get(TEXT + "/ord-1").code()).isEqualTo(1201);
    assertThat(simulator.get(TEXT).list()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/text-to-video/kling-v3",
        "/text-to-video/kling-3.0-omni",
        "/image-to-video/kling-o1",
        "/omni-video/kling-3.0",
        "/omni-video/kling-9",
      })
  void a_model_that_the_path_does_not_have_is_404_1203(String path) {
    Answer answer = simulator.create(path, text("ord-1"));

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.code()).isEqualTo(1203);
    assertThat(simulator.books().received()).isEqualTo(1);
  }

  @Test
  void a_marker_in_the_prompt_at_the_top_works() {
    JsonObject task = finished(T2V, text("ord-1").put("prompt", "a boat [sim:moderate-task]"));

    assertThat(task.getString("status")).isEqualTo("failed");
    assertThat(task.getString("message")).isEqualTo("Failure to pass the risk control system");
    assertThat(task.containsKey("billing")).isFalse();
  }

  @Test
  void a_marker_in_the_prompt_among_the_contents_works() {
    JsonObject body = framed("ord-1", ",{'type':'prompt','text':'a boat [sim:error=5000]'}");

    assertThat(simulator.create("/image-to-video/kling-3.0", body).code()).isEqualTo(5000);
    assertThat(simulator.create("/image-to-video/kling-3.0", body).code()).isZero();
  }

  @Test
  void a_late_create_of_the_new_dialect_is_accepted_after_its_client_left() throws Exception {
    simulator.createInVain(T2V, text("ord-1").put("prompt", "a boat [sim:late=30s]"));
    assertThat(simulator.get("/tasks?external_task_ids=ord-1").list()).isEmpty();

    simulator.advance(Duration.ofSeconds(30));

    assertThat(simulator.get("/tasks?external_task_ids=ord-1").list()).hasSize(1);
  }

  private static JsonObject text(String externalId) {
    return new JsonObject()
        .put("prompt", "a paper boat drifts under a bridge")
        .put("options", new JsonObject().put("external_task_id", externalId));
  }

  private static JsonObject framed(String externalId, String more) {
    return contents(externalId, FRAME + more);
  }

  private static JsonObject contents(String externalId, String contents) {
    JsonObject options = new JsonObject().put("external_task_id", externalId);
    return new JsonObject()
        .put("options", options)
        .put("contents", json("{'a':[" + contents + "]}").getJsonArray("a"));
  }

  private static JsonObject json(String quoted) {
    return new JsonObject(quoted.replace('\'', '"'));
  }

  private JsonObject finished(String path, JsonObject body) {
    simulator.create(path, body);
    simulator.advance(RunningSimulator.RENDER.multipliedBy(20));
    return simulator.task("ord-1");
  }
}
