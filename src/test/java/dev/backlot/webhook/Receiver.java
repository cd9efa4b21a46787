package dev.backlot.webhook;

import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** A receiver of webhooks that answers as it is told to, and remembers what it has had. */
final class Receiver implements AutoCloseable {
  /** Of everything that was received, in order. */
  final List<Received> all = new CopyOnWriteArrayList<>();

  private final BlockingQueue<Received> news = new LinkedBlockingQueue<>();
  private final HttpServer server;
  private final boolean tls;
  private volatile Consumer<HttpServerRequest> behaviour;

  record Received(String uri, MultiMap headers, String body) {
    JsonObject json() {
      return new JsonObject(body);
    }

    String id() {
      return Objects.requireNonNull(headers.get("webhook-id"));
    }

    String job() {
      return json().getString("job_id");
    }
  }

  private Receiver(Vertx vertx, HttpServerOptions options, Consumer<HttpServerRequest> behaviour)
      throws TimeoutException {
    this.behaviour = behaviour;
    this.tls = options.isSsl();
    this.server =
        vertx
            .createHttpServer(options.setHost("127.0.0.1").setPort(0))
            .requestHandler(this::receive)
            .exceptionHandler(broken -> {})
            .listen()
            .await(20, TimeUnit.SECONDS);
  }

  static Receiver start(Vertx vertx) throws TimeoutException {
    return start(vertx, status(204));
  }

  static Receiver start(Vertx vertx, Consumer<HttpServerRequest> behaviour)
      throws TimeoutException {
    return new Receiver(vertx, new HttpServerOptions(), behaviour);
  }

  static Receiver start(Vertx vertx, HttpServerOptions options) throws TimeoutException {
    return new Receiver(vertx, options, status(204));
  }

  static Consumer<HttpServerRequest> status(int status, String... headers) {
    return request -> {
      for (int i = 0; i < headers.length; i += 2) {
        request.response().putHeader(headers[i], headers[i + 1]);
      }
      request.response().setStatusCode(status).end();
    };
  }

  static Consumer<HttpServerRequest> silence() {
    return request -> {};
  }

  void answer(Consumer<HttpServerRequest> other) {
    behaviour = other;
  }

  String url() {
    return url("127.0.0.1");
  }

  String url(String host) {
    return (tls ? "https://" : "http://") + host + ":" + server.actualPort() + "/in?token=c4nary";
  }

  int port() {
    return server.actualPort();
  }

  Received next() throws InterruptedException {
    Received received = news.poll(20, TimeUnit.SECONDS);
    if (received == null) {
      throw new AssertionError("nothing was received");
    }
    return received;
  }

  /** What has come meanwhile. */
  int count() {
    return all.size();
  }

  private void receive(HttpServerRequest request) {
    request
        .body()
        .onSuccess(
            body -> {
              Received received =
                  new Received(
                      request.uri(),
                      MultiMap.caseInsensitiveMultiMap().addAll(request.headers()),
                      body.toString());
              // As it was when this came: whoever sees it may change what the next one gets.
              Consumer<HttpServerRequest> now = behaviour;
              all.add(received);
              news.add(received);
              now.accept(request);
            });
  }

  @Override
  public void close() throws TimeoutException {
    server.close().await(20, TimeUnit.SECONDS);
  }
}
