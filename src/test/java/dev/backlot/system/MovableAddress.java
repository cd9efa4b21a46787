package dev.backlot.system;

import dev.backlot.config.DatabaseConfig;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One address for whichever server is the primary: a TCP proxy on loopback. */
final class MovableAddress implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 10;

  private final Vertx vertx = Vertx.vertx();
  private final NetClient client = vertx.createNetClient();
  private final NetServer server = vertx.createNetServer();
  private volatile int target;

  private MovableAddress(int target) {
    this.target = target;
  }

  static MovableAddress of(int target) throws TimeoutException {
    MovableAddress address = new MovableAddress(target);
    address
        .server
        .connectHandler(address::accept)
        .listen(0, DatabaseConfig.LOOPBACK)
        .await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    return address;
  }

  int port() {
    return server.actualPort();
  }

  /** New connections go there. */
  void moveTo(int port) {
    target = port;
  }

  private void accept(NetSocket from) {
    from.pause();
    client
        .connect(target, DatabaseConfig.LOOPBACK)
        .onFailure(refused -> from.close())
        .onSuccess(
            to -> {
              from.handler(to::write).closeHandler(closed -> to.close());
              to.handler(from::write).closeHandler(closed -> from.close());
              from.resume();
            });
  }

  @Override
  public void close() throws TimeoutException {
    vertx.close().await(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }
}
