package dev.backlot.webhook;

import dev.backlot.domain.webhook.Delivery;
import dev.backlot.domain.webhook.Endpoint;
import dev.backlot.http.EventJson;
import dev.backlot.port.EventLog.Event;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;

/** Signed messages on their way to an endpoint (Standard Webhooks). Thread-safe. */
public final class Messages {
  private final Signatures signatures;
  private final Sender sender;
  private final InstantSource clock;

  Messages(Signatures signatures, Sender sender, InstantSource clock) {
    this.signatures = signatures;
    this.sender = sender;
    this.clock = clock;
  }

  /** For all that is sent to an endpoint in one round; fails when its keys cannot be read. */
  Future<Signer> open(Endpoint endpoint) {
    return signatures.open(endpoint, clock.instant());
  }

  /** The very event, as the stream tells it. Never fails. */
  Future<Outcome> send(Endpoint endpoint, Signer signer, Delivery delivery) {
    Event event =
        new Event(
            delivery.position(),
            delivery.tenant(),
            delivery.job(),
            null,
            delivery.jobVersion(),
            delivery.type(),
            delivery.at(),
            delivery.data());
    String id = DeliveryIds.text(delivery.tenant(), delivery.position());
    return send(endpoint, signer, id, EventJson.of(event));
  }

  /** Shows a tenant whether its endpoint takes what we send. Never fails. */
  Future<Outcome> ping(Endpoint endpoint) {
    JsonObject body =
        new JsonObject()
            .put("type", "ping")
            .put("endpoint_id", endpoint.id().toString())
            .put("at", clock.instant().toString());
    String id = "ping_" + UUID.randomUUID();
    return open(endpoint).compose(signer -> send(endpoint, signer, id, body.encode()));
  }

  private Future<Outcome> send(Endpoint endpoint, Signer signer, String id, String body) {
    Instant now = clock.instant();
    return signatures
        .of(signer, id, now, body)
        .compose(
            signature ->
                sender.send(endpoint.tenant(), endpoint.url(), headers(id, now, signature), body));
  }

  private static Map<String, String> headers(String id, Instant now, String signature) {
    return Map.of(
        "webhook-id", id,
        "webhook-timestamp", Long.toString(now.getEpochSecond()),
        "webhook-signature", signature);
  }
}
