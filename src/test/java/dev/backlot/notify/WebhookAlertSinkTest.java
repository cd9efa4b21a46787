package dev.backlot.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backlot.config.AlertWebhook;
import dev.backlot.config.Secret;
import dev.backlot.domain.alert.Alert;
import dev.backlot.domain.alert.AlertState;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WebhookAlertSinkTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final byte[] KEY = "0123456789abcdef01234567".getBytes(StandardCharsets.UTF_8);
  private static final Alert FIRING =
      new Alert(
          new UUID(1, 2),
          "breaker_open",
          "main/create",
          AlertState.FIRING,
          "It is open.",
          NOW.minusSeconds(30),
          NOW,
          null);

  private final Vertx vertx = Vertx.vertx();
  private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();

  private record Received(MultiMap headers, String body) {}

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
  }

  @Test
  void an_alert_is_posted_with_what_an_operator_needs() throws Exception {
    await(sink(request -> request.response().setStatusCode(204).end()).notify(FIRING));

    Received message = received.take();
    assertThat(new JsonObject(message.body()).getString("type")).isEqualTo("alert.firing");
    assertThat(new JsonObject(message.body()).getJsonObject("data").getMap())
        .containsEntry("rule", "breaker_open")
        .containsEntry("subject", "main/create")
        .containsEntry("state", "firing")
        .containsEntry("summary", "It is open.")
        .containsEntry("since", "2026-03-01T11:59:30Z")
        .containsEntry("fired_at", "2026-03-01T12:00:00Z")
        .containsEntry("resolved_at", null);
  }

  @Test
  void the_signature_is_that_of_standard_webhooks() throws Exception {
    await(sink(request -> request.response().end()).notify(FIRING));

    Received message = received.take();
    String id = message.headers().get("webhook-id");
    assertThat(message.headers().get("webhook-timestamp"))
        .isEqualTo(Long.toString(NOW.getEpochSecond()));
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
    String signed = id + "." + NOW.getEpochSecond() + "." + message.body();
    assertThat(message.headers().get("webhook-signature"))
        .isEqualTo(
            "v1,"
                + Base64.getEncoder()
                    .encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8))));
  }

  @Test
  void a_message_that_comes_twice_has_one_id_and_another_state_has_another() throws Exception {
    WebhookAlertSink sink = sink(request -> request.response().end());
    Alert resolved =
        new Alert(
            FIRING.id(),
            FIRING.rule(),
            FIRING.subject(),
            AlertState.RESOLVED,
            "It is closed.",
            FIRING.since(),
            NOW,
            NOW);

    await(sink.notify(FIRING));
    await(sink.notify(FIRING));
    await(sink.notify(resolved));

    String first = received.take().headers().get("webhook-id");
    assertThat(received.take().headers().get("webhook-id")).isEqualTo(first);
    assertThat(received.take().headers().get("webhook-id")).isNotEqualTo(first);
  }

  @Test
  void an_answer_that_is_no_success_is_a_failure() throws Exception {
    WebhookAlertSink sink = sink(request -> request.response().setStatusCode(500).end());

    assertThatThrownBy(() -> await(sink.notify(FIRING)))
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("answered 500");
  }

  @Test
  void a_redirect_is_not_followed() throws Exception {
    WebhookAlertSink sink =
        sink(
            request ->
                request.response().setStatusCode(307).putHeader("Location", "/elsewhere").end());

    assertThatThrownBy(() -> await(sink.notify(FIRING))).hasMessageContaining("answered 307");
    assertThat(received).hasSize(1);
  }

  @Test
  void silence_is_a_failure() throws Exception {
    WebhookAlertSink sink = sink(Duration.ofMillis(500), request -> {});

    assertThatThrownBy(() -> await(sink.notify(FIRING))).isInstanceOf(ExecutionException.class);
  }

  private WebhookAlertSink sink(Consumer<HttpServerRequest> answer) throws Exception {
    return sink(Duration.ofMinutes(1), answer);
  }

  private WebhookAlertSink sink(Duration timeout, Consumer<HttpServerRequest> answer)
      throws Exception {
    HttpServer server =
        vertx
            .createHttpServer()
            .requestHandler(
                request ->
                    request
                        .body()
                        .onSuccess(
                            body -> {
                              received.add(new Received(request.headers(), body.toString()));
                              answer.accept(request);
                            }));
    int port = await(server.listen(0, "127.0.0.1")).actualPort();
    AlertWebhook config =
        new AlertWebhook(
            Optional.of(URI.create("http://127.0.0.1:" + port + "/alerts")),
            Optional.of(new Secret("whsec_" + Base64.getEncoder().encodeToString(KEY))),
            timeout);
    return new WebhookAlertSink(vertx, config, () -> NOW);
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }
}
