package dev.backlot.drill;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A TCP proxy on loopback that can be cut: what is sent then is swallowed, and nobody is told, as
 * when a network is gone. When it is mended, the connections of before are reset. Callable from any
 * thread that may block.
 */
final class Link {
  private static final String LOOPBACK = "127.0.0.1";

  private final Context context;
  private final NetServer server;
  private final NetClient client;
  private final int target;
  private final Set<NetSocket> sockets = new HashSet<>();
  private boolean cut;

  private Link(Vertx vertx, int target) {
    this.context = vertx.getOrCreateContext();
    this.server = vertx.createNetServer();
    this.client = vertx.createNetClient();
    this.target = target;
  }

  /**
   * @param target port on loopback
   */
  static Link to(Vertx vertx, int target) {
    Link link = new Link(vertx, target);
    link.server.connectHandler(link::accept);
    link.run(() -> link.server.listen(0, LOOPBACK).mapEmpty());
    return link;
  }

  int port() {
    return server.actualPort();
  }

  void cut() {
    run(
        () -> {
          cut = true;
          return Future.succeededFuture();
        });
  }

  void mend() {
    run(
        () -> {
          cut = false;
          Set.copyOf(sockets).forEach(NetSocket::close);
          return Future.succeededFuture();
        });
  }

  private void accept(NetSocket socket) {
    sockets.add(socket);
    socket.closeHandler(closed -> sockets.remove(socket));
    if (cut) {
      return;
    }
    socket.pause();
    client
        .connect(target, LOOPBACK)
        .onSuccess(
            other -> {
              sockets.add(other);
              pass(socket, other);
              pass(other, socket);
              socket.resume();
            })
        .onFailure(refused -> socket.close());
  }

  private void pass(NetSocket from, NetSocket to) {
    from.handler(
        bytes -> {
          if (!cut) {
            to.write(bytes);
          }
        });
    from.closeHandler(
        closed -> {
          sockets.remove(from);
          to.close();
        });
    from.exceptionHandler(broken -> to.close());
  }

  private void run(Supplier<Future<@Nullable Void>> action) {
    Promise<@Nullable Void> done = Promise.promise();
    context.runOnContext(started -> action.get().onComplete(done));
    Patience.answer("the proxy", done.future());
  }
}
