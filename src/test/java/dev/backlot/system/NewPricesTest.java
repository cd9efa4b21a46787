package dev.backlot.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.CatalogText;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prices that are replaced while the service runs. */
class NewPricesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String JOB =
      """
      {"kind":"text2video","input":{"model_name":"kling-v2-6","prompt":"a boat","duration":"5"}}""";
  private static final String PRICES = CatalogText.builtIn().prices();
  private static final String DEARER =
      PRICES
          .replaceFirst("version: \"[^\"]+\"", "version: \"dearer\"")
          .replace(
              "without: [sound], per-second: \"0.3\"", "without: [sound], per-second: \"0.4\"");

  @TempDir Path directory;

  @Test
  void a_new_price_file_counts_for_new_jobs_and_a_wrong_one_for_none() throws Exception {
    Path prices = directory.resolve("prices.yaml");
    Files.writeString(prices, PRICES);
    Map<String, String> settings =
        Map.of("catalog.prices", prices.toString(), "catalog.check-every", "50ms");
    try (BacklotProcess backlot = BacklotProcess.start(directory, settings)) {
      Api api = backlot.client();
      String before = api.post("/api/v1/jobs", JOB).json().getString("id");

      Files.writeString(prices, DEARER);
      Eventually.until(
          "a quote by the new prices",
          PATIENCE,
          () -> quote(api).getString("price_version").equals("dearer"));
      String after = api.post("/api/v1/jobs", JOB).json().getString("id");

      assertThat(quote(api).getString("cost")).isEqualTo("2");
      assertThat(api.job(before).getString("cost")).isEqualTo("1.5");
      assertThat(api.job(after).getString("cost")).isEqualTo("2");

      Files.writeString(prices, DEARER.replace("\"0.4\"", "\"-4\""));
      Eventually.until("a refusal", PATIENCE, () -> catalogCheck(backlot).equals("degraded"));
      assertThat(Api.status(backlot.management() + "/health/ready")).isEqualTo(200);
      assertThat(quote(api).getString("cost")).isEqualTo("2");

      Files.writeString(prices, DEARER);
      Eventually.until("no refusal", PATIENCE, () -> catalogCheck(backlot).equals("up"));
    }
  }

  @Test
  void a_start_with_other_prices_under_a_known_version_is_refused() throws IOException {
    try (BacklotProcess backlot = BacklotProcess.start(directory, Map.of())) {
      backlot.stop();
    }
    Path prices = directory.resolve("prices.yaml");
    Files.writeString(prices, PRICES.replace("\"0.3\"", "\"0.4\""));

    try (BacklotProcess refused =
        BacklotProcess.startUntil(
            directory,
            Map.of("catalog.prices", prices.toString()),
            "was in use with other prices: give the file a new version")) {
      assertThat(refused.exitCode()).isEqualTo(2);
    }
  }

  private static JsonObject quote(Api api) {
    return api.post("/api/v1/quotes", JOB).json();
  }

  private static String catalogCheck(BacklotProcess backlot) {
    return Api.json(backlot.management() + "/health/ready").getJsonArray("checks").stream()
        .map(JsonObject.class::cast)
        .filter(check -> check.getString("name").equals("catalog"))
        .map(check -> check.getString("status"))
        .findFirst()
        .orElseThrow();
  }
}
