package dev.backlot.store;

import dev.backlot.domain.webhook.Delivery;
import dev.backlot.domain.webhook.DeliveryState;
import dev.backlot.domain.webhook.DisabledReason;
import dev.backlot.domain.webhook.Endpoint;
import dev.backlot.domain.webhook.EndpointId;
import dev.backlot.domain.webhook.EndpointKeys;
import dev.backlot.domain.webhook.Standing;
import dev.backlot.domain.webhook.Try;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;

/** Endpoints and deliveries as rows. */
final class WebhookRows {
  private WebhookRows() {}

  /** A row of {@link WebhookSql#ENDPOINT_COLUMNS}. */
  static Endpoint endpoint(Row row) {
    String reason = row.getString("disabled_reason");
    boolean forJobs = row.getBoolean("for_jobs");
    return new Endpoint(
        new EndpointId(row.getUUID("id")),
        Rows.tenant(row, "tenant_id"),
        row.getString("url"),
        row.getString("description"),
        forJobs ? new TreeSet<>() : new TreeSet<>(List.of(row.getArrayOfStrings("events"))),
        row.getString("keys") == null ? null : keys(row),
        reason == null ? null : DisabledReason.parse(reason),
        Rows.instantOrNull(row, "disabled_at"),
        new Standing(row.getInteger("failures"), Rows.instantOrNull(row, "failing_since")),
        row.getInteger("waiting"),
        Rows.instant(row, "created_at"),
        Rows.instant(row, "updated_at"),
        forJobs,
        row.getString("origin"));
  }

  static EndpointKeys keys(Row row) {
    return new EndpointKeys(
        row.getString("keys"),
        row.getString("public_key"),
        row.getString("previous_keys"),
        Rows.instantOrNull(row, "previous_until"));
  }

  /** A row of {@link WebhookSql#DELIVERY_COLUMNS}. */
  static Delivery delivery(Row row) {
    return new Delivery(
        new EndpointId(row.getUUID("endpoint_id")),
        row.getLong("position"),
        Rows.tenant(row, "owner_id"),
        Rows.jobId(row, "job_id"),
        row.getInteger("job_version"),
        row.getString("type"),
        Rows.instant(row, "at"),
        row.getString("data"),
        DeliveryState.parse(row.getString("state")),
        row.getInteger("tries"),
        Rows.instant(row, "planned_at"),
        Rows.instantOrNull(row, "next_at"),
        Rows.instantOrNull(row, "ended_at"),
        tries(row.getString("log")));
  }

  /** An element of the column {@code log}. */
  static String text(Try done) {
    return new JsonObject()
        .put("at", done.at().toString())
        .put("status", done.status())
        .put("outcome", done.outcome())
        .put("ms", done.millis())
        .encode();
  }

  private static List<Try> tries(String log) {
    return new JsonArray(log)
        .stream()
            .map(JsonObject.class::cast)
            .map(
                one ->
                    new Try(
                        Instant.parse(one.getString("at")),
                        one.getInteger("status"),
                        one.getString("outcome"),
                        one.getLong("ms")))
            .toList();
  }
}
