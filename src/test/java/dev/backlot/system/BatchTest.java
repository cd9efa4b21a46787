package dev.backlot.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.system.Api.Answer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A batch from its submission to its manifest, on a real process and the simulator. */
class BatchTest {
  private static final int ITEMS = 200;
  private static final Set<Integer> WRONG = Set.of(3, 77, 199);
  private static final int FAILURES = 30;

  /** Of 1.5 units each. */
  private static final int PAID_FOR = 100;

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir Path directory;

  @Test
  void failures_are_told_item_by_item_and_repeated_alone_and_the_cap_is_kept_to_the_unit() {
    try (BacklotProcess backlot = BacklotProcess.start(directory, settings(), "INFO")) {
      Api api = backlot.client();
      Api.postTo(
          backlot.control() + "/faults",
          "{\"fault\":\"fail\",\"count\":" + FAILURES + ",\"probability\":0.6}");

      Answer made = api.post("/api/v1/batches", body().encode(), "Idempotency-Key", "film-1");
      assertThat(made.status()).as(made.text()).isEqualTo(202);
      assertThat(made.json().getInteger("accepted")).isEqualTo(ITEMS - WRONG.size());
      assertThat(items(made.json().getJsonArray("refused"))).isEqualTo(WRONG);
      String path = "/api/v1/batches/" + made.json().getString("id");

      untilAll(api, path, PAID_FOR, ITEMS - WRONG.size() - PAID_FOR - FAILURES);
      Books books = new Books(backlot);
      assertThat(books.balance("spent")).isEqualByComparingTo("150");
      assertThat(new BigDecimal(books.simulator().getString("billed"))).isEqualByComparingTo("150");
      assertEachFailureIsTold(api, path);

      api.patch(path, new JsonObject().putNull("spend_cap").encode());
      untilAll(api, path, ITEMS - WRONG.size() - FAILURES, 0);
      Answer retried = api.post(path + "/retry-failed", "", "Idempotency-Key", "again");
      assertThat(retried.json().getInteger("retried")).isEqualTo(FAILURES);
      assertThat(api.post(path + "/retry-failed", "", "Idempotency-Key", "again").text())
          .isEqualTo(retried.text());
      untilAll(api, path, ITEMS - WRONG.size(), 0);

      assertManifest(api, path);
      assertThat(books.balance("spent")).isEqualByComparingTo("295.5");
      books.assertExact();
    }
  }

  private static Map<String, String> settings() {
    return Map.of(
        "simulator.render", "immediate",
        "dispatch.max-attempts", "1",
        "batches.interval", "100ms",
        "batches.recheck", "200ms",
        "poll.first", "50ms",
        "poll.shortest", "50ms",
        "poll.longest", "100ms");
  }

  private static JsonObject body() {
    JsonArray items = new JsonArray();
    IntStream.range(0, ITEMS)
        .forEach(
            i ->
                items.add(
                    new JsonObject()
                        .put(
                            "input",
                            new JsonObject()
                                .put(WRONG.contains(i) ? "promt" : "prompt", "boat " + i))
                        .put("metadata", new JsonObject().put("shot", "" + i))));
    return new JsonObject()
        .put("accept", "valid")
        .put("spend_cap", new JsonObject().put("video_unit", "150"))
        .put("defaults", new JsonObject().put("kind", "text2video"))
        .put("items", items);
  }

  /** The others have failed. */
  private static void untilAll(Api api, String path, int succeeded, int held) {
    Eventually.until(
        succeeded + " have succeeded and " + held + " wait for the cap: " + path,
        PATIENCE,
        () -> {
          JsonObject counts = api.get(path).json().getJsonObject("counts");
          return counts.getInteger("succeeded", 0) == succeeded
              && counts.getInteger("held", 0) == held;
        });
  }

  private static void assertEachFailureIsTold(Api api, String path) {
    JsonArray failed = api.get(path + "/items?state=failed&limit=200").json().getJsonArray("items");
    assertThat(failed).hasSize(FAILURES);
    failed.stream()
        .map(JsonObject.class::cast)
        .forEach(
            item -> {
              assertThat(item.getJsonObject("error").getString("code")).isNotBlank();
              assertThat(item.getString("charged")).isEqualTo("0");
              assertThat(item.getJsonObject("metadata").getString("shot"))
                  .isEqualTo(item.getInteger("item").toString());
            });
  }

  private static void assertManifest(Api api, String path) {
    List<JsonObject> lines =
        api.get(path + "/manifest").text().lines().map(JsonObject::new).toList();
    assertThat(lines).extracting(line -> line.getInteger("item")).hasSize(ITEMS).isSorted();
    Map<String, Long> states =
        lines.stream()
            .collect(Collectors.groupingBy(line -> line.getString("state"), Collectors.counting()));
    assertThat(states).isEqualTo(Map.of("refused", 3L, "succeeded", (long) ITEMS - WRONG.size()));
    JsonObject output = lines.get(0).getJsonArray("outputs").getJsonObject(0);
    assertThat(api.get(output.getString("url")).status()).isEqualTo(200);
  }

  private static Set<Integer> items(JsonArray refused) {
    Set<Integer> items = new HashSet<>();
    refused.forEach(each -> items.add(((JsonObject) each).getInteger("item")));
    return items;
  }
}
