package dev.backlot.simulator;

import static dev.backlot.simulator.RunningSimulator.IMAGES;
import static dev.backlot.simulator.RunningSimulator.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.simulator.RunningSimulator.Answer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImagesTest {
  private static final String PICTURE = "https://img.example/a.png";

  private final RunningSimulator simulator = new RunningSimulator();

  @AfterEach
  void stop() {
    simulator.close();
  }

  @Test
  void a_create_of_images_ends_in_as_many_files_as_it_asked_for() throws IOException {
    JsonObject task = finished(stills("ord-1", 3).put("aspect_ratio", "1:1"));

    assertThat(task.getString("task_status")).isEqualTo("succeed");
    JsonArray images = task.getJsonObject("task_result").getJsonArray("images");
    assertThat(images).hasSize(3);
    for (int index = 0; index < 3; index++) {
      JsonObject image = images.getJsonObject(index);
      assertThat(image.getInteger("index")).isEqualTo(index);
      assertThat(image.fieldNames()).containsExactlyInAnyOrder("index", "url");
      BufferedImage picture = picture(image.getString("url"));
      assertThat(picture.getWidth()).isEqualTo(picture.getHeight()).isGreaterThan(299);
    }
  }

  @Test
  void an_image_says_what_it_is() {
    Answer answer = simulator.fetch(url(finished(stills("ord-1", 1))));

    assertThat(answer.raw().headers().firstValue("content-type")).contains("image/png");
  }

  @Test
  void neighbours_of_one_task_differ() {
    String url = url(finished(stills("ord-1", 2)));

    assertThat(simulator.fetch(url).raw().body())
        .isNotEqualTo(simulator.fetch(url.replace("-0.png", "-1.png")).raw().body());
  }

  @ParameterizedTest
  @CsvSource({"-0.png, -2.png", "-0.png, .mp4", "pkey=, pkey=0"})
  void a_file_that_the_task_has_not_made_is_not_served(String part, String other) {
    String url = url(finished(stills("ord-1", 2)));

    assertThat(simulator.fetch(url.replace(part, other)).status()).isBetween(403, 404);
  }

  @Test
  void a_watermarked_image_comes_on_request() {
    JsonObject mark = new JsonObject().put("enabled", true);
    JsonObject task = finished(stills("ord-1", 1).put("watermark_info", mark));

    assertThat(image(task).getString("watermark_url")).startsWith("http");
  }

  @ParameterizedTest
  @CsvSource({
    "kling-v1, 2, false, 2",
    "kling-v1-5, 1, false, 4",
    "kling-v2, 1, true, 8",
    "kling-v2-new, 1, false, 4",
    "kling-v2-1, 3, true, 24",
    "kling-v3, 1, false, 8",
    "kling-v3, 9, true, 72",
  })
  void images_are_billed_each_to_their_own_pack(
      String model, int count, boolean reference, String units) {
    JsonObject body = stills("ord-1", count).put("model_name", model);

    JsonObject task = finished(reference ? body.put("image", PICTURE) : body);

    assertThat(task.getString("final_unit_deduction")).isEqualTo(units);
    Books books = simulator.books();
    assertThat(books.billedByPack().get("image")).isEqualByComparingTo(units);
    assertThat(books.billed()).isZero();
  }

  @Test
  void images_have_a_default_for_everything_but_the_prompt() {
    JsonObject task = finished(new JsonObject().put("prompt", "a boat").put("n", 1));

    assertThat(task.getString("final_unit_deduction")).isEqualTo("1");
  }

  @Test
  void tasks_tells_images_as_outputs() {
    finished(stills("ord-1", 2));

    JsonObject task = simulator.task("ord-1");
    assertThat(task.getString("status")).isEqualTo("succeeded");
    assertThat(task.getJsonArray("outputs")).hasSize(2);
    assertThat(task.getJsonArray("outputs").getJsonObject(1).fieldNames())
        .containsExactlyInAnyOrder("type", "url");
    assertThat(task.getJsonArray("outputs").getJsonObject(1).getString("type")).isEqualTo("image");
    assertThat(task.getJsonArray("billing").getJsonObject(0))
        .isEqualTo(
            new JsonObject()
                .put("charge_type", "unit")
                .put("amount", "16")
                .put("package_type", "image"));
  }

  @Test
  void images_are_listed_and_found_on_their_own_path_only() {
    String id = simulator.create(IMAGES, stills("ord-1", 1)).data().getString("task_id");

    assertThat(simulator.get(IMAGES).list()).hasSize(1);
    assertThat(simulator.get(IMAGES + "/" + id).code()).isZero();
    assertThat(simulator.get(TEXT + "/" + id).code()).isEqualTo(1201);
    assertThat(simulator.get(TEXT).list()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "n=0 | n must be between 1 and 9",
        "n=10 | n must be between 1 and 9",
        "n=1.5 | n must be an integer",
        "n='2' | n must be an integer",
        "prompt='' | prompt must not be empty",
        "resolution='4k' | resolution(4k) is not supported",
        "aspect_ratio='auto' | aspect_ratio(auto) is not supported",
        "image_reference='face' | model/image_reference(kling-v3/face) is not supported",
        "image='data:image/png;base64,iVBO' | File is not in a valid base64 format",
        "image_fidelity=1.5 | image_fidelity must be between 0 and 1",
        "human_fidelity='much' | human_fidelity must be between 0 and 1",
        "element_list=7 | element_list must be an array",
        "image='https://img.example/a.png','negative_prompt'='rain' "
            + "| negative_prompt is not supported with image",
        "model_name='kling-v1-5','image_reference'='face' "
            + "| image_reference is not supported without image",
        "model_name='kling-v1-5','image_reference'='all' "
            + "| image_reference(all) is not supported",
      })
  void what_images_cannot_be_is_refused(String members, String message) {
    JsonObject body = stills("ord-1", 1);
    // The first member's name stands without quotes, to keep the table short.
    String json = "{'" + members.replaceFirst("=", "':").replace("'='", "':'") + "}";
    new JsonObject(json.replace('\'', '"'))
        .forEach(entry -> body.put(entry.getKey(), entry.getValue()));

    Answer answer = simulator.create(IMAGES, body);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo(1201);
    assertThat(answer.message()).isEqualTo(message);
  }

  @Test
  void an_image_reference_is_taken_by_the_model_that_has_it() {
    JsonObject body = stills("ord-1", 1).put("model_name", "kling-v1-5").put("image", PICTURE);

    assertThat(simulator.create(IMAGES, body.put("image_reference", "face")).code()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"kling-v9", "kling-3.0", "kling-v2-6"})
  void a_model_that_makes_no_images_does_not_exist(String model) {
    Answer answer = simulator.create(IMAGES, stills("ord-1", 1).put("model_name", model));

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.code()).isEqualTo(1203);
  }

  @Test
  void each_image_holds_a_slot() {
    simulator.create(IMAGES, stills("ord-1", 5));
    assertThat(simulator.create(IMAGES, stills("ord-2", 4)).code()).isZero();

    Answer full = simulator.create(IMAGES, stills("ord-3", 1));

    assertThat(full.status()).isEqualTo(429);
    assertThat(full.code()).isEqualTo(1303);
    assertThat(slots()).isEqualTo(new Books.SlotUse(9, 9, 9, 1));
  }

  @Test
  void images_that_do_not_all_fit_are_refused_together() {
    simulator.create(IMAGES, stills("ord-1", 5));

    assertThat(simulator.create(IMAGES, stills("ord-2", 5)).code()).isEqualTo(1303);
    assertThat(simulator.create(IMAGES, stills("ord-2", 4)).code()).isZero();
  }

  @Test
  void all_slots_of_a_task_are_free_when_it_ends() {
    finished(stills("ord-1", 9));

    assertThat(slots().inFlight()).isZero();
    assertThat(simulator.create(IMAGES, stills("ord-2", 9)).code()).isZero();
  }

  @Test
  void clips_and_images_of_a_model_do_not_compete() {
    simulator.create(IMAGES, stills("ord-1", 9));

    assertThat(simulator.create(RunningSimulator.body("ord-2")).code()).isZero();
  }

  @Test
  void the_costs_tell_both_packs() {
    JsonArray packs =
        simulator
            .get("/account/costs?start_time=0&end_time=1")
            .data()
            .getJsonArray("resource_pack_subscribe_infos");

    List<String> names =
        IntStream.range(0, 2)
            .mapToObj(index -> packs.getJsonObject(index).getString("resource_pack_name"))
            .toList();
    assertThat(names).containsExactly("Sim-Video-5Con-12Months", "Sim-Image-9Con-12Months");
  }

  @Test
  void markers_work_in_the_prompt_of_an_image() {
    JsonObject marked = stills("ord-1", 2).put("prompt", "a boat [sim:fail][sim:deduct=3]");

    JsonObject task = finished(marked);

    assertThat(task.getString("task_status")).isEqualTo("failed");
    assertThat(simulator.books().billedByPack())
        .containsOnly(Map.entry("image", new BigDecimal("3")), Map.entry("video", BigDecimal.ZERO));
  }

  private static JsonObject stills(String externalId, int count) {
    return RunningSimulator.body(externalId).put("n", count);
  }

  private JsonObject finished(JsonObject body) {
    String id = simulator.create(IMAGES, body).data().getString("task_id");
    simulator.finishRendering();
    return simulator.get(IMAGES + "/" + id).data();
  }

  private Books.SlotUse slots() {
    return Objects.requireNonNull(simulator.books().slots().get("kling-v3/image"));
  }

  private static JsonObject image(JsonObject task) {
    return task.getJsonObject("task_result").getJsonArray("images").getJsonObject(0);
  }

  private static String url(JsonObject task) {
    return image(task).getString("url");
  }

  private BufferedImage picture(String url) throws IOException {
    byte[] bytes = simulator.fetch(url).raw().body();
    return Objects.requireNonNull(ImageIO.read(new ByteArrayInputStream(bytes)));
  }
}
