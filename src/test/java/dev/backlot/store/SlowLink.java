package dev.backlot.store;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;

/** Stands between a pool and PostgreSQL, and passes on only so many bytes in a second. */
final class SlowLink {
  private static final int TICK_MILLIS = 10;

  private final Vertx vertx;
  private final int target;
  private final int bytesPerTick;
  private final NetServer server;

  private SlowLink(Vertx vertx, int target, int bytesPerSecond) {
    this.vertx = vertx;
    this.target = target;
    this.bytesPerTick = bytesPerSecond / 1000 * TICK_MILLIS;
    this.server = vertx.createNetServer();
  }

  /**
   * @param bytesPerSecond to the server; what it answers is not held up
   */
  static SlowLink start(Vertx vertx, int target, int bytesPerSecond) {
    SlowLink link = new SlowLink(vertx, target, bytesPerSecond);
    Store.await(link.server.connectHandler(link::connect).listen(0, "127.0.0.1"));
    return link;
  }

  int port() {
    return server.actualPort();
  }

  private void connect(NetSocket client) {
    client.pause();
    vertx
        .createNetClient()
        .connect(target, "127.0.0.1")
        .onFailure(failure -> client.close())
        .onSuccess(upstream -> new Connection(client, upstream).open());
  }

  /** One event loop only: both sockets were opened on it. */
  private final class Connection {
    private final NetSocket client;
    private final NetSocket upstream;
    private Buffer held = Buffer.buffer();

    Connection(NetSocket client, NetSocket upstream) {
      this.client = client;
      this.upstream = upstream;
    }

    void open() {
      long tick = vertx.setPeriodic(TICK_MILLIS, due -> passOn());
      client
          .handler(
              bytes -> {
                held.appendBuffer(bytes);
                client.pause();
              })
          .closeHandler(
              closed -> {
                vertx.cancelTimer(tick);
                upstream.close();
              });
      upstream.handler(client::write).closeHandler(closed -> client.close());
      client.resume();
    }

    private void passOn() {
      int now = Math.min(bytesPerTick, held.length());
      if (now > 0) {
        upstream.write(held.getBuffer(0, now));
        held = held.getBuffer(now, held.length());
      }
      if (held.length() < bytesPerTick) {
        client.resume();
      }
    }
  }
}
