package dev.backlot.webhook;

import static dev.backlot.webhook.Receiver.silence;
import static dev.backlot.webhook.Receiver.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.job.JobId;
import dev.backlot.http.TestServer;
import dev.backlot.webhook.Receiver.Received;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Jobs that have their own events told at an address of their own. */
class JobWebhookTest {
  private static final String DONE = "job.succeeded";

  private Installation installation;
  private Receiver receiver;

  @BeforeEach
  void start() throws Exception {
    installation = new Installation(TestWebhooks.config().timeout(Duration.ofSeconds(2)).build());
    receiver = Receiver.start(installation.vertx);
  }

  @AfterEach
  void close() throws Exception {
    receiver.close();
    installation.close();
  }

  @Test
  void a_jobs_end_is_told_at_its_own_address_signed_for_jobs() throws Exception {
    String secret = installation.newSecret().getString("secret");
    installation.node("one");
    JobId job = installation.jobTelling(receiver.url(), DONE);
    installation.event(installation.job(), 2, DONE);
    installation.event(job, 2, DONE);

    Received received = receiver.next();

    assertThat(received.job()).isEqualTo(job.toString());
    assertThat(isSigned(received, secret)).isTrue();
    installation.until("it is stored", () -> waiting() == 0);
    assertThat(receiver.count()).isEqualTo(1);
  }

  @Test
  void either_secret_signs_for_a_while_after_a_new_one_was_made() throws Exception {
    String former = installation.newSecret().getString("secret");
    JobId job = installation.jobTelling(receiver.url(), DONE);
    JsonObject made = installation.newSecret();
    installation.node("one");
    installation.event(job, 2, DONE);

    Received received = receiver.next();

    assertThat(isSigned(received, former)).isTrue();
    assertThat(isSigned(received, made.getString("secret"))).isTrue();
    assertThat(made.getString("previous_secret_until")).isNotNull();
  }

  @Test
  void a_job_shows_where_it_is_told_and_what_was_sent() throws Exception {
    installation.newSecret();
    installation.node("one");
    JobId job = installation.jobTelling(receiver.url(), DONE);
    installation.event(job, 2, DONE);
    receiver.next();
    installation.until("it is stored", () -> waiting() == 0);

    JsonObject webhook = installation.webhookOf(job);

    assertThat(webhook.getString("url")).isEqualTo(receiver.url());
    assertThat(webhook.getJsonArray("events")).containsExactly(DONE);
    assertThat(webhook.getBoolean("for_jobs")).isTrue();
    assertThat(installation.delivery(webhook).getString("state")).isEqualTo("delivered");
  }

  @Test
  void what_has_failed_is_sent_again_when_asked_for() throws Exception {
    installation.newSecret();
    receiver.answer(status(410));
    installation.node("one");
    JobId job = installation.jobTelling(receiver.url(), DONE);
    installation.event(job, 2, DONE);
    Received first = receiver.next();
    JsonObject webhook = installation.webhookOf(job);
    installation.until("it is gone", () -> !installation.endpoint(webhook).getBoolean("enabled"));
    installation.until(
        "it has failed", () -> installation.delivery(webhook).getString("state").equals("failed"));

    receiver.answer(status(204));
    installation.patch(webhook, new JsonObject().put("enabled", true));
    installation.post(webhook, "/deliveries/" + first.id() + "/replay");

    assertThat(receiver.next().id()).isEqualTo(first.id());
  }

  @Test
  void addresses_that_never_answer_delay_no_other() throws Exception {
    installation.newSecret();
    installation.node("one");
    try (Receiver dead = Receiver.start(installation.vertx, silence())) {
      for (int n = 0; n < 8; n++) {
        installation.event(installation.jobTelling(dead.url() + "&n=" + n, DONE), 2, DONE);
      }
      for (int n = 0; n < 8; n++) {
        dead.next();
      }

      installation.event(installation.jobTelling(receiver.url(), DONE), 2, DONE);
      receiver.next();

      assertThat(dead.count()).isEqualTo(8);
    }
  }

  @Test
  void without_a_webhook_a_job_shows_none_and_neither_does_anothers() throws Exception {
    installation.newSecret();
    JobId job = installation.jobTelling(receiver.url(), DONE);

    assertThat(installation.webhookOf(installation.job()).getString("code"))
        .isEqualTo("webhook-not-found");
    assertThat(
            TestServer.await(
                    installation
                        .http
                        .client()
                        .get("/api/v1/jobs/" + job + "/webhook")
                        .bearerTokenAuthentication(Installation.OTHERS_KEY))
                .statusCode())
        .isEqualTo(404);
  }

  @Test
  void what_jobs_have_said_is_not_changed_for_all_of_them() throws Exception {
    installation.newSecret();
    JsonObject webhook = installation.webhookOf(installation.jobTelling(receiver.url(), DONE));

    assertThat(
            installation
                .patch(webhook, new JsonObject().put("url", "https://elsewhere.example.com/"))
                .statusCode())
        .isEqualTo(400);
    assertThat(installation.post(webhook, "/rotate").statusCode()).isEqualTo(404);
    assertThat(installation.patch(webhook, new JsonObject().put("enabled", false)).statusCode())
        .isEqualTo(200);
  }

  @Test
  void the_secret_is_shown_once() {
    assertThat(secret().getValue("public_key")).isNull();

    JsonObject made = installation.newSecret();

    assertThat(made.getString("secret")).startsWith("whsec_");
    assertThat(secret().getString("public_key")).isEqualTo(made.getString("public_key"));
    assertThat(secret().encode()).doesNotContain("whsec_");
  }

  private JsonObject secret() {
    return installation.http.get("/api/v1/webhook-secret").bodyAsJsonObject();
  }

  private long waiting() {
    return installation.store.database.number("SELECT sum(waiting) FROM webhook_endpoint");
  }

  private static boolean isSigned(Received received, String secret) throws Exception {
    byte[] key = Base64.getDecoder().decode(secret.substring("whsec_".length()));
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    String signed =
        received.id() + "." + received.headers().get("webhook-timestamp") + "." + received.body();
    String expected =
        "v1,"
            + Base64.getEncoder()
                .encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
    String header = Objects.requireNonNull(received.headers().get("webhook-signature"));
    return Arrays.asList(header.split(" ")).contains(expected);
  }
}
