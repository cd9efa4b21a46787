package dev.backlot.facade;

import dev.backlot.http.Routes;
import dev.backlot.http.TestServer;
import dev.backlot.system.Eventually;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Clients that write a request and may be gone before it is answered, and who has noticed. */
final class LeavingClients {
  private final AtomicInteger gone = new AtomicInteger();

  /** To be mounted before what answers. */
  Routes watch() {
    return router ->
        router
            .route()
            .handler(
                ctx -> {
                  ctx.addEndHandler(
                      ended -> {
                        if (ended.failed()) {
                          gone.incrementAndGet();
                        }
                      });
                  ctx.next();
                });
  }

  /** A request that is on its way to this port of the machine. */
  static NetSocket send(Vertx vertx, int port, String path, JsonObject said) throws Exception {
    NetSocket client =
        vertx.createNetClient().connect(port, "127.0.0.1").await(20, TimeUnit.SECONDS);
    String body = said.encode();
    client
        .write(
            "POST %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(path, TestServer.KEY, body.length(), body))
        .await(20, TimeUnit.SECONDS);
    return client;
  }

  /** As many are known to be gone that were not answered. */
  void untilGone(int wanted) {
    Eventually.until("it is gone", Duration.ofSeconds(30), () -> gone.get() >= wanted);
  }
}
