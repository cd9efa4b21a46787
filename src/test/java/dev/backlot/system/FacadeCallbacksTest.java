package dev.backlot.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.system.CallbackReceiver.Call;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The {@code callback_url} of Kling's own API, as its clients know it. */
class FacadeCallbacksTest {
  private static final String TEXT = "/v1/videos/text2video";
  private static final String NEWER = "/text-to-video/kling-3.0-turbo";
  private static final String PROMPT = "a paper boat that nobody must read of";

  @TempDir static Path directory;
  private static BacklotProcess backlot;
  private static CallbackReceiver receiver;
  private static String secret;

  /** The demo tenant, which has a secret. */
  private static KlingCaller kling;

  /** Another tenant, which has none. */
  private static KlingCaller other;

  @BeforeAll
  static void start() throws IOException {
    receiver = new CallbackReceiver();
    backlot = BacklotProcess.start(directory, BacklotProcess.UNHURRIED);
    kling = KlingCaller.of(backlot.api(), backlot.demoKey());
    List<String> pair = backlot.run("keys", "create-pair", "--tenant", "other").lines().toList();
    backlot.run(
        "credits", "grant", "--tenant=other", "--units=50", "--asset=video_unit", "--reference=t");
    other = KlingCaller.signing(backlot.api() + "/kling", pair.get(0), pair.get(1));
    secret = backlot.client().post("/api/v1/webhook-secret", "").json().getString("secret");
  }

  @AfterAll
  static void stop() {
    receiver.close();
    backlot.close();
  }

  private static JsonObject asking(String prompt, String path) {
    return new JsonObject().put("prompt", prompt).put("callback_url", receiver.url(path));
  }

  private static String create(KlingCaller client, String prompt, String path) {
    return client.post(TEXT, asking(prompt, path)).data().getString("task_id");
  }

  /** The vendor's own example (reference, section 10). */
  @Test
  void the_receiver_verifies_as_the_vendor_does() {
    String body =
        "{\"id\":\"1234567890\",\"status\":\"succeeded\",\"message\":\"\",\"create_time\":1781080778802,\"update_time\":1781080794151}";

    assertThat(
            CallbackReceiver.verifies(
                "whsec_dGVzdHNlY3JldHRlc3RzZWNyZXR0ZXN0c2VjcmV0MTI=",
                "9876543210",
                "1781080794",
                body,
                "v1,UsKlJP00XoQyOn410NM9xv34sP+Gl0jnOO9Lcpr7NJ4="))
        .isTrue();
  }

  @Test
  void each_status_of_a_task_is_called_once_in_order_with_what_a_query_answers() {
    String id =
        kling
            .post(TEXT, asking(PROMPT, "/legacy").put("external_task_id", "order-7"))
            .data()
            .getString("task_id");

    Call last = receiver.awaitEnd("/legacy");

    assertThat(receiver.statuses("/legacy")).containsExactly("submitted", "processing", "succeed");
    assertThat(receiver.at("/legacy")).allMatch(call -> call.task().equals(id));
    assertThat(receiver.at("/legacy")).noneMatch(call -> call.text().contains(PROMPT));
    assertThat(withoutFiles(last.body()))
        .isEqualTo(withoutFiles(kling.get(TEXT + "/" + id).data()));
    assertThat(last.body().getJsonObject("task_info").getString("external_task_id"))
        .isEqualTo("order-7");
    String file =
        last.body()
            .getJsonObject("task_result")
            .getJsonArray("videos")
            .getJsonObject(0)
            .getString("url");
    assertThat(file).startsWith(backlot.api());
    assertThat(KlingCaller.fetch(file).statusCode()).isEqualTo(200);
  }

  /** Links are made for each answer. */
  private static JsonObject withoutFiles(JsonObject task) {
    return new JsonObject(task.encode().replaceAll("\"http[^\"]*\"", "\"file\""));
  }

  @Test
  void a_task_of_the_newer_dialect_is_called_in_its_own_shape() {
    JsonObject body =
        new JsonObject()
            .put("prompt", PROMPT)
            .put("settings", new JsonObject().put("duration", 3))
            .put("options", new JsonObject().put("callback_url", receiver.url("/newer")));
    String id = kling.post(NEWER, body).data().getString("id");

    Call last = receiver.awaitEnd("/newer");

    assertThat(receiver.statuses("/newer")).containsExactly("submitted", "processing", "succeeded");
    assertThat(last.task()).isEqualTo(id);
    assertThat(withoutFiles(last.body()))
        .isEqualTo(withoutFiles(kling.get("/tasks?task_ids=" + id).list().getJsonObject(0)));
    String file = last.body().getJsonArray("outputs").getJsonObject(0).getString("url");
    assertThat(KlingCaller.fetch(file).statusCode()).isEqualTo(200);
  }

  @Test
  void a_failure_is_called_with_its_reason() {
    create(kling, "p [sim:fail]", "/failing");

    Call last = receiver.awaitEnd("/failing");

    assertThat(receiver.statuses("/failing")).containsExactly("submitted", "processing", "failed");
    assertThat(last.body().getString("task_status_msg")).isNotBlank();
    assertThat(last.body().containsKey("task_result")).isFalse();
  }

  @Test
  void calls_are_signed_for_a_tenant_with_a_secret_and_not_for_one_without() {
    JsonObject body = asking(PROMPT, "/both").put("external_task_id", "same");
    String ours = kling.post(TEXT, body).data().getString("task_id");
    String theirs = other.post(TEXT, body).data().getString("task_id");

    receiver.awaitEnd("/both", 2);

    List<Call> calls = receiver.at("/both");
    assertThat(calls).extracting(Call::task).containsOnly(ours, theirs);
    assertThat(calls).filteredOn(call -> call.task().equals(ours)).hasSize(3);
    assertThat(calls).filteredOn(call -> call.task().equals(theirs)).hasSize(3);
    assertThat(calls)
        .filteredOn(call -> call.task().equals(ours))
        .allMatch(call -> call.isSignedWith(secret))
        .extracting(Call::id)
        .doesNotHaveDuplicates();
    assertThat(calls).filteredOn(call -> call.task().equals(theirs)).noneMatch(Call::isSigned);
  }

  @Test
  void a_call_that_fails_is_made_again_under_the_same_id() {
    receiver.failOnce("/fails-once", "succeed");
    create(kling, PROMPT, "/fails-once");

    receiver.awaitEnd("/fails-once", 2);

    assertThat(receiver.statuses("/fails-once"))
        .containsExactly("submitted", "processing", "succeed", "succeed");
    List<Call> calls = receiver.at("/fails-once");
    assertThat(calls.get(3).id()).isEqualTo(calls.get(2).id());
    assertThat(calls.get(3).isSignedWith(secret)).isTrue();
  }

  @Test
  void calls_are_listed_and_counted_like_those_of_webhooks() {
    String id = create(kling, PROMPT, "/listed");
    receiver.awaitEnd("/listed");
    Api api = backlot.client();
    String job =
        api.get("/api/v1/jobs?limit=50").json().getJsonArray("items").stream()
            .map(each -> ((JsonObject) each).getString("id"))
            .filter(each -> Objects.equals(url(api, each), receiver.url("/listed")))
            .findFirst()
            .orElseThrow();

    JsonObject webhook = api.get("/api/v1/jobs/" + job + "/webhook").json();
    String deliveries = "/api/v1/webhooks/" + webhook.getString("id") + "/deliveries";
    Eventually.until(
        "all are delivered",
        Duration.ofSeconds(20),
        () -> api.get(deliveries + "?state=delivered").json().getJsonArray("items").size() == 3);

    assertThat(id).matches("[0-9]{18}");
    assertThat(webhook.getString("tells")).isEqualTo("tasks");
    assertThat(api.get(deliveries).json().getJsonArray("items"))
        .extracting(each -> ((JsonObject) each).getString("event"))
        .containsExactly("job.succeeded", "job.running", "job.queued");
    assertThat(Api.text(backlot.management() + "/metrics"))
        .containsPattern(
            "backlot_webhook_sends_seconds_count\\{outcome=\"delivered\",tells=\"tasks\"\\} [1-9]");
  }

  private static String url(Api api, String job) {
    return api.get("/api/v1/jobs/" + job + "/webhook").json().getString("url");
  }

  @ParameterizedTest
  @ValueSource(strings = {"nonsense", "ftp://127.0.0.1/x", "http://user@127.0.0.1/", "http://"})
  void what_is_no_address_is_refused_as_a_wrong_value(String address) {
    KlingCaller.Answer refused =
        kling.post(TEXT, new JsonObject().put("prompt", "p").put("callback_url", address));

    assertThat(refused.refusal()).isEqualTo("400/1201");
    assertThat(refused.message()).startsWith("callback_url must be");
  }

  @Test
  void an_address_that_is_too_long_is_refused_as_a_wrong_value() {
    assertThat(kling.post(TEXT, asking("p", "/" + "x".repeat(2_048))).refusal())
        .isEqualTo("400/1201");
  }

  @Test
  void a_task_that_is_canceled_before_it_has_begun_and_one_that_outlives_its_node_are_told(
      @TempDir Path own) {
    Map<String, String> settings = new HashMap<>(BacklotProcess.RENDERS_FOR_AN_HOUR);
    settings.putAll(BacklotProcess.UNHURRIED);
    settings.put("provider.accounts[0].slots.default", "1");
    settings.put("node.lease", "3s");
    settings.put("node.heartbeat", "500ms");
    try (BacklotProcess single = BacklotProcess.start(own, settings)) {
      KlingCaller client = KlingCaller.of(single.api(), single.demoKey());
      create(client, PROMPT, "/outlives");
      Eventually.until(
          "the first task runs",
          Duration.ofSeconds(60),
          () -> receiver.statuses("/outlives").equals(List.of("submitted", "processing")));
      create(client, PROMPT, "/canceled");
      Api api = single.client();
      String queued = newest(api);

      api.post("/api/v1/jobs/" + queued + "/cancel", "");

      Call canceled = receiver.awaitEnd("/canceled");
      assertThat(receiver.statuses("/canceled")).containsExactly("submitted", "failed");
      assertThat(canceled.body().getString("task_status_msg")).contains("canceled");

      single.kill();
      single.restart();
      single.letRender();
      receiver.awaitEnd("/outlives");
      assertThat(receiver.statuses("/outlives"))
          .containsExactly("submitted", "processing", "succeed");
    }
  }

  private static String newest(Api api) {
    return api.get("/api/v1/jobs?limit=1")
        .json()
        .getJsonArray("items")
        .getJsonObject(0)
        .getString("id");
  }
}
