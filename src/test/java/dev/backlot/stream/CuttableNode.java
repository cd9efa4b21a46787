package dev.backlot.stream;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** An address in front of a node, whose connections can be cut as a network does it. */
final class CuttableNode implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final NetServer server = vertx.createNetServer();
  private final NetClient client = vertx.createNetClient();
  private final Set<NetSocket> open = ConcurrentHashMap.newKeySet();
  private volatile int port;

  /** How often somebody came. */
  private final AtomicInteger connections = new AtomicInteger();

  CuttableNode(StreamServer node) throws Exception {
    port = node.http.port();
    server.connectHandler(this::connect);
    server.listen(0, "127.0.0.1").await(20, TimeUnit.SECONDS);
  }

  String address() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  int connections() {
    return connections.get();
  }

  /** Another node answers here from now on. */
  void moveTo(StreamServer node) {
    port = node.http.port();
    cut();
  }

  void cut() {
    open.forEach(NetSocket::close);
  }

  private void connect(NetSocket in) {
    connections.incrementAndGet();
    open.add(in);
    in.pause();
    in.closeHandler(closed -> open.remove(in));
    in.exceptionHandler(ignored -> {});
    client
        .connect(port, "127.0.0.1")
        .onSuccess(out -> join(in, out))
        .onFailure(refused -> in.close());
  }

  private void join(NetSocket in, NetSocket out) {
    open.add(out);
    out.exceptionHandler(ignored -> {});
    in.pipeTo(out).onComplete(done -> out.close());
    out.pipeTo(in)
        .onComplete(
            done -> {
              open.remove(out);
              in.close();
            });
    in.resume();
  }

  @Override
  public void close() throws Exception {
    vertx.close().await(20, TimeUnit.SECONDS);
  }
}
