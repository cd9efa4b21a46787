package dev.backlot.store;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands between a pool and PostgreSQL and cuts connections around their commit. Each commit that
 * it sees uses up one of its {@code cuts}; afterwards it only passes on.
 */
final class CuttingProxy {
  /** Where, seen from the server, the connection ends. */
  enum Cut {
    /** Everything but the commit has arrived: the server rolls back. */
    BEFORE_COMMIT,
    /**
     * The commit has arrived, and the client is gone at once: the commit may still be under way.
     */
    AT_COMMIT,
    /** The client has gone, and the server, which does not know it, goes on and commits. */
    DURING_COMMIT,
    /** The server has committed and said so, to nobody. */
    AFTER_COMMIT
  }

  private static final String COMMIT_QUERY = "COMMIT\0";

  private final NetServer server;
  private final Vertx vertx;
  private final int target;
  private final List<Cut> cuts;
  private final AtomicInteger used = new AtomicInteger();

  private CuttingProxy(Vertx vertx, int target, List<Cut> cuts) {
    this.vertx = vertx;
    this.target = target;
    this.cuts = cuts;
    this.server = vertx.createNetServer();
  }

  static CuttingProxy start(Vertx vertx, int target, Cut cut, int cuts) {
    return start(vertx, target, Collections.nCopies(cuts, cut));
  }

  static CuttingProxy start(Vertx vertx, int target, List<Cut> cuts) {
    CuttingProxy proxy = new CuttingProxy(vertx, target, cuts);
    Store.await(proxy.server.connectHandler(proxy::connect).listen(0, "127.0.0.1"));
    return proxy;
  }

  int port() {
    return server.actualPort();
  }

  int cutsLeft() {
    return cuts.size() - used.get();
  }

  void stop() {
    Store.await(server.close());
  }

  private void connect(NetSocket client) {
    client.pause();
    vertx
        .createNetClient()
        .connect(target, "127.0.0.1")
        .onFailure(failure -> client.close())
        .onSuccess(upstream -> join(client, upstream));
  }

  private void join(NetSocket client, NetSocket upstream) {
    Connection connection = new Connection(client, upstream);
    client.handler(connection::fromClient).closeHandler(closed -> connection.clientGone());
    upstream.handler(connection::fromServer).closeHandler(closed -> client.close());
    client.resume();
  }

  /** One event loop only: both sockets were opened on it. */
  private final class Connection {
    private final NetSocket client;
    private final NetSocket upstream;
    private boolean deaf;

    Connection(NetSocket client, NetSocket upstream) {
      this.client = client;
      this.upstream = upstream;
    }

    void fromClient(Buffer bytes) {
      int commit = text(bytes).indexOf(COMMIT_QUERY);
      if (commit < 0 || cutsLeft() == 0) {
        upstream.write(bytes);
        return;
      }
      switch (cuts.get(used.getAndIncrement())) {
        // A simple query is 'Q', four bytes of length, the text.
        case BEFORE_COMMIT -> upstream.write(bytes.slice(0, commit - 5)).onComplete(sent -> end());
        case AT_COMMIT -> upstream.write(bytes).onComplete(sent -> end());
        case DURING_COMMIT -> {
          deaf = true;
          upstream.write(bytes);
          client.close();
        }
        case AFTER_COMMIT -> {
          deaf = true;
          upstream.write(bytes);
        }
      }
    }

    void clientGone() {
      if (!deaf) {
        upstream.close();
      }
    }

    void fromServer(Buffer bytes) {
      if (!deaf) {
        client.write(bytes);
        return;
      }
      // The command tag, whose text is that of the query.
      if (text(bytes).contains(COMMIT_QUERY)) {
        end();
      }
    }

    private void end() {
      client.close();
      upstream.close();
    }

    private static String text(Buffer bytes) {
      return bytes.toString(StandardCharsets.ISO_8859_1);
    }
  }
}
