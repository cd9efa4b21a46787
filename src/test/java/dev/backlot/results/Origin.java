package dev.backlot.results;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The provider's file store, at a free port of loopback, answering as the test says. */
final class Origin {
  static final Buffer FILE = Buffer.buffer("0123456789");

  /** Everything in it would tell who the provider is. */
  static final String CANARY = "c4nary";

  final List<HttpServerRequest> requests = new CopyOnWriteArrayList<>();
  private final HttpServer server;
  private volatile Handler<HttpServerRequest> handler = Origin::serveFile;

  private Origin(Vertx vertx, HttpServerOptions options) {
    server =
        vertx
            .createHttpServer(options.setHost("127.0.0.1").setPort(0))
            .requestHandler(
                request -> {
                  requests.add(request);
                  handler.handle(request);
                });
  }

  static Origin start(Vertx vertx) throws TimeoutException {
    return start(vertx, new HttpServerOptions());
  }

  static Origin start(Vertx vertx, HttpServerOptions options) throws TimeoutException {
    Origin origin = new Origin(vertx, options);
    origin.server.listen().await(20, TimeUnit.SECONDS);
    return origin;
  }

  void answer(Handler<HttpServerRequest> next) {
    handler = next;
  }

  int port() {
    return server.actualPort();
  }

  String url() {
    return "http://127.0.0.1:" + port() + "/out/" + CANARY + ".mp4?sig=" + CANARY;
  }

  /** A store as stores are: ranges, a type, and headers about itself. */
  static void serveFile(HttpServerRequest request) {
    var response =
        request
            .response()
            .putHeader("Server", CANARY)
            .putHeader("Via", "1.1 " + CANARY)
            .putHeader("Set-Cookie", "id=" + CANARY)
            .putHeader("X-Request-Id", CANARY)
            .putHeader("X-Kling-Task", CANARY)
            .putHeader("ETag", "\"" + CANARY + "\"")
            .putHeader("Content-Type", "video/mp4");
    String range = request.getHeader("Range");
    if (range == null) {
      response.end(FILE);
      return;
    }
    String[] ends = range.substring("bytes=".length()).split("-", 2);
    int first =
        ends[0].isEmpty() ? FILE.length() - Integer.parseInt(ends[1]) : Integer.parseInt(ends[0]);
    int last =
        ends[0].isEmpty() || ends[1].isEmpty()
            ? FILE.length() - 1
            : Math.min(FILE.length() - 1, Integer.parseInt(ends[1]));
    if (first >= FILE.length()) {
      response
          .setStatusCode(416)
          .putHeader("Content-Range", "bytes */" + FILE.length())
          .end(CANARY);
      return;
    }
    response
        .setStatusCode(206)
        .putHeader("Content-Range", "bytes " + first + "-" + last + "/" + FILE.length())
        .end(FILE.slice(first, last + 1));
  }
}
