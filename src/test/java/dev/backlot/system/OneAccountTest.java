package dev.backlot.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two accounts in one pool, one of which speaks the older dialect only: what a job that can be said
 * in the newer one alone waits for, while the other has nothing but free slots.
 */
class OneAccountTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int SLOTS = 2;
  private static final String NEWER =
      "{\"kind\":\"text-to-video\",\"model\":\"kling-3.0-turbo\",\"input\":{\"prompt\":\"a boat\"}}";

  @TempDir Path directory;

  @Test
  void it_waits_for_the_account_that_can_carry_it_and_says_whether_that_is_parked_or_full() {
    try (BacklotProcess backlot = start()) {
      Api api = backlot.client();
      Jobs.awaitAll(api, List.of(newer(api)), "running");
      Api.postTo(
          backlot.control() + "/faults",
          "{\"fault\":\"error\",\"target\":\"create\",\"code\":1101,\"count\":1}");

      String refused = newer(api);
      awaitReason(api, refused, "accounts_unavailable");
      assertThat(numbers(api, refused)).isEqualTo(new JsonObject().put("accounts", 1));
      assertThat(forecast(api, refused).getValue("start")).isNull();
      Jobs.awaitAll(api, List.of(api.submit("what both accounts can carry")), "running");

      unpark(backlot);
      Jobs.awaitAll(api, List.of(refused), "running");
      String waiting = newer(api);
      awaitReason(api, waiting, "slots_busy");
      assertThat(numbers(api, waiting))
          .isEqualTo(
              new JsonObject().put("granted", SLOTS).put("in_flight", SLOTS).put("slots", SLOTS));
      assertThat(forecast(api, waiting).getJsonObject("start")).isNotNull();
    }
  }

  private BacklotProcess start() {
    Map<String, String> settings = new HashMap<>(BacklotProcess.RENDERS_FOR_AN_HOUR);
    settings.put("provider.accounts[0].slots.default", String.valueOf(SLOTS));
    settings.put("provider.accounts[1].id", "older");
    settings.put("provider.accounts[1].pool", "default");
    settings.put("provider.accounts[1].base-url", BacklotProcess.SIMULATOR);
    settings.put("provider.accounts[1].access-key", "sim-access-key");
    settings.put(
        "provider.accounts[1].secret-key", "file:" + directory.resolve("simulator-secret.key"));
    settings.put("provider.accounts[1].lookup", "list");
    settings.put("provider.accounts[1].slots.default", "5");
    settings.put("provider.accounts[1].slots.images", "5");
    settings.put("provider.breaker.parking", "1h");
    settings.put("dispatch.refusal-base", "50ms");
    settings.put("dispatch.refusal-cap", "200ms");
    return BacklotProcess.start(directory, settings);
  }

  private static String newer(Api api) {
    Api.Answer answer = api.post("/api/v1/jobs", NEWER);
    assertThat(answer.status()).as(answer.text()).isEqualTo(202);
    return answer.json().getString("id");
  }

  private static void unpark(BacklotProcess backlot) {
    String key = backlot.run("keys", "create", "--tenant", "operators", "--scopes", "operate");
    assertThat(backlot.client(key).post("/api/v1/accounts/simulator/unpark", "").status())
        .isEqualTo(200);
  }

  private static void awaitReason(Api api, String job, String reason) {
    Eventually.until(
        "it waits because of " + reason,
        PATIENCE,
        () -> {
          JsonObject waiting = forecast(api, job).getJsonObject("waiting");
          return waiting != null && waiting.getString("reason").equals(reason);
        });
  }

  private static JsonObject numbers(Api api, String job) {
    return forecast(api, job).getJsonObject("waiting").getJsonObject("numbers");
  }

  private static JsonObject forecast(Api api, String job) {
    return api.get("/api/v1/jobs/" + job + "/forecast").json();
  }
}
