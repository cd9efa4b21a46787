package dev.backlot.stream;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.alert.Alert;
import dev.backlot.domain.credit.Balance;
import dev.backlot.domain.job.Job;
import dev.backlot.http.JobJson;
import dev.backlot.port.EventLog.Snapshot;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the server says, besides events. */
public final class Messages {
  private Messages() {}

  /**
   * @param expiresAt when the socket will be closed; null when the credential has no end
   */
  static Message ready(Duration heartbeat, @Nullable Instant expiresAt) {
    return message(
        "ready",
        null,
        new JsonObject()
            .put("heartbeat_ms", heartbeat.toMillis())
            .put("expires_at", expiresAt == null ? null : expiresAt.toString()));
  }

  /**
   * @param end when the credential ends, and what is open with it
   */
  static Message expiring(Instant now, Instant end) {
    return message(
        "expiring",
        null,
        new JsonObject()
            .put("in_seconds", Duration.between(now, end).toSeconds())
            .put("expires_at", end.toString()));
  }

  /**
   * @param complete whether no live job was left out at the bound
   */
  static Message snapshot(Watch watch, Snapshot snapshot, boolean complete) {
    StringJoiner jobs = new StringJoiner(",", "[", "]");
    for (Job job : snapshot.jobs()) {
      jobs.add(JobJson.summary(job));
    }
    String cursor = Cursor.text(watch.tenant(), snapshot.position());
    return new Message(
        "snapshot",
        cursor,
        "{\"type\":\"snapshot\",\"id\":"
            + Json.encode(watch.id())
            + ",\"cursor\":\""
            + cursor
            + "\",\"complete\":"
            + complete
            + (watch.batch() == null ? "" : ",\"counts\":" + counts(snapshot))
            + ",\"jobs\":"
            + jobs
            + "}");
  }

  /** In the order in which a job goes through the states. */
  private static String counts(Snapshot snapshot) {
    JsonObject counts = new JsonObject();
    new TreeMap<>(snapshot.counts()).forEach((state, items) -> counts.put(state.text(), items));
    return counts.encode();
  }

  /** Everything that was asked for with a cursor has been sent; what follows is live. */
  public static Message live(String id) {
    return message("live", null, new JsonObject().put("id", id));
  }

  static Message unsubscribed(String id) {
    return message("unsubscribed", null, new JsonObject().put("id", id));
  }

  public static Message heartbeat(TenantId tenant, OptionalLong position, Instant now) {
    String cursor = cursor(tenant, position);
    return message(
        "heartbeat", cursor, new JsonObject().put("cursor", cursor).put("at", now.toString()));
  }

  public static Message resync(TenantId tenant, OptionalLong position, String reason) {
    String cursor = cursor(tenant, position);
    return message("resync", cursor, new JsonObject().put("cursor", cursor).put("reason", reason));
  }

  static Message cursorExpired(String id) {
    return message("cursor_expired", null, new JsonObject().put("id", id));
  }

  /**
   * @param id the subscription it is about; null when it is about the socket
   */
  public static Message error(@Nullable String id, BacklotException failure) {
    JsonObject error = new JsonObject();
    if (id != null) {
      error.put("id", id);
    }
    error.put("code", failure.code().slug()).put("detail", failure.detail());
    failure.field().ifPresent(field -> error.put("field", field));
    return message("error", null, error);
  }

  /** Of an {@code auth} that renews nothing: the stream goes on with the credential that it has. */
  static Message error(BacklotException failure) {
    return message(
        "error",
        null,
        new JsonObject()
            .put("about", "auth")
            .put("code", failure.code().slug())
            .put("detail", failure.detail()));
  }

  /** What a client may know of a failure. */
  public static BacklotException known(Throwable failure) {
    return failure instanceof BacklotException known
        ? known
        : new BacklotException(ErrorCode.INTERNAL, "Something went wrong on our side.");
  }

  /** How a tenant's credit stands; members as {@code GET /api/v1/credits} has them. */
  public static Message credit(List<Balance> balances, Instant now) {
    JsonArray all = new JsonArray();
    for (Balance balance : balances) {
      all.add(
          new JsonObject()
              .put("asset", balance.asset().text())
              .put("balance", balance.available().toString())
              .put("reserved", balance.reserved().toString())
              .put("spent", balance.spent().toString()));
    }
    return message("credit", null, new JsonObject().put("balances", all).put("at", now.toString()));
  }

  /** For operators only. */
  public static Message alert(Alert alert) {
    return message(
        "alert",
        null,
        new JsonObject()
            .put("id", alert.id().toString())
            .put("rule", alert.rule())
            .put("subject", alert.subject())
            .put("state", alert.state().text())
            .put("summary", alert.summary())
            .put("since", alert.since().toString())
            .put("fired_at", text(alert.firedAt()))
            .put("resolved_at", text(alert.resolvedAt())));
  }

  private static @Nullable String text(@Nullable Instant at) {
    return at == null ? null : at.toString();
  }

  private static @Nullable String cursor(TenantId tenant, OptionalLong position) {
    return position.isPresent() ? Cursor.text(tenant, position.getAsLong()) : null;
  }

  private static Message message(String type, @Nullable String cursor, JsonObject members) {
    String text = new JsonObject().put("type", type).mergeIn(members).encode();
    return new Message(type, cursor, text);
  }
}
