package dev.backlot.stream;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.Job;
import dev.backlot.http.JobJson;
import dev.backlot.port.EventLog.Snapshot;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** What the server says, besides events. */
final class Messages {
  private Messages() {}

  /**
   * @param expiresAt when the socket will be closed; null when the credential has no end
   */
  static String ready(Duration heartbeat, @Nullable Instant expiresAt) {
    return new JsonObject()
        .put("type", "ready")
        .put("heartbeat_ms", heartbeat.toMillis())
        .put("expires_at", expiresAt == null ? null : expiresAt.toString())
        .encode();
  }

  /**
   * @param complete whether no live job was left out at the bound
   */
  static String snapshot(Watch watch, Snapshot snapshot, boolean complete) {
    StringJoiner jobs = new StringJoiner(",", "[", "]");
    for (Job job : snapshot.jobs()) {
      jobs.add(JobJson.summary(job));
    }
    return "{\"type\":\"snapshot\",\"id\":"
        + Json.encode(watch.id())
        + ",\"cursor\":\""
        + Cursor.text(watch.tenant(), snapshot.position())
        + "\",\"complete\":"
        + complete
        + ",\"jobs\":"
        + jobs
        + "}";
  }

  /** Everything that was asked for with a cursor has been sent; what follows is live. */
  static String live(String id) {
    return new JsonObject().put("type", "live").put("id", id).encode();
  }

  static String unsubscribed(String id) {
    return new JsonObject().put("type", "unsubscribed").put("id", id).encode();
  }

  static String heartbeat(TenantId tenant, OptionalLong position, Instant now) {
    return withCursor(new JsonObject().put("type", "heartbeat"), tenant, position)
        .put("at", now.toString())
        .encode();
  }

  static String resync(TenantId tenant, OptionalLong position, String reason) {
    return withCursor(new JsonObject().put("type", "resync"), tenant, position)
        .put("reason", reason)
        .encode();
  }

  static String cursorExpired(String id) {
    return new JsonObject().put("type", "cursor_expired").put("id", id).encode();
  }

  /**
   * @param id the subscription it is about; null when it is about the socket
   */
  static String error(@Nullable String id, BacklotException failure) {
    JsonObject error = new JsonObject().put("type", "error");
    if (id != null) {
      error.put("id", id);
    }
    error.put("code", failure.code().slug()).put("detail", failure.detail());
    failure.field().ifPresent(field -> error.put("field", field));
    return error.encode();
  }

  private static JsonObject withCursor(JsonObject message, TenantId tenant, OptionalLong position) {
    return message.put(
        "cursor", position.isPresent() ? Cursor.text(tenant, position.getAsLong()) : null);
  }
}
