package dev.backlot.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two accounts in one pool, of which the provider refuses one. */
class AccountsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path directory;

  @Test
  void jobs_of_a_parked_account_go_to_the_other_until_its_operator_has_mended_it() {
    try (BacklotProcess backlot = start()) {
      Api operator =
          backlot.client(
              backlot.run("keys", "create", "--tenant", "operators", "--scopes", "operate"));
      Books books = new Books(backlot);
      Api.postTo(
          backlot.control() + "/faults",
          "{\"fault\":\"error\",\"target\":\"create\",\"code\":1101,\"count\":1}");

      run(backlot, 1);
      run(backlot, 5);

      JsonObject cheap = account(operator, "cheap");
      assertThat(cheap.getString("state")).isEqualTo("parked");
      assertThat(cheap.getJsonObject("parked").getInteger("code")).isEqualTo(1101);
      assertThat(account(operator, "simulator").getString("state")).isEqualTo("ok");
      assertThat(taken(books, "cheap")).isZero();

      Api.Answer unparked = operator.post("/api/v1/accounts/cheap/unpark", "");
      assertThat(unparked.json().getString("state")).isEqualTo("ok");
      run(backlot, 1);

      assertThat(taken(books, "cheap")).as("the cheaper goes first again").isEqualTo(1);
      assertThat(backlot.client().get("/api/v1/accounts").status())
          .as("a tenant's key")
          .isEqualTo(403);
      books.assertExact();
    }
  }

  @Test
  void a_clip_is_extended_by_the_account_that_made_it_although_another_is_cheaper() {
    try (BacklotProcess backlot = start()) {
      Api operator =
          backlot.client(
              backlot.run("keys", "create", "--tenant", "operators", "--scopes", "operate"));
      Books books = new Books(backlot);
      Api.postTo(
          backlot.control() + "/faults",
          "{\"fault\":\"error\",\"target\":\"create\",\"code\":1101,\"count\":1}");
      run(backlot, 1);
      String job = backlot.client().submit("a boat at the dear account");
      Jobs.awaitAll(backlot.client(), List.of(job), "succeeded");
      operator.post("/api/v1/accounts/cheap/unpark", "");

      String extend =
          new JsonObject()
              .put("kind", "video-extend")
              .put("input", new JsonObject().put("video_id", job))
              .encode();
      Api.Answer accepted = backlot.client().post("/api/v1/jobs", extend);
      assertThat(accepted.status()).as(accepted.text()).isEqualTo(202);
      Jobs.awaitAll(backlot.client(), List.of(accepted.json().getString("id")), "succeeded");

      assertThat(
              books.text(
                  "SELECT string_agg(DISTINCT account_id, ',') FROM attempt a JOIN job j ON j.id = a.job_id"
                      + " WHERE j.kind = 'video-extend'"))
          .isEqualTo("simulator");
      books.assertExact();
    }
  }

  private BacklotProcess start() {
    Map<String, String> settings = new HashMap<>();
    settings.put("provider.accounts[1].id", "cheap");
    settings.put("provider.accounts[1].pool", "default");
    settings.put("provider.accounts[1].base-url", BacklotProcess.SIMULATOR);
    settings.put("provider.accounts[1].api-key", "file:" + directory.resolve("provider-api.key"));
    settings.put("provider.accounts[1].lookup", "tasks");
    settings.put("provider.accounts[1].slots.default", "5");
    settings.put("provider.accounts[1].slots.images", "5");
    settings.put("provider.accounts[1].price-factor", "0.9");
    settings.put("simulator.slots", "10");
    settings.put("simulator.render", "immediate");
    settings.put("provider.breaker.parking", "1h");
    settings.put("dispatch.refusal-base", "50ms");
    settings.put("poll.first", "50ms");
    settings.put("poll.shortest", "50ms");
    return BacklotProcess.start(directory, settings);
  }

  private static void run(BacklotProcess backlot, int count) {
    List<String> jobs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      jobs.add(backlot.client().submit("a boat among many"));
    }
    Jobs.awaitAll(backlot.client(), jobs, "succeeded");
  }

  private static JsonObject account(Api operator, String id) {
    List<JsonObject> found = new ArrayList<>();
    Eventually.until(
        "the account is listed",
        PATIENCE,
        () -> {
          found.clear();
          operator.get("/api/v1/accounts").json().getJsonArray("items").stream()
              .map(JsonObject.class::cast)
              .filter(account -> account.getString("id").equals(id))
              .forEach(found::add);
          return !found.isEmpty();
        });
    return found.get(0);
  }

  private static int taken(Books books, String account) {
    return books.number(
        "SELECT count(*) FROM attempt WHERE account_id = '"
            + account
            + "' AND task_id IS NOT NULL");
  }
}
