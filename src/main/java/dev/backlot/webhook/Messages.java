package dev.backlot.webhook;

import static java.util.stream.Collectors.toMap;

import dev.backlot.domain.webhook.Delivery;
import dev.backlot.domain.webhook.Endpoint;
import dev.backlot.http.EventJson;
import dev.backlot.port.EventLog.Event;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Signed messages on their way to an endpoint (Standard Webhooks). Thread-safe. */
public final class Messages {
  private final Signatures signatures;
  private final TaskBodies tasks;
  private final Sender sender;
  private final InstantSource clock;

  Messages(Signatures signatures, TaskBodies tasks, Sender sender, InstantSource clock) {
    this.signatures = signatures;
    this.tasks = tasks;
    this.sender = sender;
    this.clock = clock;
  }

  /**
   * Made ready for one round of an endpoint; fails when its keys cannot be read, or the store
   * cannot.
   */
  Future<Letters> write(Endpoint endpoint, List<Delivery> deliveries) {
    return open(endpoint)
        .compose(
            signer ->
                bodies(endpoint, deliveries).map(bodies -> new Letters(endpoint, signer, bodies)));
  }

  private Future<Signer> open(Endpoint endpoint) {
    return signatures.open(endpoint, clock.instant());
  }

  private Future<Map<Long, String>> bodies(Endpoint endpoint, List<Delivery> deliveries) {
    String origin = endpoint.origin();
    return origin == null
        ? Future.succeededFuture(
            deliveries.stream().collect(toMap(Delivery::position, Messages::event)))
        : tasks.of(endpoint.tenant(), origin, deliveries);
  }

  /** The very event, as the stream tells it. */
  private static String event(Delivery delivery) {
    return EventJson.of(
        new Event(
            delivery.position(),
            delivery.tenant(),
            delivery.job(),
            null,
            delivery.jobVersion(),
            delivery.type(),
            delivery.at(),
            delivery.data()));
  }

  /** Never fails. */
  Future<Outcome> send(Letters letters, Delivery delivery) {
    String id = DeliveryIds.text(delivery.tenant(), delivery.position());
    return send(letters.endpoint(), letters.signer(), id, letters.body(delivery));
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
    if (!signer.signs()) {
      return sender.send(endpoint.tenant(), endpoint.url(), Map.of(), body);
    }
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
