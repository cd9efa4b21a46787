package dev.backlot.stream.bridge;

import dev.backlot.stream.CloseCode;
import dev.backlot.stream.Frame;
import dev.backlot.stream.StreamLoop;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Clients of a bridge without a network: more of them than a machine may have open files. */
public final class BridgeCrowd {
  private final Context context;
  private final StreamLoop loop;
  private final BridgeServices services;
  private final AtomicInteger live = new AtomicInteger();
  private final AtomicInteger events = new AtomicInteger();
  private final AtomicInteger closed = new AtomicInteger();

  /**
   * @param loop of this crowd alone, like the services
   */
  public BridgeCrowd(Vertx vertx, StreamLoop loop, BridgeServices services) {
    this.context = vertx.getOrCreateContext();
    this.loop = loop;
    this.services = services;
  }

  /** As many connect, register and follow the tenant of the token. */
  public void join(int clients, String token) throws Exception {
    String subscribe =
        new JsonObject()
            .put("type", "send")
            .put("address", "backlot.stream.subscribe.v1")
            .put("replyAddress", "answer")
            .put("body", new JsonObject().put("token", token).put("tenant", true))
            .encode();
    CompletableFuture<Void> joined = new CompletableFuture<>();
    context.runOnContext(
        turn -> {
          try {
            loop.start();
            for (int n = 0; n < clients; n++) {
              BridgeSession session =
                  services.session(loop, new Link(), loop.enter().orElseThrow());
              loop.add(session);
              session.receive("{\"type\":\"register\",\"address\":\"backlot.stream.events.v1\"}");
              session.receive(subscribe);
            }
            joined.complete(null);
          } catch (RuntimeException defect) {
            joined.completeExceptionally(defect);
          }
        });
    joined.get(20, TimeUnit.SECONDS);
  }

  /** Clients that have everything up to now. */
  public int live() {
    return live.get();
  }

  /** Events that reached a client. */
  public int events() {
    return events.get();
  }

  public int closed() {
    return closed.get();
  }

  private final class Link implements BridgeLink {
    private boolean closing;

    @Override
    public void send(String message) {
      if (message.contains("\"type\":\"live\"")) {
        live.incrementAndGet();
      }
    }

    @Override
    public void send(Frame frame) {
      events.incrementAndGet();
    }

    @Override
    public BridgeWord word() {
      return BridgeWord.REC;
    }

    @Override
    public boolean isFull() {
      return false;
    }

    @Override
    public long waiting() {
      return 0;
    }

    @Override
    public boolean isClosed() {
      return closing;
    }

    @Override
    public void ping() {}

    @Override
    public void close(CloseCode code) {
      if (!closing) {
        closing = true;
        closed.incrementAndGet();
      }
    }

    @Override
    public void cut() {
      close(CloseCode.SILENT);
    }
  }
}
