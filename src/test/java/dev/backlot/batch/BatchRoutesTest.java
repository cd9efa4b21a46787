package dev.backlot.batch;

import static dev.backlot.batch.BatchServer.batch;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class BatchRoutesTest {
  private BatchServer server;

  @BeforeEach
  void start() throws Exception {
    server = new BatchServer("10000");
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  private JsonObject counts(String path) {
    return server.get(path).bodyAsJsonObject().getJsonObject("counts");
  }

  @Test
  void a_pause_a_resume_and_a_cancel_say_how_many_jobs_have_followed() {
    String path = server.submitted(batch(1_100));

    JsonObject paused = server.post(path + "/pause").bodyAsJsonObject();
    assertThat(paused.getString("state")).isEqualTo("paused");
    assertThat(paused.getInteger("moved")).isEqualTo(1_100);
    assertThat(counts(path)).isEqualTo(new JsonObject().put("held", 1_100));
    assertThat(server.post(path + "/pause").bodyAsJsonObject().getInteger("moved")).isZero();
    JsonObject item =
        server
            .get(path + "/items?limit=1")
            .bodyAsJsonObject()
            .getJsonArray("items")
            .getJsonObject(0);
    assertThat(item.getString("held_reason")).isEqualTo("batch_paused");

    assertThat(server.post(path + "/resume").bodyAsJsonObject().getInteger("moved"))
        .isEqualTo(1_100);
    JsonObject canceled = server.post(path + "/cancel").bodyAsJsonObject();
    assertThat(canceled.getInteger("moved")).isEqualTo(1_100);
    assertThat(canceled.getInteger("percent")).isEqualTo(100);
    assertThat(canceled.getJsonArray("totals").getJsonObject(0).getString("reserved"))
        .isEqualTo("0");

    HttpResponse<Buffer> tooLate = server.post(path + "/resume");
    assertThat(tooLate.statusCode()).isEqualTo(409);
    assertThat(tooLate.bodyAsJsonObject().getString("code")).isEqualTo("batch-canceled");
    assertThat(server.post(path + "/cancel").statusCode()).isEqualTo(200);
  }

  @Test
  void another_tenants_batch_answers_404_whatever_is_asked_of_it() {
    String path = server.submitted(batch(1));

    Map<String, HttpMethod> calls =
        Map.of(
            "", HttpMethod.GET,
            "/items", HttpMethod.GET,
            "/manifest", HttpMethod.GET,
            "/pause", HttpMethod.POST,
            "/resume", HttpMethod.POST,
            "/cancel", HttpMethod.POST,
            "/retry-failed", HttpMethod.POST);
    calls.forEach(
        (call, method) ->
            assertThat(server.statusForOther(method, path + call)).as(call).isEqualTo(404));
    assertThat(server.statusForOther(HttpMethod.PATCH, path)).isEqualTo(404);
    assertThat(counts(path)).isEqualTo(new JsonObject().put("queued", 1));
    assertThat(server.get("/api/v1/batches/nonsense").statusCode()).isEqualTo(404);
  }

  @Test
  void a_higher_cap_queues_what_was_held_for_it() {
    String path =
        server.submitted(batch(4).put("spend_cap", new JsonObject().put("video_unit", "4")));
    assertThat(counts(path)).isEqualTo(new JsonObject().put("queued", 2).put("held", 2));

    JsonObject changed =
        server
            .patch(
                path,
                new JsonObject()
                    .put("name", "more")
                    .put("spend_cap", new JsonObject().put("video_unit", "4.5")))
            .bodyAsJsonObject();

    assertThat(changed.getInteger("moved")).isEqualTo(1);
    assertThat(changed.getString("name")).isEqualTo("more");
    JsonObject free =
        server
            .patch(path, new JsonObject().putNull("spend_cap").putNull("name"))
            .bodyAsJsonObject();
    assertThat(free.getJsonObject("counts")).isEqualTo(new JsonObject().put("queued", 4));
    assertThat(free.getValue("spend_cap")).isNull();
    assertThat(free.getValue("name")).isNull();
  }

  @Test
  void a_cap_below_what_is_spent_or_at_work_is_refused_with_that_amount() {
    String path = server.submitted(batch(2));
    server.database.execute(
        "UPDATE job SET state = 'submitting', owner = gen_random_uuid(), epoch = 1, fence = 1");

    HttpResponse<Buffer> answer =
        server.patch(
            path, new JsonObject().put("spend_cap", new JsonObject().put("video_unit", "2")));

    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(answer.bodyAsJsonObject().getString("code")).isEqualTo("spend-cap-too-low");
    assertThat(answer.bodyAsJsonObject().getString("committed")).isEqualTo("3");
  }

  @Test
  @Timeout(10)
  void a_cap_that_is_no_plain_amount_is_refused_at_once() {
    String path = server.submitted(batch(1));
    for (String cap : List.of("1e20000000", "1" + "0".repeat(100_000), "-1", "0.0000001")) {
      HttpResponse<Buffer> answer =
          server.patch(
              path, new JsonObject().put("spend_cap", new JsonObject().put("video_unit", cap)));

      assertThat(answer.statusCode()).as(cap.substring(0, 2)).isEqualTo(400);
      assertThat(answer.bodyAsString()).contains("/spend_cap/video_unit").hasSizeLessThan(1_000);
    }
  }

  @Test
  void items_and_batches_go_on_from_their_cursors() {
    String path = server.submitted(batch(5));
    server.submitted(batch(1));

    JsonObject page = server.get(path + "/items?limit=3").bodyAsJsonObject();
    JsonObject rest =
        server
            .get(path + "/items?limit=3&cursor=" + page.getString("next_cursor"))
            .bodyAsJsonObject();
    assertThat(page.getJsonArray("items")).hasSize(3);
    assertThat(rest.getJsonArray("items")).hasSize(2);
    assertThat(rest.getJsonArray("items").getJsonObject(0).getInteger("item")).isEqualTo(3);
    assertThat(rest.getValue("next_cursor")).isNull();
    assertThat(server.get(path + "/items?cursor=x").statusCode()).isEqualTo(400);
    assertThat(server.get(path + "/items?state=failed").bodyAsJsonObject().getJsonArray("items"))
        .isEmpty();

    JsonObject batches = server.get("/api/v1/batches?limit=1").bodyAsJsonObject();
    assertThat(batches.getJsonArray("items").getJsonObject(0).getInteger("items")).isEqualTo(1);
    String next = batches.getString("next_cursor");
    assertThat(
            server
                .get("/api/v1/batches?limit=1&cursor=" + next)
                .bodyAsJsonObject()
                .getJsonArray("items")
                .getJsonObject(0)
                .getInteger("items"))
        .isEqualTo(5);
  }

  @Test
  void a_manifest_of_more_than_a_page_has_every_item_in_its_order() {
    String path = server.submitted(batch(1_234));

    List<JsonObject> lines =
        server.get(path + "/manifest").bodyAsString().lines().map(JsonObject::new).toList();

    assertThat(lines).extracting(line -> line.getInteger("item")).hasSize(1_234).isSorted();
    assertThat(lines.get(1_233).getInteger("item")).isEqualTo(1_233);
    assertThat(lines.get(0).getString("state")).isEqualTo("queued");
  }

  @Test
  void failed_items_are_repeated_and_nothing_else() {
    String path = server.submitted(batch(3));
    server.database.execute(
        "UPDATE job SET state = 'failed', error_number = 310, ended_at = updated_at"
            + " WHERE batch_item = 1");

    HttpResponse<Buffer> answer = server.post(path + "/retry-failed");

    assertThat(answer.statusCode()).isEqualTo(202);
    assertThat(answer.bodyAsJsonObject().getInteger("retried")).isEqualTo(1);
    assertThat(counts(path)).isEqualTo(new JsonObject().put("queued", 3));
    JsonObject again = server.post(path + "/retry-failed?state=failed,expired").bodyAsJsonObject();
    assertThat(again.getInteger("retried")).isZero();
  }
}
