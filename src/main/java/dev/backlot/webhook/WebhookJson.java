package dev.backlot.webhook;

import dev.backlot.domain.webhook.Delivery;
import dev.backlot.domain.webhook.DisabledReason;
import dev.backlot.domain.webhook.Endpoint;
import dev.backlot.domain.webhook.EndpointKeys;
import dev.backlot.domain.webhook.Try;
import dev.backlot.port.JobWebhooks.Told;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/** Endpoints and deliveries in the API's own form. No secret is in it. */
final class WebhookJson {
  private WebhookJson() {}

  static JsonObject of(Endpoint endpoint, Instant now) {
    DisabledReason reason = endpoint.disabledReason();
    return new JsonObject()
        .put("id", endpoint.id().toString())
        .put("url", endpoint.url())
        .put("description", endpoint.description())
        .put("events", new JsonArray(new ArrayList<>(endpoint.events())))
        .put("enabled", endpoint.isEnabled())
        .put("disabled_reason", reason == null ? null : reason.text())
        .put("disabled_at", text(endpoint.disabledAt()))
        .put("failing_since", text(endpoint.standing().failingSince()))
        .put("waiting", endpoint.waiting())
        .mergeIn(of(endpoint.keys(), now))
        .put("for_jobs", endpoint.forJobs())
        .put("tells", endpoint.isToldTasks() ? "tasks" : "events")
        .put("created_at", text(endpoint.createdAt()))
        .put("updated_at", text(endpoint.updatedAt()));
  }

  /** An endpoint as the one of a job. */
  static JsonObject of(Told told, Instant now) {
    return of(told.endpoint(), now)
        .put("events", new JsonArray(told.events().stream().sorted().toList()));
  }

  /**
   * What signs.
   *
   * @param keys null when there is nothing yet
   */
  static JsonObject of(@Nullable EndpointKeys keys, Instant now) {
    if (keys == null) {
      return new JsonObject().putNull("public_key").putNull("previous_secret_until");
    }
    boolean rotating = keys.previousAt(now).isPresent();
    return new JsonObject()
        .put("public_key", "whpk_" + keys.publicKey())
        .put("previous_secret_until", rotating ? text(keys.previousUntil()) : null);
  }

  static JsonObject of(Delivery delivery) {
    JsonArray log = new JsonArray();
    delivery.log().forEach(done -> log.add(of(done)));
    return new JsonObject()
        .put("id", DeliveryIds.text(delivery.tenant(), delivery.position()))
        .put("event", delivery.type())
        .put("job_id", delivery.job().toString())
        .put("version", delivery.jobVersion())
        .put("state", delivery.state().text())
        .put("tries", delivery.tries())
        .put("next_at", text(delivery.nextAt()))
        .put("created_at", text(delivery.createdAt()))
        .put("ended_at", text(delivery.endedAt()))
        .put("log", log);
  }

  private static JsonObject of(Try done) {
    return new JsonObject()
        .put("at", text(done.at()))
        .put("status", done.status())
        .put("outcome", done.outcome())
        .put("took_ms", done.millis());
  }

  private static @Nullable String text(@Nullable Instant at) {
    return at == null ? null : at.toString();
  }
}
