package dev.backlot.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the provider tells by itself makes us ask sooner, and changes nothing. */
class CallbackTest {
  /** Far below the pause between two polls of the first test. */
  private static final Duration PROMPTLY = Duration.ofSeconds(60);

  private static final Map<String, String> POLLS_HARDLY_EVER =
      Map.of(
          "simulator.render-median", "1h",
          "simulator.render-spread", "0",
          "simulator.time-factor", "1",
          "poll.first", "10m",
          "poll.shortest", "1m",
          "poll.longest", "10m",
          "poll.hint-pause", "100ms");
  private static final Map<String, String> POLLS_AS_EVER =
      Map.of("simulator.time-factor", "60", "simulator.slots", "20");

  @TempDir Path directory;

  @Test
  void an_end_is_noticed_by_its_callback_and_a_lie_is_not_believed() {
    try (BacklotProcess backlot = BacklotProcess.start(directory, POLLS_HARDLY_EVER)) {
      Api api = backlot.client();
      List<String> jobs =
          List.of(
              submit(api, "{'kind':'text2video','input':{'prompt':'p'}}"),
              submit(
                  api,
                  "{'kind':'text-to-video','model':'kling-3.0-turbo','input':{'prompt':'p'}}"));
      Jobs.awaitAll(api, jobs, "running");
      List<String> tokens = new ArrayList<>();
      for (String job : jobs) {
        String token = new Books(backlot).callbackToken(job);
        assertThat(lie(api, forged(token))).isEqualTo(404);
        long before = queries(backlot);
        Eventually.until(
            "the lie was checked",
            PROMPTLY,
            () -> {
              // Its task may not have been watched yet at the first time.
              assertThat(lie(api, token)).isEqualTo(200);
              return queries(backlot) > before + 1;
            });
        tokens.add(token);
      }
      assertThat(jobs).allSatisfy(job -> assertRunning(api.job(job)));

      backlot.letRender();

      Eventually.until(
          "both have succeeded",
          PROMPTLY,
          () -> jobs.stream().allMatch(id -> api.job(id).getString("state").equals("succeeded")));
      assertThat(callbacks(backlot, "bad_token")).isEqualTo(2);
      assertThat(callbacks(backlot, "bad_signature")).isZero();
      new Books(backlot).assertExact();
      assertThat(tokens).noneMatch(backlot.log()::contains);
    }
  }

  /** Each task ends within a second, and each create is answered seconds later. */
  @Test
  void an_end_that_is_told_before_the_create_is_answered_is_noticed_with_the_answer() {
    Map<String, String> settings = new HashMap<>(POLLS_HARDLY_EVER);
    settings.put("simulator.render-median", "500ms");
    try (BacklotProcess backlot = BacklotProcess.start(directory, settings)) {
      Api api = backlot.client();
      List<String> jobs =
          List.of(
              submit(api, "{'kind':'text2video','input':{'prompt':'[sim:slow=4s] p'}}"),
              submit(
                  api,
                  "{'kind':'text-to-video','model':'kling-3.0-turbo','input':{'prompt':'[sim:slow=4s] p'}}"));

      Eventually.until(
          "both have succeeded",
          PROMPTLY,
          () -> jobs.stream().allMatch(id -> api.job(id).getString("state").equals("succeeded")));

      assertThat(callbacks(backlot, "hinted")).isGreaterThanOrEqualTo(2);
    }
  }

  @Test
  void lost_late_repeated_reordered_and_forged_callbacks_do_no_harm() {
    try (BacklotProcess backlot = BacklotProcess.start(directory, POLLS_AS_EVER)) {
      Api api = backlot.client();
      List<String> jobs =
          Stream.of(
                  "lost=target=callback",
                  "late=90s,target=callback",
                  "duplicate",
                  "reorder",
                  "forge-status",
                  "forge-task",
                  "missign")
              .flatMap(
                  fault ->
                      Stream.of(
                          "{'kind':'text2video','input':{'prompt':'[sim:" + fault + "] p'}}",
                          "{'kind':'text-to-video','model':'kling-3.0-turbo','input':{'prompt':'[sim:"
                              + fault
                              + "] p'}}"))
              .map(body -> submit(api, body))
              .collect(Collectors.toList());
      String failing =
          submit(
              api,
              "{'kind':'text2video','input':{'prompt':'[sim:forge-status] [sim:moderate-task] p'}}");

      Jobs.awaitAll(api, jobs, "succeeded");
      Jobs.awaitAll(api, List.of(failing), "failed");

      JsonObject told = new Books(backlot).simulator().getJsonObject("callbacks");
      assertThat(told.getLong("lost")).isPositive();
      assertThat(told.getLong("forged")).isPositive();
      assertThat(callbacks(backlot, "hinted")).isPositive();
      assertThat(callbacks(backlot, "bad_signature")).isPositive();
      new Books(backlot).assertExact();
    }
  }

  private static String submit(Api api, String body) {
    Api.Answer accepted = api.post("/api/v1/jobs", body.replace('\'', '"'));
    assertThat(accepted.status()).as(accepted.text()).isEqualTo(202);
    return accepted.json().getString("id");
  }

  private static void assertRunning(JsonObject job) {
    assertThat(job.getString("state")).isEqualTo("running");
    assertThat(job.getJsonArray("outputs")).isNullOrEmpty();
  }

  private static String forged(String token) {
    return token.replace(token.charAt(40), token.charAt(40) == 'A' ? 'B' : 'A');
  }

  /** Says that the task has succeeded; answers the status. */
  private static int lie(Api api, String token) {
    return api.post(
            "/callbacks/kling/" + token,
            "{\"task_status\":\"succeed\",\"task_result\":{\"videos\":[{\"url\":\"https://x\"}]}}")
        .status();
  }

  /** What the simulator was asked, whatever about. */
  private static long queries(BacklotProcess backlot) {
    JsonObject requests = new Books(backlot).simulator().getJsonObject("requests");
    return requests.stream()
        .filter(route -> !route.getKey().startsWith("create"))
        .mapToLong(route -> ((Number) route.getValue()).longValue())
        .sum();
  }

  private static long callbacks(BacklotProcess backlot, String result) {
    String name = "backlot_callbacks_total{result=\"" + result + "\"} ";
    return Api.text(backlot.management() + "/metrics")
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(name.length())))
        .findFirst()
        .orElseThrow();
  }
}
