package dev.backlot.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.parsetools.RecordParser;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A test's side of an event stream: keeps what arrives until it is asked for. */
final class EventStreamClient {
  private static final int SECONDS = 20;

  /**
   * One event as it was dispatched.
   *
   * @param id null when the message had none
   */
  record Sent(@Nullable String id, String type, String text) {
    JsonObject data() {
      return new JsonObject(text);
    }

    /** The place in the log of a message that has one. */
    long position() {
      return Cursor.parse(StreamServer.TENANT, Objects.requireNonNull(id)).orElseThrow();
    }
  }

  private final CompletableFuture<HttpClientResponse> head = new CompletableFuture<>();
  private final LinkedBlockingQueue<Sent> received = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<Long> retries = new LinkedBlockingQueue<>();
  private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
  private final CompletableFuture<Buffer> problem = new CompletableFuture<>();
  private final HttpClientRequest request;

  private @Nullable String id;
  private @Nullable String type;

  private EventStreamClient(HttpClientRequest request) {
    this.request = request;
  }

  static HttpClient client(Vertx vertx) {
    return client(vertx, HttpVersion.HTTP_1_1);
  }

  static HttpClient client(Vertx vertx, HttpVersion version) {
    return vertx.createHttpClient(
        new HttpClientOptions().setProtocolVersion(version).setHttp2ClearTextUpgrade(false),
        new PoolOptions().setHttp1MaxSize(5_000));
  }

  static EventStreamClient open(HttpClient streams, int port, String query, String credential)
      throws Exception {
    return open(streams, port, query, Map.of("Authorization", "Bearer " + credential));
  }

  static EventStreamClient open(
      HttpClient streams, int port, String query, Map<String, String> headers) throws Exception {
    CompletableFuture<EventStreamClient> opened = new CompletableFuture<>();
    streams
        .request(HttpMethod.GET, port, "127.0.0.1", "/api/v1/stream?" + query)
        .onSuccess(
            request -> {
              EventStreamClient client = new EventStreamClient(request);
              request.putHeader("Accept", "text/event-stream");
              headers.forEach(request::putHeader);
              request.response().onSuccess(client::read).onFailure(client::fail);
              request.end();
              opened.complete(client);
            })
        .onFailure(opened::completeExceptionally);
    return opened.get(SECONDS, TimeUnit.SECONDS);
  }

  private void fail(Throwable failure) {
    head.completeExceptionally(failure);
    ended.complete(false);
  }

  private void read(HttpClientResponse response) {
    if (response.statusCode() != 200) {
      response.body().onSuccess(problem::complete);
    } else {
      response.handler(RecordParser.newDelimited("\n", this::line));
      response.exceptionHandler(broken -> ended.complete(false));
      response.endHandler(whole -> ended.complete(true));
    }
    head.complete(response);
  }

  private void line(Buffer bytes) {
    String line = bytes.toString();
    if (line.startsWith("id: ")) {
      id = line.substring(4);
    } else if (line.startsWith("event: ")) {
      type = line.substring(7);
    } else if (line.startsWith("retry: ")) {
      retries.add(Long.valueOf(line.substring(7)));
    } else if (line.startsWith("data: ") && type != null) {
      received.add(new Sent(id, type, line.substring(6)));
      id = null;
      type = null;
    } else if (!line.isEmpty()) {
      throw new AssertionError("no line of an event stream: " + line);
    }
  }

  HttpClientResponse head() {
    try {
      return head.get(SECONDS, TimeUnit.SECONDS);
    } catch (Exception silent) {
      throw new AssertionError("no answer", silent);
    }
  }

  JsonObject problem() {
    try {
      return problem.get(SECONDS, TimeUnit.SECONDS).toJsonObject();
    } catch (Exception none) {
      throw new AssertionError("no problem", none);
    }
  }

  /** The next message, which must be of this type. */
  Sent next(String type) {
    Sent message = next();
    assertThat(message.type()).as(message.text()).isEqualTo(type);
    return message;
  }

  Sent next() {
    try {
      Sent message = received.poll(SECONDS, TimeUnit.SECONDS);
      if (message == null) {
        throw new AssertionError("no message; ended: " + ended);
      }
      StreamContract.DOCUMENT.require(message.data());
      assertThat(message.type()).isEqualTo(message.data().getString("type"));
      return message;
    } catch (InterruptedException stopped) {
      throw new AssertionError(stopped);
    }
  }

  List<Sent> next(int count) {
    return Stream.generate(this::next).limit(count).toList();
  }

  /** The first message of this type, whatever comes before it. */
  Sent await(String type) {
    Sent message = next();
    while (!message.type().equals(type)) {
      message = next();
    }
    return message;
  }

  List<Long> retries() {
    return List.copyOf(retries);
  }

  void pause() {
    head().pause();
  }

  void resume() {
    head().resume();
  }

  /** Goes away without a word. */
  void leave() {
    request.reset();
  }

  /**
   * @return whether it came to its proper end; false when the connection broke
   */
  boolean isEnded() {
    try {
      return ended.get(SECONDS, TimeUnit.SECONDS);
    } catch (Exception open) {
      throw new AssertionError("the stream is still open", open);
    }
  }

  boolean isOpen() {
    return !ended.isDone();
  }
}
