package dev.backlot.system;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A front end that follows a few jobs over a connection that is bad: it goes away after some
 * seconds, with whatever was under way, and comes back to any node with its last cursor. Its event
 * loop only, until it is done.
 */
final class CrowdMember {
  private static final Set<String> ENDS =
      Set.of("job.succeeded", "job.failed", "job.canceled", "job.expired");

  /** What a node may say that is itself in trouble: come back, to another one. */
  private static final Set<String> PASSING = Set.of("store-unavailable", "overloaded");

  private static final int LEAVES_AFTER_MILLIS = 15_000;
  private static final int COMES_BACK_MILLIS = 1_000;

  /** Of a cursor: what comes before its place in the log. */
  private static final int CURSOR_HEAD = 5;

  private final Context context;
  private final WebSocketClient client;
  private final List<Integer> ports;
  private final String key;
  private final List<String> jobs;
  private final Set<String> open;
  private final Random random;
  private final Promise<Void> done = Promise.promise();
  private final List<String> seen = new ArrayList<>();
  private @Nullable String cursor;
  private long from = -1;
  private int connections;

  CrowdMember(
      Context context,
      WebSocketClient client,
      List<Integer> ports,
      String key,
      List<String> jobs,
      long seed) {
    this.context = context;
    this.client = client;
    this.ports = List.copyOf(ports);
    this.key = key;
    this.jobs = List.copyOf(jobs);
    this.open = new HashSet<>(jobs);
    this.random = new Random(seed);
  }

  /** Completes when it has seen each of its jobs end; fails with what it should not be told. */
  Future<Void> follow() {
    context.runOnContext(start -> connect());
    return done.future();
  }

  List<String> jobs() {
    return jobs;
  }

  /** One line for each event: its place in the log, job and version. When done. */
  List<String> seen() {
    return seen;
  }

  /** Place in the log of its one snapshot: events after it are to be seen. When done. */
  long from() {
    return from;
  }

  int connections() {
    return connections;
  }

  private void connect() {
    if (done.future().isComplete()) {
      return;
    }
    int port = ports.get(random.nextInt(ports.size()));
    client
        .connect(port, "127.0.0.1", "/api/v1/stream")
        .onSuccess(this::opened)
        .onFailure(refused -> comeBack());
  }

  private void comeBack() {
    context.owner().timer(1 + random.nextInt(COMES_BACK_MILLIS)).onSuccess(pause -> connect());
  }

  private void opened(WebSocket socket) {
    connections++;
    socket.textMessageHandler(text -> take(socket, new JsonObject(text)));
    socket.closeHandler(closed -> comeBack());
    socket.exceptionHandler(broken -> {});
    say(socket, new JsonObject().put("type", "auth").put("token", key));
    context
        .owner()
        .timer(1 + random.nextInt(LEAVES_AFTER_MILLIS))
        .onSuccess(leave -> socket.close());
  }

  /** What comes on a connection that it is leaving is lost, as on a bad one. */
  private void take(WebSocket socket, JsonObject message) {
    if (socket.isClosed() || done.future().isComplete()) {
      return;
    }
    switch (message.getString("type")) {
      case "ready" -> subscribe(socket);
      case "snapshot" -> {
        from = place(message);
        message.getJsonArray("jobs").forEach(job -> begin((JsonObject) job));
      }
      case "event" -> {
        seen.add(place(message) + " " + message.getString("job_id") + " " + version(message));
        if (ENDS.contains(message.getString("event"))) {
          open.remove(message.getString("job_id"));
        }
      }
      case "error", "cursor_expired" -> {
        if (!PASSING.contains(message.getString("code", ""))) {
          done.tryFail(message.encode());
        }
      }
      default -> {
        // Heartbeats and the like only move the cursor.
      }
    }
    cursor = message.getString("cursor", cursor);
    if (cursor != null && open.isEmpty()) {
      done.tryComplete();
      socket.close();
    }
  }

  private void begin(JsonObject job) {
    if (ENDS.contains("job." + job.getString("state"))) {
      open.remove(job.getString("id"));
    }
  }

  private void subscribe(WebSocket socket) {
    JsonObject subscribe =
        new JsonObject()
            .put("type", "subscribe")
            .put("id", "mine")
            .put("jobs", new JsonArray(jobs));
    say(socket, cursor == null ? subscribe : subscribe.put("cursor", cursor));
  }

  private static int version(JsonObject event) {
    return event.getInteger("version");
  }

  private static long place(JsonObject message) {
    byte[] cursor = Base64.getUrlDecoder().decode(message.getString("cursor"));
    return ByteBuffer.wrap(cursor).getLong(CURSOR_HEAD);
  }

  private static void say(WebSocket socket, JsonObject message) {
    socket.writeTextMessage(message.encode());
  }
}
