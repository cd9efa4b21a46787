package dev.backlot.notify;

import dev.backlot.config.AlertWebhook;
import dev.backlot.domain.alert.Alert;
import dev.backlot.domain.alert.AlertState;
import dev.backlot.http.WebhookSignature;
import dev.backlot.port.AlertSink;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Posts alerts to an address of the operator's. The id of a message is that of the alert with its
 * state, so that whoever gets one twice can tell. An answer other than 2xx is a failure; a redirect
 * is one too, because the signature is meant for this address.
 */
public final class WebhookAlertSink implements AlertSink {
  private final HttpClient client;
  private final URI url;
  private final Duration timeout;
  private final WebhookSignature signature;
  private final InstantSource clock;

  /**
   * @param config with a url
   */
  public WebhookAlertSink(Vertx vertx, AlertWebhook config, InstantSource clock) {
    this.client =
        vertx
            .httpClientBuilder()
            .with(
                new HttpClientOptions()
                    .setConnectTimeout(Math.toIntExact(config.timeout().toMillis())))
            .with(new PoolOptions().setHttp1MaxSize(AT_ONCE))
            .build();
    this.url = config.url().orElseThrow();
    this.timeout = config.timeout();
    this.signature = WebhookSignature.shared(config.key());
    this.clock = clock;
  }

  @Override
  public Future<Void> notify(Alert alert) {
    String id = alert.id() + "." + alert.state().text();
    long seconds = clock.instant().getEpochSecond();
    String body = body(alert);
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setAbsoluteURI(url.toString())
            .setFollowRedirects(false)
            .setTimeout(timeout.toMillis())
            .putHeader("Content-Type", "application/json")
            .putHeader("webhook-id", id)
            .putHeader("webhook-timestamp", Long.toString(seconds))
            .putHeader("webhook-signature", signature.of(id, seconds, body));
    // The options bound single steps; whoever claims an alert must know when all of it is over.
    return client
        .request(options)
        .compose(request -> sent(request, body))
        .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static Future<Void> sent(HttpClientRequest request, String body) {
    return request
        .send(body)
        .compose(
            answer -> {
              request.reset();
              return answer.statusCode() / 100 == 2
                  ? Future.succeededFuture()
                  : Future.failedFuture("the webhook answered " + answer.statusCode());
            });
  }

  private static String body(Alert alert) {
    boolean firing = alert.state() == AlertState.FIRING;
    JsonObject data =
        new JsonObject()
            .put("id", alert.id().toString())
            .put("rule", alert.rule())
            .put("subject", alert.subject())
            .put("state", alert.state().text())
            .put("summary", alert.summary())
            .put("since", text(alert.since()))
            .put("fired_at", text(alert.firedAt()))
            .put("resolved_at", text(alert.resolvedAt()));
    return new JsonObject()
        .put("type", "alert." + alert.state().text())
        .put("timestamp", text(firing ? alert.firedAt() : alert.resolvedAt()))
        .put("data", data)
        .encode();
  }

  private static @Nullable String text(@Nullable Instant at) {
    return at == null ? null : at.toString();
  }
}
