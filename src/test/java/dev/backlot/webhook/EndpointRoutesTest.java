package dev.backlot.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.http.TestServer;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Webhooks as their tenant makes and sees them. */
class EndpointRoutesTest {
  private static final String URL = "https://hooks.example.com/in?token=c4nary";

  private Installation installation;

  @BeforeEach
  void open() throws Exception {
    installation = new Installation(TestWebhooks.config().build());
  }

  @AfterEach
  void close() throws Exception {
    installation.close();
  }

  @Test
  void a_webhook_is_made_with_a_secret_that_is_shown_once() {
    HttpResponse<Buffer> answer = create(new JsonObject().put("url", URL));
    JsonObject made = answer.bodyAsJsonObject();

    assertThat(answer.statusCode()).isEqualTo(201);
    assertThat(answer.getHeader("Location"))
        .isEqualTo(Installation.PATH + "/" + made.getString("id"));
    assertThat(answer.getHeader("Cache-Control")).isEqualTo("no-store");
    assertThat(made.getString("secret")).matches("whsec_[A-Za-z0-9+/]{43}=");
    assertThat(made.getString("public_key")).matches("whpk_[A-Za-z0-9+/]{43}=");
    assertThat(installation.endpoint(made).getString("secret")).isNull();
    assertThat(installation.endpoint(made).getString("public_key"))
        .isEqualTo(made.getString("public_key"));
  }

  @Test
  void the_database_has_the_secret_sealed_only() {
    String secret = installation.endpoint(URL, "job.failed").getString("secret");

    String row = installation.store.database.text("SELECT e::text FROM webhook_endpoint e");
    assertThat(row).doesNotContain(secret.substring("whsec_".length()));
  }

  @Test
  void without_a_filter_the_ends_of_jobs_are_told() {
    JsonObject made = create(new JsonObject().put("url", URL)).bodyAsJsonObject();

    assertThat(made.getJsonArray("events"))
        .isEqualTo(
            new JsonArray("[\"job.canceled\",\"job.expired\",\"job.failed\",\"job.succeeded\"]"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"url\": 7}",
        "{\"url\": \"\"}",
        "{\"url\": \"https://user:pw@hooks.example.com/\"}",
        "{\"url\": \"ftp://hooks.example.com/\"}",
        "{\"url\": \"https://h.example/\", \"events\": []}",
        "{\"url\": \"https://h.example/\", \"events\": [\"job.exploded\"]}",
        "{\"url\": \"https://h.example/\", \"secret\": \"whsec_mine\"}"
      })
  void what_is_wrong_is_refused(String body) {
    HttpResponse<Buffer> answer = create(new JsonObject(body));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.bodyAsJsonObject().getString("code")).isEqualTo("invalid-request");
  }

  @Test
  void a_tenant_may_have_only_so_many() {
    for (int i = 0; i < 3; i++) {
      installation.endpoint(URL, "job.failed");
    }

    HttpResponse<Buffer> answer = create(new JsonObject().put("url", URL));

    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(answer.bodyAsJsonObject().getString("code")).isEqualTo("too-many-webhooks");
  }

  @Test
  void webhooks_are_listed_oldest_first() {
    String first = installation.endpoint(URL, "job.failed").getString("id");
    String second = installation.endpoint(URL, "job.failed").getString("id");

    assertThat(installation.get("").getJsonArray("items"))
        .extracting(each -> ((JsonObject) each).getString("id"))
        .containsExactly(first, second);
  }

  @Test
  void a_webhook_is_paused_and_enabled_again() {
    JsonObject made = installation.endpoint(URL, "job.failed");

    JsonObject paused = installation.patch(made, enabled(false)).bodyAsJsonObject();
    assertThat(paused.getBoolean("enabled")).isFalse();
    assertThat(paused.getString("disabled_reason")).isEqualTo("paused");

    JsonObject again = installation.patch(made, enabled(true)).bodyAsJsonObject();
    assertThat(again.getBoolean("enabled")).isTrue();
    assertThat(again.getString("disabled_reason")).isNull();
  }

  @Test
  void a_new_address_is_checked_like_the_first() {
    JsonObject made = installation.endpoint(URL, "job.failed");

    HttpResponse<Buffer> answer =
        installation.patch(made, new JsonObject().put("url", "gopher://x.example/"));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.bodyAsJsonObject().getString("field")).isEqualTo("/url");
  }

  @Test
  void a_removed_webhook_is_not_there_any_more() {
    JsonObject made = installation.endpoint(URL, "job.failed");

    assertThat(delete(made).statusCode()).isEqualTo(204);
    assertThat(delete(made).statusCode()).isEqualTo(404);
    assertThat(installation.endpoint(made).getString("code")).isEqualTo("webhook-not-found");
  }

  @Test
  void a_rotation_gives_a_new_secret_and_says_how_long_the_former_counts() {
    JsonObject made = installation.endpoint(URL, "job.failed");

    JsonObject rotated = installation.post(made, "/rotate").bodyAsJsonObject();

    assertThat(rotated.getString("secret"))
        .startsWith("whsec_")
        .isNotEqualTo(made.getString("secret"));
    assertThat(rotated.getString("public_key")).isNotEqualTo(made.getString("public_key"));
    assertThat(rotated.getString("previous_secret_until")).isNotNull();
    assertThat(made.getString("previous_secret_until")).isNull();
  }

  @Test
  void a_ping_shows_what_the_address_answers() throws Exception {
    try (Receiver receiver = Receiver.start(installation.vertx)) {
      JsonObject made = installation.endpoint(receiver.url(), "job.failed");

      JsonObject ping = installation.post(made, "/ping").bodyAsJsonObject();

      assertThat(ping.getBoolean("delivered")).isTrue();
      assertThat(ping.getInteger("status")).isEqualTo(204);
      assertThat(receiver.next().json().getString("type")).isEqualTo("ping");
      assertThat(receiver.all.get(0).headers().get("webhook-signature")).contains("v1,", "v1a,");
    }
  }

  @Test
  void a_disabled_webhook_replays_nothing() {
    JsonObject made = installation.endpoint(URL, "job.failed");
    installation.patch(made, enabled(false));

    HttpResponse<Buffer> answer =
        installation.post(made, "/replay", new JsonObject().put("since", "2026-01-01T00:00:00Z"));

    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(answer.bodyAsJsonObject().getString("code")).isEqualTo("webhook-disabled");
  }

  @Test
  void a_delivery_that_is_not_there_cannot_be_replayed() {
    JsonObject made = installation.endpoint(URL, "job.failed");

    HttpResponse<Buffer> answer = installation.post(made, "/deliveries/evt_nothing/replay");

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.bodyAsJsonObject().getString("code")).isEqualTo("delivery-not-found");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, ''",
    "PATCH, ''",
    "DELETE, ''",
    "POST, /rotate",
    "POST, /ping",
    "POST, /replay",
    "GET, /deliveries",
    "POST, /deliveries/evt_x/replay"
  })
  void what_belongs_to_another_tenant_is_not_there(String method, String path) {
    JsonObject made = installation.endpoint(URL, "job.failed");
    JsonObject body =
        path.equals("/replay")
            ? new JsonObject().put("since", "2026-01-01T00:00:00Z")
            : new JsonObject();

    for (String id : List.of(made.getString("id"), "no-id")) {
      HttpResponse<Buffer> answer =
          TestServer.await(
              installation
                  .http
                  .client()
                  .request(HttpMethod.valueOf(method), Installation.PATH + "/" + id + path)
                  .putHeader("Content-Type", "application/json")
                  .bearerTokenAuthentication(Installation.OTHERS_KEY),
              body.toBuffer());

      assertThat(answer.statusCode()).isEqualTo(404);
      assertThat(answer.bodyAsJsonObject().getString("code")).isEqualTo("webhook-not-found");
    }
  }

  private HttpResponse<Buffer> create(JsonObject body) {
    return installation.http.post(Installation.PATH, body);
  }

  private HttpResponse<Buffer> delete(JsonObject endpoint) {
    return TestServer.await(
        installation.http.request(
            HttpMethod.DELETE, Installation.PATH + "/" + endpoint.getString("id")));
  }

  private static JsonObject enabled(boolean enabled) {
    return new JsonObject().put("enabled", enabled);
  }
}
