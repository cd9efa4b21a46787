package dev.backlot.benchmark;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.json.JsonObject;
import io.vertx.core.parsetools.RecordParser;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One client that follows a whole tenant, and complains when an event is missing or comes twice:
 * their versions are numbers without a gap. One event loop only.
 */
final class Listener {
  private static final String PATH = "/api/v1/stream";
  private static final int HEAD_LENGTH = 300;
  private static final String EVENT = "{\"type\":\"event\"";
  private static final String CURSOR = "\"cursor\":\"";
  private static final String NUMBER = "\"version\":";
  private static final String DATA = "data: ";
  private static final long RETRY_MILLIS = 250;

  private final Server server;
  private final Sightings sightings;
  private Promise<Void> live = Promise.promise();
  private long connecting;
  private int seen;

  /** The beginning of the last event: only those who come back read the cursor in it. */
  private String head = "";

  /** Closes the connection; null while there is none. */
  private @Nullable Supplier<Future<Void>> leave;

  /** How clients are told. */
  enum Way {
    SOCKET,
    EVENT_STREAM,
    /** A socket to a server that sends to everybody. */
    UNASKED
  }

  record Server(
      Vertx vertx, WebSocketClient sockets, HttpClient http, int port, Way way, String key) {}

  /**
   * @param seen number of the last event before it comes
   */
  Listener(Server server, Sightings sightings, int seen) {
    this.server = server;
    this.sightings = sightings;
    this.seen = seen;
  }

  int seen() {
    return seen;
  }

  /** Completes when it has everything that it had missed, and follows; tries until then. */
  Future<Void> connect() {
    connecting = System.nanoTime();
    live = Promise.promise();
    open();
    return live.future();
  }

  /** Completes when the connection is closed. */
  Future<Void> drop() {
    Supplier<Future<Void>> leaving = leave;
    leave = null;
    return leaving == null ? Future.succeededFuture() : leaving.get();
  }

  private void open() {
    Future<?> opening = server.way() == Way.EVENT_STREAM ? openStream() : openSocket();
    opening.onFailure(refused -> openAgain());
  }

  private Future<?> openSocket() {
    return server
        .sockets()
        .connect(server.port(), "127.0.0.1", PATH)
        .onSuccess(
            socket -> {
              socket.frameHandler(frame -> receive(socket, frame));
              opened(
                  socket::close,
                  socket::closeHandler,
                  () -> socket.closeStatusCode() + " " + socket.closeReason());
              if (server.way() == Way.UNASKED) {
                following();
              } else {
                send(socket, new JsonObject().put("type", "auth").put("token", server.key()));
              }
            });
  }

  private Future<?> openStream() {
    String cursor = cursor();
    String query = "?tenant=true" + (cursor.isEmpty() ? "" : "&cursor=" + cursor);
    return server
        .http()
        .request(HttpMethod.GET, server.port(), "127.0.0.1", PATH + query)
        .compose(this::ask)
        .onSuccess(
            response -> {
              response.handler(RecordParser.newDelimited("\n\n", this::readBlock));
              opened(
                  () -> response.request().connection().close(),
                  closed -> response.request().connection().closeHandler(closed),
                  () -> "the response");
            });
  }

  private Future<HttpClientResponse> ask(HttpClientRequest request) {
    return request
        .putHeader("Accept", "text/event-stream")
        .putHeader("Authorization", "Bearer " + server.key())
        .send()
        .compose(
            response ->
                response.statusCode() == 200
                    ? Future.succeededFuture(response)
                    : Future.failedFuture("status " + response.statusCode()));
  }

  /** Whoever is sent away before it follows tries again; later it must not be sent away. */
  private void opened(
      Supplier<Future<Void>> close, Consumer<Handler<Void>> onClose, Supplier<String> reason) {
    leave = close;
    onClose.accept(
        closed -> {
          if (leave != close) {
            return;
          }
          if (live.future().isComplete()) {
            sightings.fail("closed by the server: " + reason.get());
          } else {
            openAgain();
          }
        });
  }

  private void openAgain() {
    sightings.retried();
    server.vertx().setTimer(RETRY_MILLIS, again -> open());
  }

  private void receive(WebSocket from, WebSocketFrame frame) {
    if (!frame.isText() || leave == null) {
      return;
    }
    if (take(frame.binaryData()).equals("ready")) {
      JsonObject subscribe =
          new JsonObject().put("type", "subscribe").put("id", "all").put("tenant", true);
      String cursor = cursor();
      send(from, cursor.isEmpty() ? subscribe : subscribe.put("cursor", cursor));
    }
  }

  /** Fields of one server-sent event. */
  private void readBlock(Buffer block) {
    int at = block.getString(0, Math.min(block.length(), HEAD_LENGTH)).indexOf(DATA);
    if (at >= 0 && leave != null) {
      take(block.slice(at + DATA.length(), block.length()));
    }
  }

  /** Answers the type of the message. */
  private String take(Buffer text) {
    String beginning = text.getString(0, Math.min(text.length(), HEAD_LENGTH));
    if (beginning.startsWith(EVENT)) {
      event(beginning, text);
      return "event";
    }
    JsonObject message = text.toJsonObject();
    String type = message.getString("type");
    switch (type) {
      case "live" -> following();
      case "ready", "snapshot", "heartbeat" -> {}
      case "resync" -> comeBack(message);
      case "error" -> refused(message);
      default -> sightings.fail(message.encode());
    }
    return type;
  }

  /**
   * Before it follows it may be sent away by a node that has too much to do: it comes back with its
   * cursor when the connection is closed, as a client of ours does.
   */
  private void refused(JsonObject error) {
    boolean unheard = "unauthenticated".equals(error.getString("code"));
    if (unheard && !live.future().isComplete()) {
      sightings.unheard();
    } else {
      sightings.fail(error.encode());
    }
  }

  /** An event stream has a lifetime. */
  private void comeBack(JsonObject resync) {
    if (!resync.getString("reason").equals("lifetime")) {
      sightings.fail(resync.encode());
    }
    drop().onComplete(gone -> connect());
  }

  private void event(String beginning, Buffer text) {
    int number = number(beginning);
    if (number != seen + 1) {
      sightings.fail("event " + number + " after " + seen);
    }
    seen = number;
    head = beginning;
    long now = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    sightings.event(number, now, text, !live.future().isComplete());
  }

  private static int number(String beginning) {
    int at = beginning.indexOf(NUMBER) + NUMBER.length();
    int number = 0;
    for (char c = beginning.charAt(at); c >= '0' && c <= '9'; c = beginning.charAt(at)) {
      number = 10 * number + (c - '0');
      at++;
    }
    return number;
  }

  /** Empty before the first event. */
  private String cursor() {
    int at = head.indexOf(CURSOR) + CURSOR.length();
    return head.isEmpty() ? "" : head.substring(at, head.indexOf('"', at));
  }

  private void following() {
    sightings.live((System.nanoTime() - connecting) / 1e6);
    live.complete();
  }

  private static void send(WebSocket to, JsonObject message) {
    to.writeTextMessage(message.encode());
  }
}
