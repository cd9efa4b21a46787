package dev.backlot.batch;

import static dev.backlot.batch.BatchServer.batch;
import static dev.backlot.batch.BatchServer.item;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.system.Eventually;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BatchSubmitTest {
  private static final String JSON = "application/json";
  private static final String LINES = "application/x-ndjson";

  private BatchServer server;

  @BeforeEach
  void start() throws Exception {
    server = new BatchServer("20000");
  }

  @AfterEach
  void stop() throws Exception {
    // Given back right after the answer.
    Eventually.until("no bytes are taken", Duration.ofSeconds(5), () -> server.large.taken() == 0);
    server.close();
  }

  private long stored() {
    return server.database.number("SELECT count(*) FROM job");
  }

  @Test
  void a_batch_is_stored_whole_and_its_answer_says_what_it_may_cost() {
    HttpResponse<Buffer> answer = server.submit(batch(3).put("name", "films"));

    assertThat(answer.statusCode()).isEqualTo(202);
    JsonObject made = answer.bodyAsJsonObject();
    assertThat(answer.getHeader("Location")).isEqualTo("/api/v1/batches/" + made.getString("id"));
    assertThat(made.getString("name")).isEqualTo("films");
    assertThat(made.getInteger("accepted")).isEqualTo(3);
    assertThat(made.getJsonObject("counts")).isEqualTo(new JsonObject().put("queued", 3));
    assertThat(made.getJsonArray("totals").getJsonObject(0))
        .isEqualTo(
            new JsonObject()
                .put("asset", "video_unit")
                .put("cost", "4.5")
                .put("charged", "0")
                .put("reserved", "4.5"));
    assertThat(server.get(answer.getHeader("Location")).bodyAsJsonObject().getJsonObject("counts"))
        .isEqualTo(made.getJsonObject("counts"));
    assertThat(stored()).isEqualTo(3);
  }

  @Test
  void ten_thousand_items_are_one_batch_and_one_more_is_too_many() {
    assertThat(server.submit(batch(10_000)).statusCode()).isEqualTo(202);
    assertThat(stored()).isEqualTo(10_000);

    HttpResponse<Buffer> tooMany = server.submit(batch(10_001));

    assertThat(tooMany.statusCode()).isEqualTo(400);
    assertThat(tooMany.bodyAsJsonObject().getString("detail")).contains("1 to 10000 items");
    assertThat(stored()).isEqualTo(10_000);
  }

  @Test
  void defaults_count_in_each_item_that_they_are_written_into() {
    JsonObject metadata = new JsonObject();
    for (int label = 0; label < 40; label++) {
      metadata.put("label-" + label, "x".repeat(400));
    }
    JsonObject batch = batch(4_000).put("defaults", new JsonObject().put("metadata", metadata));

    HttpResponse<Buffer> answer = server.submit(batch);

    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(answer.bodyAsJsonObject().getString("detail")).contains("written into every item");
    assertThat(stored()).isZero();
  }

  private static JsonObject extending(String video) {
    return new JsonObject()
        .put("kind", "video-extend")
        .put("input", new JsonObject().put("video_id", video));
  }

  @Test
  void an_item_that_uses_what_nobody_made_is_refused_by_itself() {
    JsonObject batch = batch(2).put("accept", "valid");
    batch.getJsonArray("items").add(0, extending("900000000000000001"));

    JsonObject made = server.submit(batch).bodyAsJsonObject();

    assertThat(made.getInteger("accepted")).isEqualTo(2);
    assertThat(made.getJsonArray("refused").getJsonObject(0).getInteger("item")).isZero();
    assertThat(made.getJsonArray("refused").getJsonObject(0).getString("field"))
        .isEqualTo("/input/video_id");
    assertThat(stored()).isEqualTo(2);
  }

  @Test
  void a_batch_that_is_meant_whole_is_refused_for_what_nobody_made() {
    JsonObject batch = batch(2);
    batch.getJsonArray("items").add(extending("900000000000000001"));

    assertThat(server.submit(batch).statusCode()).isEqualTo(422);
    assertThat(stored()).isZero();
  }

  @Test
  void one_wrong_item_is_enough_for_a_refusal_that_says_what_is_wrong_item_by_item() {
    JsonObject batch = batch(1);
    batch
        .getJsonArray("items")
        .add(new JsonObject().put("kind", "text2music").put("input", new JsonObject()))
        .add(item("fine"))
        .add(item("odd").put("priority", 1_000))
        .add("no object");

    HttpResponse<Buffer> answer = server.submit(batch);

    assertThat(answer.statusCode()).isEqualTo(422);
    JsonObject problem = answer.bodyAsJsonObject();
    assertThat(problem.getString("code")).isEqualTo("items-refused");
    assertThat(problem.getInteger("errors_total")).isEqualTo(3);
    assertThat(
            problem.getJsonArray("errors").stream()
                .map(JsonObject.class::cast)
                .map(
                    e ->
                        e.getInteger("item")
                            + " "
                            + e.getString("code")
                            + " "
                            + e.getString("field")))
        .containsExactly(
            "1 unknown-kind /kind", "3 invalid-request /priority", "4 invalid-request ");
    assertThat(stored()).isZero();
  }

  @Test
  void the_valid_items_are_taken_where_the_caller_wants_that() {
    JsonObject batch = batch(2).put("accept", "valid");
    batch.getJsonArray("items").add(1, new JsonObject().put("kind", "text2music"));

    HttpResponse<Buffer> answer = server.submit(batch);

    assertThat(answer.statusCode()).isEqualTo(202);
    JsonObject made = answer.bodyAsJsonObject();
    assertThat(made.getInteger("items")).isEqualTo(3);
    assertThat(made.getInteger("accepted")).isEqualTo(2);
    assertThat(made.getJsonArray("refused").getJsonObject(0).getInteger("item")).isEqualTo(1);
    String[] manifest =
        server.get(answer.getHeader("Location") + "/manifest").bodyAsString().split("\n");
    assertThat(manifest).hasSize(3);
    assertThat(new JsonObject(manifest[1]).getString("state")).isEqualTo("refused");
    assertThat(new JsonObject(manifest[1]).getJsonObject("error").getString("code"))
        .isEqualTo("invalid-request");
    assertThat(new JsonObject(manifest[2]).getInteger("item")).isEqualTo(2);
  }

  @Test
  void where_no_item_is_valid_nothing_is_taken() {
    JsonObject batch =
        new JsonObject()
            .put("accept", "valid")
            .put("items", new JsonArray().add(new JsonObject().put("kind", "x")));

    assertThat(server.submit(batch).statusCode()).isEqualTo(422);
  }

  @Test
  void defaults_fill_what_an_item_leaves_out_also_when_they_come_last() {
    String body =
        """
        {"items": [{"input": {"prompt": "one"}}, {"input": {"prompt": "two", "duration": "10"}}],
         "defaults": {"kind": "text2video", "metadata": {"film": "7"},
                      "input": {"model_name": "kling-v2-6", "mode": "pro", "duration": "5"}}}""";

    HttpResponse<Buffer> answer = server.submit(JSON, body, "");

    assertThat(answer.statusCode()).isEqualTo(202);
    assertThat(
            server.database.text(
                "SELECT string_agg((input::jsonb->>'duration') || (input::jsonb->>'mode')"
                    + " || (metadata::jsonb->>'film'), ',' ORDER BY batch_item) FROM job"))
        .isEqualTo("5pro7,10pro7");
  }

  @Test
  void lines_may_begin_with_what_is_said_of_the_whole() {
    String body =
        """
        {"batch": {"name": "lines", "accept": "valid"}}

        {"kind": "text2video", "input": {"prompt": "one"}}
        {"kind": "text2video", "input"
        {"kind": "text2video", "input": {"prompt": "three"}}
        """;

    HttpResponse<Buffer> answer = server.submit(LINES, body, "");

    assertThat(answer.statusCode()).isEqualTo(202);
    JsonObject made = answer.bodyAsJsonObject();
    assertThat(made.getString("name")).isEqualTo("lines");
    assertThat(made.getInteger("accepted")).isEqualTo(2);
    JsonObject refused = made.getJsonArray("refused").getJsonObject(0);
    assertThat(refused.getInteger("item")).isEqualTo(1);
    assertThat(refused.getString("code")).isEqualTo("invalid-json");
  }

  @Test
  void lines_without_a_head_are_items_all() {
    String body =
        IntStream.range(0, 5)
            .mapToObj(i -> item("boat " + i).encode())
            .collect(Collectors.joining("\n"));

    assertThat(server.submit(LINES, body, "").bodyAsJsonObject().getInteger("items")).isEqualTo(5);
  }

  @Test
  void the_same_key_gives_the_first_answer_again_byte_for_byte() {
    JsonObject batch = batch(2);
    HttpResponse<Buffer> first = server.submit(JSON, batch.encode(), "k");
    HttpResponse<Buffer> again = server.submit(JSON, batch.encodePrettily(), "k");
    HttpResponse<Buffer> other = server.submit(JSON, batch(3).encode(), "k");

    assertThat(first.statusCode()).isEqualTo(202);
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(again.getHeader("Idempotent-Replayed")).isEqualTo("true");
    assertThat(other.statusCode()).isEqualTo(409);
    assertThat(stored()).isEqualTo(2);
  }

  private static final String HEAD = "{'batch':{'accept':'valid','defaults':{'priority':1}}}\n";
  private static final String FINE = "{'kind':'text2video','input':{'prompt':'one'}}\n";

  @ParameterizedTest
  @ValueSource(
      strings = {
        HEAD + FINE + "{'kind':'text2dance'}\n{broken\n",
        HEAD + FINE + "{'kind':'text2music'}\n{broken off\n",
        HEAD + FINE + "{broken\n{'kind':'text2music'}\n",
        HEAD + FINE + "{'kind':'text2music'}\n",
        "{'batch':{'accept':'valid','defaults':{'priority':2}}}\n"
            + FINE
            + "{'kind':'text2music'}\n{broken\n",
      })
  void a_body_that_differs_in_a_refused_line_or_in_the_defaults_is_another_one(String other) {
    String first = (HEAD + FINE + "{'kind':'text2music'}\n{broken\n").replace('\'', '"');
    assertThat(server.submit(LINES, first, "k").statusCode()).isEqualTo(202);

    assertThat(server.submit(LINES, first, "k").getHeader("Idempotent-Replayed")).isNotNull();
    assertThat(server.submit(LINES, other.replace('\'', '"'), "k").statusCode()).isEqualTo(409);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {"7 | 8", "{} | []", "\"a\" | null"})
  void a_body_that_differs_in_a_refused_item_is_another_one(String one, String another) {
    String body = "{\"accept\":\"valid\",\"items\":[" + item("one").encode() + ",%s]}";

    assertThat(server.submit(JSON, body.formatted(one), "k").statusCode()).isEqualTo(202);
    assertThat(server.submit(JSON, body.formatted(another), "k").statusCode()).isEqualTo(409);
  }

  @Test
  void too_little_credit_for_all_stores_nothing() {
    JsonObject dear = item("dear");
    dear.getJsonObject("input").put("mode", "pro").put("duration", "10");
    JsonArray items = new JsonArray();
    IntStream.range(0, 10_000).forEach(i -> items.add(dear));

    HttpResponse<Buffer> answer = server.submit(new JsonObject().put("items", items));

    assertThat(answer.statusCode()).isEqualTo(402);
    assertThat(answer.bodyAsJsonObject().getString("available")).isEqualTo("20000");
    assertThat(stored()).isZero();
  }

  @Test
  void an_item_that_costs_more_than_the_whole_cap_is_refused() {
    JsonObject cap = new JsonObject().put("video_unit", "0.5");

    HttpResponse<Buffer> answer = server.submit(batch(1).put("spend_cap", cap));

    assertThat(answer.statusCode()).isEqualTo(422);
    JsonObject item = answer.bodyAsJsonObject().getJsonArray("errors").getJsonObject(0);
    assertThat(item.getString("code")).isEqualTo("price-above-spend-cap");
    assertThat(item.getString("detail")).contains("/spend_cap/video_unit");
    assertThat(stored()).isZero();
  }

  @Test
  void a_cap_must_name_every_asset_of_the_items() {
    HttpResponse<Buffer> answer =
        server.submit(batch(1).put("spend_cap", new JsonObject().put("image_unit", "1")));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.bodyAsJsonObject().getString("field")).isEqualTo("/spend_cap");
    assertThat(answer.bodyAsJsonObject().getString("detail")).contains("video_unit");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"items\":[]} | 400 | invalid-request | /items",
        "{\"name\":\"x\"} | 400 | invalid-request | /items",
        "{\"items\":{}} | 400 | invalid-request | /items",
        "{\"items\":[{}],\"colour\":1} | 400 | invalid-request | /colour",
        "{\"items\":[{}],\"weight\":0} | 400 | invalid-request | /weight",
        "{\"items\":[{}],\"spend_cap\":{\"video_unit\":\"much\"}} | 400 | invalid-request | /spend_cap/video_unit",
        "{\"items\":[{}],\"spend_cap\":{\"video_unit\":\"-1\"}} | 400 | invalid-request | /spend_cap/video_unit",
        "{\"items\":[{}],\"spend_cap\":{\"gold\":\"1\"}} | 400 | invalid-request | /spend_cap/gold",
        "{\"items\":[{},} | 400 | invalid-json | ",
      })
  void what_is_wrong_with_the_whole_is_told_by_field(
      String body, int status, String code, String field) {
    HttpResponse<Buffer> answer = server.submit(JSON, body, "");

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.bodyAsJsonObject().getString("code")).isEqualTo(code);
    assertThat(answer.bodyAsJsonObject().getString("field")).isEqualTo(field);
  }

  @Test
  void an_item_is_no_larger_than_a_job_of_its_own() {
    JsonObject large = item("p").put("metadata", new JsonObject().put("x", "y".repeat(300_000)));

    HttpResponse<Buffer> answer =
        server.submit(
            new JsonObject()
                .put("accept", "valid")
                .put("items", new JsonArray().add(item("p")).add(large)));

    assertThat(answer.statusCode()).isEqualTo(202);
    assertThat(answer.bodyAsJsonObject().getJsonArray("refused").getJsonObject(0).getString("code"))
        .isEqualTo("body-too-large");
  }

  @Test
  void a_body_beyond_the_limit_and_one_of_another_type_are_not_read() {
    assertThat(server.submit(JSON, " ".repeat((4 << 20) + 1), "").statusCode()).isEqualTo(413);
    assertThat(server.submit("text/csv", "a,b", "").statusCode()).isEqualTo(415);
  }
}
