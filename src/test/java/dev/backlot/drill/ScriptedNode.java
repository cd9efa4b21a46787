package dev.backlot.drill;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A node that says what a test has written down for it, and remembers what it was asked. */
final class ScriptedNode implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final Queue<Line> script = new ConcurrentLinkedQueue<>();
  private final HttpServer server;

  /**
   * @param status 0 for a connection that is closed instead of an answer
   */
  private record Line(int status, JsonObject body) {}

  ScriptedNode() throws Exception {
    server =
        vertx
            .createHttpServer()
            .requestHandler(this::say)
            .listen(0, "127.0.0.1")
            .await(10, TimeUnit.SECONDS);
  }

  private void say(HttpServerRequest request) {
    request.bodyHandler(
        body -> {
          asked.add(request.method() + " " + request.path());
          Line line = script.remove();
          if (line.status() == 0) {
            request.connection().close();
          } else {
            request.response().setStatusCode(line.status()).end(line.body().toBuffer());
          }
        });
  }

  ScriptedNode says(int status, JsonObject body) {
    script.add(new Line(status, body));
    return this;
  }

  ScriptedNode breaksOff() {
    return says(0, new JsonObject());
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.actualPort());
  }

  /** Method and path of each request. */
  List<String> asked() {
    return asked;
  }

  @Override
  public void close() throws Exception {
    vertx.close().await(10, TimeUnit.SECONDS);
  }
}
