package dev.backlot.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.job.JobId;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A test's side of the socket: keeps what arrives until it is asked for. */
final class StreamClient {
  private static final int SECONDS = 20;

  final WebSocket socket;
  private final LinkedBlockingQueue<JsonObject> received = new LinkedBlockingQueue<>();
  private final CompletableFuture<Short> closed = new CompletableFuture<>();

  private StreamClient(WebSocket socket) {
    this.socket = socket;
    socket.textMessageHandler(text -> received.add(new JsonObject(text)));
    socket.exceptionHandler(ignored -> {});
    socket.closeHandler(
        gone -> {
          Short code = socket.closeStatusCode();
          closed.complete(code == null ? 1006 : code);
        });
    if (socket.isClosed()) {
      closed.complete(socket.closeStatusCode());
    }
  }

  /** To be kept as long as its sockets: it closes them when it is collected. */
  static WebSocketClient client(Vertx vertx) {
    return vertx.createWebSocketClient(
        new WebSocketClientOptions()
            .setMaxConnections(5_000)
            // A client that reads nothing never sees the answer to its own goodbye: do not wait for
            // it.
            .setClosingTimeout(0)
            .setMaxFrameSize(1 << 20)
            .setMaxMessageSize(64 << 20));
  }

  static StreamClient connect(WebSocketClient sockets, int port) throws Exception {
    CompletableFuture<StreamClient> client = new CompletableFuture<>();
    sockets
        .connect(port, "127.0.0.1", "/api/v1/stream")
        .onSuccess(socket -> client.complete(new StreamClient(socket)))
        .onFailure(client::completeExceptionally);
    return client.get(SECONDS, TimeUnit.SECONDS);
  }

  void send(JsonObject message) {
    socket.writeTextMessage(message.encode());
  }

  JsonObject authenticate(String token) {
    send(new JsonObject().put("type", "auth").put("token", token));
    return next("ready");
  }

  void subscribe(String id, @Nullable String cursor, JobId... jobs) {
    JsonObject message = new JsonObject().put("type", "subscribe").put("id", id);
    if (jobs.length == 0) {
      message.put("tenant", true);
    } else {
      message.put("jobs", new JsonArray(Stream.of(jobs).map(JobId::toString).toList()));
    }
    if (cursor != null) {
      message.put("cursor", cursor);
    }
    send(message);
  }

  /** The next message, which must be of this type. */
  JsonObject next(String type) {
    JsonObject message = next();
    assertThat(message.getString("type")).as(message.encode()).isEqualTo(type);
    return message;
  }

  JsonObject next() {
    try {
      JsonObject message = received.poll(SECONDS, TimeUnit.SECONDS);
      if (message == null) {
        throw new AssertionError("no message; closed: " + closed);
      }
      StreamContract.DOCUMENT.require(message);
      return message;
    } catch (InterruptedException stopped) {
      throw new AssertionError(stopped);
    }
  }

  /** The first message of this type, whatever comes before it. */
  JsonObject await(String type) {
    JsonObject message = next();
    while (!message.getString("type").equals(type)) {
      message = next();
    }
    return message;
  }

  /** Takes as many messages of this type, whatever they say. */
  void pass(String type, int count) {
    try {
      for (int n = 0; n < count; n++) {
        JsonObject message = received.poll(SECONDS, TimeUnit.SECONDS);
        assertThat(message).as("message " + n + "; closed: " + closed).isNotNull();
        assertThat(message.getString("type")).isEqualTo(type);
      }
    } catch (InterruptedException stopped) {
      throw new AssertionError(stopped);
    }
  }

  List<JsonObject> next(int count) {
    return Stream.generate(this::next).limit(count).toList();
  }

  /** What arrived and was not asked for. */
  List<JsonObject> rest() {
    return List.copyOf(received);
  }

  short closeCode() {
    try {
      return closed.get(SECONDS, TimeUnit.SECONDS);
    } catch (Exception open) {
      throw new AssertionError("the socket is still open", open);
    }
  }

  boolean isOpen() {
    return !closed.isDone();
  }
}
