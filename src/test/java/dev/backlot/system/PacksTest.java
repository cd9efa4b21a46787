package dev.backlot.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Units are per account and type of pack: the image pack of an account is used up, and bought. */
class PacksTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int PACK_USED_UP = 1102;
  private static final int UNITS = 1_000;

  @TempDir Path directory;

  @Test
  void videos_of_the_account_run_and_images_go_to_the_other_until_it_was_bought() {
    try (SimulatorProcess spare = SimulatorProcess.start(directory, atOnce());
        BacklotProcess backlot = start(beside(spare))) {
      Api operator = operator(backlot);
      String first = image(backlot);
      Jobs.awaitAll(backlot.client(), List.of(first), "succeeded");
      assertThat(accountsOf(backlot, List.of(first))).as("the cheaper").isEqualTo("simulator");
      charge(backlot, first, UNITS);

      List<String> images = Stream.generate(() -> image(backlot)).limit(3).toList();
      List<String> videos = videos(backlot);
      Jobs.awaitAll(backlot.client(), images, "succeeded");
      Jobs.awaitAll(backlot.client(), videos, "succeeded");

      assertThat(accountsOf(backlot, images)).isEqualTo("spare");
      assertThat(accountsOf(backlot, videos)).isEqualTo("simulator");
      assertThat(account(operator).getString("state")).isEqualTo("pack_parked");
      assertThat(parkedPacks(operator)).containsExactly("image 1102");
      assertToldLikeAParkedAccount(backlot);
      int refused = refused(backlot);
      Jobs.awaitAll(backlot.client(), List.of(image(backlot), image(backlot)), "succeeded");
      assertThat(refused(backlot)).as("none has asked again").isEqualTo(refused);

      charge(backlot, first, -UNITS);
      assertThat(operator.post("/api/v1/accounts/simulator/unpark", "").json().getString("state"))
          .isEqualTo("ok");
      List<String> more = List.of(image(backlot));
      Jobs.awaitAll(backlot.client(), more, "succeeded");
      assertThat(accountsOf(backlot, more)).isEqualTo("simulator");
    }
  }

  @Test
  void without_another_images_wait_for_who_buys_and_come_back_by_themselves() {
    Map<String, String> settings = new HashMap<>(atOnce());
    settings.put("provider.breaker.parking", "1s");
    try (BacklotProcess backlot = start(settings)) {
      String first = image(backlot);
      Jobs.awaitAll(backlot.client(), List.of(first), "succeeded");
      charge(backlot, first, UNITS);

      List<String> images = Stream.generate(() -> image(backlot)).limit(3).toList();
      Eventually.until("the provider has refused one", PATIENCE, () -> refused(backlot) > 0);
      Jobs.awaitAll(backlot.client(), videos(backlot), "succeeded");
      for (String image : images) {
        Eventually.until(
            "it waits for somebody to buy",
            PATIENCE,
            () -> reason(backlot, image).equals("accounts_unavailable"));
      }

      charge(backlot, first, -UNITS);
      Jobs.awaitAll(backlot.client(), images, "succeeded");
      Books books = new Books(backlot);
      assertThat(books.number("SELECT max(attempts) FROM job")).as("refusals do not count").isOne();
      books.assertExact();
    }
  }

  private void assertToldLikeAParkedAccount(BacklotProcess backlot) {
    Books books = new Books(backlot);
    Eventually.until(
        "the alert rings",
        PATIENCE,
        () ->
            books.number(
                    "SELECT count(*) FROM alert WHERE rule = 'account_parked'"
                        + " AND subject = 'simulator/image' AND state = 'firing'")
                == 1);
    Eventually.until(
        "the metric says so",
        PATIENCE,
        () ->
            Api.text(backlot.management() + "/metrics")
                .contains("backlot_account_parked{account=\"simulator\",pack=\"image\"} 1"));
    assertThat(backlot.log().lines().filter(line -> line.contains("pack of an account parked")))
        .singleElement()
        .asString()
        .contains("WARN", "simulator", "image", "1102");
  }

  private BacklotProcess start(Map<String, String> settings) {
    return BacklotProcess.start(directory, settings);
  }

  /** Tasks end at once, and packs are small. */
  private static Map<String, String> atOnce() {
    return Map.of(
        "simulator.render", "immediate",
        "simulator.pack-units", String.valueOf(UNITS),
        "dispatch.refusal-base", "50ms",
        "dispatch.refusal-cap", "200ms",
        "poll.first", "50ms",
        "poll.shortest", "50ms",
        "poll.longest", "200ms");
  }

  private Map<String, String> beside(SimulatorProcess spare) {
    Map<String, String> settings = new HashMap<>(atOnce());
    settings.put("provider.breaker.parking", "1h");
    settings.put("alerting.interval", "100ms");
    settings.put("alerting.account-parked.window", "1s");
    settings.put("provider.accounts[0].price-factor", "0.9");
    settings.put("provider.accounts[1].id", "spare");
    settings.put("provider.accounts[1].pool", "default");
    settings.put("provider.accounts[1].base-url", spare.address());
    settings.put("provider.accounts[1].api-key", "file:" + directory.resolve("provider-api.key"));
    settings.put("provider.accounts[1].lookup", "tasks");
    settings.put("provider.accounts[1].slots.default", "5");
    settings.put("provider.accounts[1].slots.images", "9");
    return settings;
  }

  private static String image(BacklotProcess backlot) {
    Api.Answer answer =
        backlot
            .client()
            .post("/api/v1/jobs", "{\"kind\":\"images\",\"input\":{\"prompt\":\"a boat\"}}");
    assertThat(answer.status()).as(answer.text()).isEqualTo(202);
    return answer.json().getString("id");
  }

  private static List<String> videos(BacklotProcess backlot) {
    return Stream.generate(() -> backlot.client().submit("a boat")).limit(3).toList();
  }

  /** Takes so many units of the pack of this job's task, or gives them back. */
  private static void charge(BacklotProcess backlot, String job, int units) {
    String task =
        new Books(backlot).text("SELECT task_id FROM attempt WHERE job_id = '" + job + "'");
    Api.postTo(
        backlot.control() + "/charges",
        new JsonObject().put("task_id", task).put("units", String.valueOf(units)).encode());
  }

  private static int refused(BacklotProcess backlot) {
    return new Books(backlot)
        .simulator()
        .getJsonObject("refused")
        .getInteger(String.valueOf(PACK_USED_UP), 0);
  }

  /** Which accounts have run these jobs. */
  private static String accountsOf(BacklotProcess backlot, List<String> jobs) {
    String ids = jobs.stream().map(id -> "'" + id + "'").collect(Collectors.joining(", "));
    return new Books(backlot)
        .text(
            "SELECT string_agg(DISTINCT account_id, ', ') FROM attempt"
                + (" WHERE state = 'succeeded' AND job_id IN (" + ids + ")"));
  }

  private static String reason(BacklotProcess backlot, String job) {
    JsonObject waiting =
        backlot
            .client()
            .get("/api/v1/jobs/" + job + "/forecast")
            .json()
            .getJsonObject("waiting", new JsonObject());
    return waiting == null ? "" : waiting.getString("reason", "");
  }

  private static Api operator(BacklotProcess backlot) {
    return backlot.client(
        backlot.run("keys", "create", "--tenant", "operators", "--scopes", "operate"));
  }

  private static JsonObject account(Api operator) {
    JsonArray items = operator.get("/api/v1/accounts").json().getJsonArray("items");
    return items.stream()
        .map(JsonObject.class::cast)
        .filter(account -> account.getString("id").equals("simulator"))
        .findFirst()
        .orElseThrow();
  }

  private static Stream<String> parkedPacks(Api operator) {
    return account(operator).getJsonArray("parked_packs").stream()
        .map(JsonObject.class::cast)
        .map(pack -> pack.getString("pack") + " " + pack.getInteger("code"));
  }
}
