package dev.backlot.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model that the provider has discontinued, from the submitted job to the bill. */
class FallbackTest {
  private static final String GONE = "kling-v1-6";
  private static final String STAND_IN = "kling-v2-5-turbo";

  @TempDir static Path directory;
  private static BacklotProcess backlot;

  @BeforeAll
  static void start() {
    backlot =
        BacklotProcess.start(
            directory,
            Map.of(
                "simulator.quirks.discontinued[0]", GONE,
                "simulator.quirks.discontinued-status", "404",
                "simulator.quirks.discontinued-code", "1203",
                "simulator.render", "immediate",
                "poll.first", "50ms",
                "poll.shortest", "50ms"));
  }

  @AfterAll
  static void stop() {
    backlot.close();
  }

  private static String submit(boolean fallback) {
    JsonObject body =
        new JsonObject()
            .put("kind", "text2video")
            .put("input", new JsonObject().put("model_name", GONE).put("prompt", "a boat"))
            .put("fallback", fallback);
    return backlot.client().post("/api/v1/jobs", body.encode()).json().getString("id");
  }

  private static List<String> lineage(JsonObject job) {
    return job.getJsonArray("attempts").stream()
        .map(JsonObject.class::cast)
        .map(
            attempt ->
                String.join(
                    " ",
                    attempt.getString("model"),
                    attempt.getString("state"),
                    String.valueOf(attempt.getString("reason"))))
        .toList();
  }

  @Test
  void a_cheaper_model_takes_the_job_over_and_its_own_price_is_charged() {
    String id = submit(true);
    Jobs.awaitAll(backlot.client(), List.of(id), "succeeded");

    JsonObject job = backlot.client().job(id);
    assertThat(job.getString("model")).isEqualTo(STAND_IN);
    assertThat(job.getString("requested_model")).isEqualTo(GONE);
    assertThat(lineage(job))
        .containsExactly(GONE + " refused model-unavailable", STAND_IN + " succeeded null");
    assertThat(job.getString("cost")).isEqualTo("2");
    assertThat(job.getString("charged")).isEqualTo("1.5");
    assertThat(job.encode()).doesNotContain("\"account\"");
    new Books(backlot).assertExact();
  }

  @Test
  void a_job_that_forbids_it_fails_with_the_reason_and_costs_nothing() {
    String id = submit(false);
    Jobs.awaitAll(backlot.client(), List.of(id), "failed");

    JsonObject job = backlot.client().job(id);
    assertThat(job.getJsonObject("error").getString("code")).isEqualTo("model-unavailable");
    assertThat(lineage(job)).containsExactly(GONE + " refused model-unavailable");
    assertThat(job.getString("charged")).isEqualTo("0");
    new Books(backlot).assertExact();
  }
}
