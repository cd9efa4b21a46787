package dev.backlot.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.system.Api.Answer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two tenants on one account of the provider. */
class TwoTenantsTest {
  private static final String BODY =
      "{\"kind\":\"text2video\",\"input\":{\"prompt\":\"a paper boat\"}}";

  @TempDir Path directory;

  @Test
  void the_same_idempotency_key_makes_a_task_for_each() {
    try (BacklotProcess backlot = BacklotProcess.start(directory, Map.of())) {
      Api one = backlot.client();
      Api other = backlot.client(backlot.run("keys", "create", "--tenant", "other"));
      backlot.run(
          "credits",
          "grant",
          "--tenant=other",
          "--units=100",
          "--asset=video_unit",
          "--reference=test");

      String first = submitted(one);
      String second = submitted(other);

      assertThat(second).isNotEqualTo(first);
      assertThat(submitted(one)).isEqualTo(first);
      assertThat(submitted(other)).isEqualTo(second);
      untilSucceeded(one, first);
      untilSucceeded(other, second);
      JsonArray tasks = Api.json(backlot.control() + "/books/tasks").getJsonArray("items");
      assertThat(tasks.stream().map(task -> ((JsonObject) task).getString("external_id")))
          .hasSize(2)
          .doesNotHaveDuplicates();
      new Books(backlot).assertExact();
    }
  }

  private static String submitted(Api api) {
    Answer answer = api.post("/api/v1/jobs", BODY, "Idempotency-Key", "order-1");
    assertThat(answer.status()).as(answer.text()).isBetween(200, 202);
    return answer.json().getString("id");
  }

  private static void untilSucceeded(Api api, String id) {
    Eventually.until(
        "the job succeeded",
        Duration.ofSeconds(60),
        () -> api.job(id).getString("state").equals("succeeded"));
  }
}
