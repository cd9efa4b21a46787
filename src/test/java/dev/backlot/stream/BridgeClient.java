package dev.backlot.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.stream.bridge.LengthFrames;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A test's side of a bridge, on whichever transport: keeps what arrives until it is asked for. */
final class BridgeClient {
  private static final int SECONDS = 20;

  private final LinkedBlockingQueue<JsonObject> received = new LinkedBlockingQueue<>();
  private final Map<String, CompletableFuture<JsonObject>> asked = new ConcurrentHashMap<>();
  private final AtomicInteger questions = new AtomicInteger();
  private final CompletableFuture<Integer> closed = new CompletableFuture<>();

  private final CompletableFuture<Void> opened = new CompletableFuture<>();

  /** The goodbye of SockJS, such as {@code [4409,"resync"]}. */
  final CompletableFuture<JsonArray> goodbye = new CompletableFuture<>();

  private final Consumer<String> say;
  private final Consumer<Boolean> read;
  private final Consumer<Buffer> raw;

  /**
   * @param say sends one message of the bridge
   * @param raw sends bytes as they are
   * @param read whether to read on
   */
  private BridgeClient(Consumer<String> say, Consumer<Buffer> raw, Consumer<Boolean> read) {
    this.say = say;
    this.raw = raw;
    this.read = read;
  }

  /** As sockjs-client connects. It listens before it does: the server speaks first. */
  static BridgeClient sockJs(WebSocketClient sockets, int port) throws Exception {
    ClientWebSocket socket = sockets.webSocket();
    BridgeClient client =
        of(socket, text -> socket.writeTextMessage(new JsonArray().add(text).encode()));
    socket.textMessageHandler(client::takeSockJs);
    await(
        socket
            .connect(port, "127.0.0.1", "/eventbus/123/a1b2c3d4/websocket")
            .map(connected -> client));
    client.opened.get(SECONDS, TimeUnit.SECONDS);
    return client;
  }

  /** As clients connect that have no SockJS. */
  static BridgeClient plain(WebSocketClient sockets, int port) throws Exception {
    return await(
        sockets
            .connect(port, "127.0.0.1", "/eventbus/websocket")
            .map(
                socket -> {
                  BridgeClient client = of(socket, socket::writeTextMessage);
                  socket.binaryMessageHandler(bytes -> client.take(bytes.toJsonObject()));
                  return client;
                }));
  }

  static BridgeClient tcp(NetClient net, int port) throws Exception {
    return await(net.connect(port, "127.0.0.1").map(BridgeClient::of));
  }

  private static BridgeClient of(NetSocket socket) {
    BridgeClient client =
        new BridgeClient(
            text -> socket.write(LengthFrames.message(text)),
            socket::write,
            on -> {
              if (on) {
                socket.resume();
              } else {
                socket.pause();
              }
            });
    LengthFrames frames = new LengthFrames(1 << 20);
    socket.handler(part -> frames.accept(part, text -> client.take(new JsonObject(text))));
    socket.exceptionHandler(ignored -> {});
    socket.closeHandler(gone -> client.closed.complete(0));
    return client;
  }

  private static BridgeClient of(WebSocket socket, Consumer<String> say) {
    BridgeClient client =
        new BridgeClient(
            say,
            bytes -> {
              socket.writeFrame(WebSocketFrame.textFrame("", false));
              socket.writeFrame(WebSocketFrame.continuationFrame(bytes, true));
            },
            on -> {
              if (on) {
                socket.resume();
              } else {
                socket.pause();
              }
            });
    socket.exceptionHandler(ignored -> {});
    socket.closeHandler(
        gone -> {
          Short code = socket.closeStatusCode();
          client.closed.complete(code == null ? 1006 : code.intValue());
        });
    return client;
  }

  private static BridgeClient await(Future<BridgeClient> connecting) throws Exception {
    return connecting.await(SECONDS, TimeUnit.SECONDS);
  }

  private void takeSockJs(String frame) {
    switch (frame.charAt(0)) {
      case 'a' ->
          new JsonArray(frame.substring(1)).forEach(text -> take(new JsonObject((String) text)));
      case 'c' -> goodbye.complete(new JsonArray(frame.substring(1)));
      case 'o' -> opened.complete(null);
      default -> assertThat(frame).as("a frame of SockJS").isEqualTo("h");
    }
  }

  private void take(JsonObject message) {
    CompletableFuture<JsonObject> waiting =
        asked.remove(String.valueOf(message.getValue("address")));
    if (waiting == null) {
      received.add(message);
    } else {
      waiting.complete(message);
    }
  }

  /** Sends one message of the bridge. */
  void send(JsonObject message) {
    say.accept(message.encode());
  }

  void say(String message) {
    say.accept(message);
  }

  /** Sends bytes as they are, without any wrapping of messages. */
  void raw(Buffer bytes) {
    raw.accept(bytes);
  }

  void pause() {
    read.accept(false);
  }

  void resume() {
    read.accept(true);
  }

  void send(String type, String address) {
    send(new JsonObject().put("type", type).put("address", address));
  }

  /** Sends a command and waits for whatever comes back for it. */
  JsonObject ask(String address, JsonObject body) {
    return answer(start(address, body));
  }

  CompletableFuture<JsonObject> start(String address, JsonObject body) {
    String replyAddress = "reply-" + questions.incrementAndGet();
    CompletableFuture<JsonObject> answer = new CompletableFuture<>();
    asked.put(replyAddress, answer);
    send(
        new JsonObject()
            .put("type", "send")
            .put("address", address)
            .put("replyAddress", replyAddress)
            .put("body", body));
    return answer;
  }

  JsonObject answer(CompletableFuture<JsonObject> asked) {
    try {
      return asked.get(SECONDS, TimeUnit.SECONDS);
    } catch (Exception none) {
      throw new AssertionError("no answer; closed: " + closed, none);
    }
  }

  /** Subscribes, and waits until everything before has come. */
  JsonObject subscribe(JsonObject command) {
    JsonObject done = ask("backlot.stream.subscribe.v1", command).getJsonObject("body");
    assertThat(done.getBoolean("ok")).as(done.encode()).isTrue();
    return done;
  }

  /** The next message of the bridge. */
  JsonObject next() {
    try {
      JsonObject message = received.poll(SECONDS, TimeUnit.SECONDS);
      if (message == null) {
        throw new AssertionError("no message; closed: " + closed);
      }
      return message;
    } catch (InterruptedException stopped) {
      throw new AssertionError(stopped);
    }
  }

  /** The next message of the stream, of whatever type. */
  JsonObject followed() {
    JsonObject message = next();
    while (!"backlot.stream.events.v1".equals(message.getString("address"))) {
      message = next();
    }
    return message.getJsonObject("body");
  }

  /** The first message of the stream with this type, whatever comes before it. */
  JsonObject await(String type) {
    JsonObject message = followed();
    while (!message.getString("type").equals(type)) {
      message = followed();
    }
    return message;
  }

  int closeCode() {
    try {
      return closed.get(SECONDS, TimeUnit.SECONDS);
    } catch (Exception open) {
      throw new AssertionError("the connection is still open", open);
    }
  }

  boolean isOpen() {
    return !closed.isDone();
  }
}
