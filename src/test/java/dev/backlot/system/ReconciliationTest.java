package dev.backlot.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.SimulatorConfig;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A provider that bills otherwise than its tasks say, and for another client as well: promise P3.
 */
class ReconciliationTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String LOOKS = "/api/v1/ops/reconciliation/looks";
  private static final String ITEMS = "/api/v1/ops/reconciliation/items";
  private static final Map<String, String> SETTINGS =
      Map.of(
          "simulator.render",
          "immediate",
          "reconciliation.request-interval",
          "10ms",
          "reconciliation.page",
          "2");

  @TempDir Path directory;

  @Test
  void every_difference_is_booked_once_and_the_books_are_the_providers_bill() throws Exception {
    String apiKey = apiKey();
    LocalDate begun = LocalDate.now(ZoneOffset.UTC);
    try (BacklotProcess backlot = BacklotProcess.start(directory, SETTINGS)) {
      Api operator =
          backlot.client(
              backlot.run("keys", "create", "--tenant", "operators", "--scopes", "operate"));
      Books books = new Books(backlot);
      List<String> jobs =
          List.of(
              backlot.client().submit("dearer"),
              backlot.client().submit("cheaper"),
              backlot.client().submit("as it was said"));
      Jobs.awaitAll(backlot.client(), jobs, "succeeded");
      charge(backlot, books, jobs.get(0), "1.5");
      charge(backlot, books, jobs.get(1), "-0.5");
      makeForeign(backlot, apiKey);

      look(operator, books, begun);

      assertThat(found(operator, jobs.get(0)).getString("correction")).isEqualTo("1.5");
      assertThat(found(operator, jobs.get(1)).getString("correction")).isEqualTo("-0.5");
      assertThat(operator.get(ITEMS + "?kind=foreign").json().getJsonArray("items")).hasSize(1);
      assertThat(operator.get(ITEMS).json().getJsonArray("items")).hasSize(3);
      assertThat(books.balance("provider_drift")).isEqualByComparingTo("1");
      assertThat(bill(books)).isEqualByComparingTo(booked(books));

      look(operator, books, begun);

      assertThat(operator.get(ITEMS).json().getJsonArray("items")).hasSize(3);
      assertThat(bill(books)).isEqualByComparingTo(booked(books));
    }
  }

  private String apiKey() throws IOException {
    String key = SimulatorConfig.defaults().account().apiKey().value();
    Files.writeString(directory.resolve("provider-api.key"), key);
    return key;
  }

  private static void charge(BacklotProcess backlot, Books books, String job, String units) {
    String task = books.text("SELECT task_id FROM attempt WHERE job_id = '" + job + "'");
    Api.postTo(
        backlot.control() + "/charges",
        new JsonObject().put("task_id", task).put("units", units).encode());
  }

  /** Another client with a key of the same account. */
  private static void makeForeign(BacklotProcess backlot, String apiKey) {
    Api other = new Api("http://127.0.0.1:" + backlot.ports().simulator(), apiKey);
    JsonObject task =
        new JsonObject()
            .put("model_name", "kling-v2-6")
            .put("prompt", "somebody else's")
            .put("duration", "5");
    String id =
        other
            .post("/v1/videos/text2video", task.encode())
            .json()
            .getJsonObject("data")
            .getString("task_id");
    Eventually.until(
        "the foreign task has ended",
        PATIENCE,
        () ->
            other
                .get("/v1/videos/text2video/" + id)
                .json()
                .getJsonObject("data")
                .getString("task_status")
                .equals("succeed"));
  }

  /** At every day since then: at midnight there are two. */
  private static void look(Api operator, Books books, LocalDate since) {
    since
        .datesUntil(LocalDate.now(ZoneOffset.UTC).plusDays(1))
        .forEach(day -> look(operator, books, day.toString()));
  }

  private static void look(Api operator, Books books, String day) {
    Api.Answer asked =
        operator.post(LOOKS, new JsonObject().put("account", "simulator").put("day", day).encode());
    assertThat(asked.status()).as(asked.text()).isEqualTo(202);
    Eventually.until(
        "the day was looked at",
        PATIENCE,
        () ->
            books
                .text(
                    "SELECT phase IS NULL AND asked_at IS NULL FROM reconciliation_day WHERE day = '"
                        + day
                        + "'")
                .equals("t"));
  }

  private static JsonObject found(Api operator, String job) {
    return operator.get(ITEMS + "?kind=different").json().getJsonArray("items").stream()
        .map(JsonObject.class::cast)
        .filter(item -> job.equals(item.getString("job_id")))
        .findFirst()
        .orElseThrow();
  }

  private static BigDecimal bill(Books books) {
    return new BigDecimal(books.simulator().getJsonObject("billed_by_pack").getString("video"));
  }

  private static BigDecimal booked(Books books) {
    return books
        .balance("spent")
        .add(books.balance("provider_drift"))
        .add(books.balance("provider_loss"));
  }
}
