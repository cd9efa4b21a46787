package dev.backlot.simulator;

import static dev.backlot.simulator.RunningSimulator.IMAGES;
import static dev.backlot.simulator.RunningSimulator.body;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.simulator.RunningSimulator.Answer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TaskSearchTest {
  private static final long NOW = RunningSimulator.START.toEpochMilli();

  private final RunningSimulator simulator = new RunningSimulator();

  /** One task a second: a clip of each dialect, images, and another clip. */
  @BeforeEach
  void createFourTasks() {
    simulator.create(body("ord-1"));
    simulator.advance(Duration.ofSeconds(1));
    simulator.create("/text-to-video/kling-3.0", modern("ord-2"));
    simulator.advance(Duration.ofSeconds(1));
    simulator.create(IMAGES, body("ord-3"));
    simulator.advance(Duration.ofSeconds(1));
    simulator.create(body("ord-4"));
  }

  @AfterEach
  void stop() {
    simulator.close();
  }

  @Test
  void all_products_of_the_last_thirty_days_come_newest_first() {
    JsonObject data = search(new JsonObject());

    assertThat(externalIds(data)).containsExactly("ord-4", "ord-3", "ord-2", "ord-1");
    assertThat(data.getInteger("count")).isEqualTo(4);
    assertThat(data.getBoolean("has_more")).isFalse();
    assertThat(data.getString("next_cursor")).isEmpty();
  }

  @Test
  void tasks_older_than_thirty_days_are_left_out() {
    simulator.advance(Duration.ofDays(30).plusMillis(1));

    assertThat(externalIds(search(new JsonObject()))).isEmpty();
    assertThat(externalIds(search(new JsonObject().put("start_time", NOW)))).hasSize(4);
  }

  @Test
  void a_cursor_goes_on_where_its_page_ended() {
    JsonObject first = search(new JsonObject().put("limit", 3));
    JsonObject second =
        search(new JsonObject().put("limit", 3).put("cursor", first.getString("next_cursor")));

    assertThat(externalIds(first)).containsExactly("ord-4", "ord-3", "ord-2");
    assertThat(first.getBoolean("has_more")).isTrue();
    assertThat(externalIds(second)).containsExactly("ord-1");
    assertThat(second.getBoolean("has_more")).isFalse();
  }

  @Test
  void a_cursor_overrides_the_times_and_sees_no_newer_task() {
    JsonObject first = search(new JsonObject().put("limit", 2).put("start_time", NOW + 1_000));
    simulator.create("/text-to-video/kling-2.6", modern("ord-5"));

    JsonObject second =
        search(new JsonObject().put("cursor", first.getString("next_cursor")).put("start_time", 0));

    assertThat(externalIds(second)).containsExactly("ord-2");
  }

  @Test
  void times_may_be_numbers_or_strings() {
    JsonObject numbers =
        new JsonObject().put("start_time", NOW + 1_000).put("end_time", NOW + 2_000);
    JsonObject strings =
        new JsonObject().put("start_time", "" + (NOW + 1_000)).put("end_time", "" + (NOW + 2_000));

    assertThat(externalIds(search(numbers))).containsExactly("ord-3", "ord-2");
    assertThat(externalIds(search(strings))).containsExactly("ord-3", "ord-2");
  }

  @Test
  void a_status_filters() {
    simulator.advance(RunningSimulator.RENDER.minusSeconds(3));

    assertThat(externalIds(search(filter("status", "succeeded"))))
        .containsExactly("ord-3", "ord-1");
    assertThat(externalIds(search(filter("status", "processing", "failed"))))
        .containsExactly("ord-4", "ord-2");
  }

  @Test
  void a_product_type_filters() {
    assertThat(externalIds(search(filter("product_type", "image")))).containsExactly("ord-3");
    assertThat(externalIds(search(filter("product_type", "video"))))
        .containsExactly("ord-4", "ord-2", "ord-1");
    assertThat(externalIds(search(filter("product_type", "try_on")))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'limit':0} | limit must be between 1 and 500",
        "{'limit':501} | limit must be between 1 and 500",
        "{'start_time':'soon'} | start_time must be in milliseconds",
        "{'start_time':2,'end_time':1} | start_time must not be after end_time",
        "{'cursor':'x'} | cursor is invalid",
        "{'filters':{}} | filters must be an array",
        "{'filters':[7]} | filters must hold objects",
        "{'filters':[{'key':'model','values':['a']}]} "
            + "| filters.key must be status or product_type",
        "{'filters':[{'key':'status','values':['succeed']}]} | filters.values is invalid",
        "{'filters':[{'key':'status','values':[]}]} | filters.values must not be empty",
      })
  void a_wrong_search_is_refused(String body, String message) {
    Answer answer = simulator.post("/tasks", new JsonObject(body.replace('\'', '"')));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo(1201);
    assertThat(answer.message()).isEqualTo(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]"})
  void a_search_that_is_no_object_is_refused(String body) {
    assertThat(simulator.send(simulator.api("/tasks").POST(BodyPublishers.ofString(body))).code())
        .isEqualTo(1200);
  }

  private JsonObject search(JsonObject body) {
    return simulator.post("/tasks", body).data();
  }

  private static JsonObject modern(String externalId) {
    return new JsonObject()
        .put("prompt", "a paper boat")
        .put("options", new JsonObject().put("external_task_id", externalId));
  }

  private static JsonObject filter(String key, String... values) {
    JsonObject filter =
        new JsonObject().put("key", key).put("values", JsonArray.of((Object[]) values));
    return new JsonObject().put("filters", JsonArray.of(filter));
  }

  private static Stream<String> externalIds(JsonObject data) {
    return data.getJsonArray("result").stream()
        .map(JsonObject.class::cast)
        .map(task -> task.getString("external_id"));
  }
}
