package dev.backlot.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Items of a batch that have their events told at addresses of their own. */
class BatchWebhookTest {
  private static final String URL = "https://hooks.example.com/";

  private BatchServer server;

  @BeforeEach
  void start() throws Exception {
    server = new BatchServer("1000");
    Instant now = Instant.EPOCH;
    server
        .jobWebhooks
        .rotate(server.tenant, "sealed", "public", now, now)
        .await(20, TimeUnit.SECONDS);
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  void the_batch_has_one_for_the_items_that_have_none() {
    JsonObject batch = BatchServer.batch(2);
    batch
        .getJsonArray("items")
        .add(
            BatchServer.item("a lighthouse")
                .put("webhook_url", URL + "own")
                .put("webhook_events", new JsonArray().add("job.running")));
    batch.put("defaults", new JsonObject().put("webhook_url", URL + "all"));

    assertThat(server.submit(batch).statusCode()).isEqualTo(202);

    assertThat(told()).isEqualTo("0 all 4, 1 all 4, 2 own 1");
  }

  @Test
  void an_item_whose_address_must_not_be_asked_is_refused_alone() {
    JsonObject batch = BatchServer.batch(1).put("accept", "valid");
    batch
        .getJsonArray("items")
        .add(BatchServer.item("a lighthouse").put("webhook_url", "https://10.0.0.1/"));

    JsonObject answer = server.submit(batch).bodyAsJsonObject();

    assertThat(answer.getInteger("accepted")).isEqualTo(1);
    assertThat(answer.getJsonArray("refused").getJsonObject(0).getString("field"))
        .isEqualTo("/webhook_url");
  }

  @Test
  void a_batch_with_more_addresses_than_may_be_in_use_is_not_stored() {
    JsonArray items = new JsonArray();
    for (int n = 0; n < 4; n++) {
      items.add(BatchServer.item("a boat").put("webhook_url", URL + n));
    }

    HttpResponse<?> answer = server.submit(new JsonObject().put("items", items));

    assertThat(answer.statusCode()).isEqualTo(429);
    assertThat(server.database.number("SELECT count(*) FROM job")).isZero();
  }

  @Test
  void a_repeated_item_is_told_where_the_first_was() {
    JsonObject batch =
        BatchServer.batch(1).put("defaults", new JsonObject().put("webhook_url", URL + "all"));
    String path = server.submitted(batch);
    server.database.execute(
        "UPDATE job SET state = 'failed', error_number = 310, ended_at = updated_at");

    server.post(path + "/retry-failed");

    assertThat(told()).isEqualTo("0 all 4, 0 all 4");
  }

  /** Item, end of the address, and how many types of events. */
  private String told() {
    return server.database.text(
        """
        SELECT string_agg(j.batch_item || ' ' || substr(e.url, 27) || ' ' || cardinality(w.events),
                          ', ' ORDER BY j.batch_item, j.id)
          FROM job_webhook w
          JOIN job j ON j.id = w.job_id
          JOIN webhook_endpoint e ON e.id = w.endpoint_id""");
  }
}
