package dev.backlot.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import dev.backlot.webhook.Receiver.Received;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a receiver gets is checked by the published library of Standard Webhooks. */
class StandardWebhooksTest {
  private static final String QUEUED = "job.queued";

  private Installation installation;
  private Receiver receiver;
  private JsonObject endpoint;

  @BeforeEach
  void open() throws Exception {
    installation = new Installation(TestWebhooks.config().build());
    receiver = Receiver.start(installation.vertx);
    endpoint = installation.endpoint(receiver.url(), QUEUED);
    installation.node("one");
  }

  @AfterEach
  void close() throws Exception {
    receiver.close();
    installation.close();
  }

  @Test
  void a_delivery_verifies_with_the_secret_that_was_shown() throws Exception {
    installation.job();

    Received received = receiver.next();

    verify(endpoint, received, received.body());
  }

  @Test
  void a_changed_body_does_not_verify() throws Exception {
    installation.job();

    Received received = receiver.next();

    String changed = received.body().replace("\"version\":1", "\"version\":2");
    assertThat(changed).isNotEqualTo(received.body());
    assertThatThrownBy(() -> verify(endpoint, received, changed))
        .isInstanceOf(WebhookVerificationException.class);
  }

  @Test
  void another_endpoints_secret_does_not_verify() throws Exception {
    JsonObject other = installation.endpoint(receiver.url(), "job.failed");
    installation.job();

    Received received = receiver.next();

    assertThatThrownBy(() -> verify(other, received, received.body()))
        .isInstanceOf(WebhookVerificationException.class);
  }

  @Test
  void through_a_rotation_a_receiver_may_change_its_secret_at_any_time() throws Exception {
    JsonObject rotated = installation.post(endpoint, "/rotate").bodyAsJsonObject();
    installation.job();

    Received received = receiver.next();

    assertThatCode(() -> verify(endpoint, received, received.body())).doesNotThrowAnyException();
    assertThatCode(() -> verify(rotated, received, received.body())).doesNotThrowAnyException();
  }

  @Test
  void a_second_rotation_ends_the_first_secret_at_once() throws Exception {
    installation.post(endpoint, "/rotate");
    installation.post(endpoint, "/rotate");
    installation.job();

    Received received = receiver.next();

    assertThatThrownBy(() -> verify(endpoint, received, received.body()))
        .isInstanceOf(WebhookVerificationException.class);
  }

  /** Which that library does not know; the platform does the rest by the specification. */
  @Test
  void a_delivery_verifies_with_the_public_key_that_was_shown() throws Exception {
    JsonObject other = installation.endpoint(receiver.url(), "job.failed");
    installation.job();

    Received received = receiver.next();

    assertThat(verifiesAsymmetrically(endpoint, received, received.body())).isTrue();
    assertThat(verifiesAsymmetrically(other, received, received.body())).isFalse();
    assertThat(verifiesAsymmetrically(endpoint, received, received.body() + " ")).isFalse();
  }

  private static boolean verifiesAsymmetrically(JsonObject endpoint, Received received, String body)
      throws Exception {
    String shown = endpoint.getString("public_key");
    assertThat(shown).startsWith("whpk_");
    byte[] raw = Base64.getDecoder().decode(shown.substring("whpk_".length()));
    // 32 bytes of a key in X.509 (RFC 8410, section 4).
    byte[] encoded =
        HexFormat.of().parseHex("302a300506032b6570032100" + HexFormat.of().formatHex(raw));
    Signature check = Signature.getInstance("Ed25519");
    check.initVerify(
        KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded)));
    String signed = received.id() + "." + received.headers().get("webhook-timestamp") + "." + body;
    check.update(signed.getBytes(StandardCharsets.UTF_8));
    String signatures = received.headers().get("webhook-signature");
    String v1a =
        Stream.of(signatures.split(" "))
            .filter(each -> each.startsWith("v1a,"))
            .findFirst()
            .orElseThrow();
    return check.verify(Base64.getDecoder().decode(v1a.substring("v1a,".length())));
  }

  private static void verify(JsonObject endpoint, Received received, String body)
      throws WebhookVerificationException {
    Map<String, List<String>> headers = new TreeMap<>();
    received
        .headers()
        .forEach(
            (name, value) ->
                headers
                    .computeIfAbsent(name.toLowerCase(Locale.ROOT), first -> new ArrayList<>())
                    .add(value));
    new Webhook(endpoint.getString("secret")).verify(body, headers);
  }
}
