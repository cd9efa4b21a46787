package dev.backlot.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Stream;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.net.impl.ShutdownEvent;
import java.util.HashSet;
import java.util.Set;

/**
 * Keeps the order to stop back from a connection of HTTP/2 until the requests that were under way
 * on it have their answers. GOAWAY might be said before them, as they are below its last stream;
 * but there are clients, Java's own up to 17 among them, that give up all their streams then. A
 * connection without a request, and any of HTTP/1, gets the order at once. What is still unanswered
 * at the end of the drain is cut with its connection. Event loop of the connection only.
 */
final class LateGoAway extends ChannelInboundHandlerAdapter {
  /** Requests under way when the order came: at most as many as the connection may have open. */
  private final Set<Integer> unanswered = new HashSet<>();

  private LateGoAway() {}

  static void follow(HttpConnection connection) {
    ((HttpServerConnection) connection)
        .channelHandlerContext()
        .pipeline()
        .addFirst(new LateGoAway());
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
    Http2ConnectionHandler http2 = ctx.pipeline().get(Http2ConnectionHandler.class);
    if (event instanceof ShutdownEvent && http2 != null && hasUnanswered(http2.connection())) {
      http2.connection().addListener(new Answers(() -> ctx.fireUserEventTriggered(event)));
    } else {
      ctx.fireUserEventTriggered(event);
    }
  }

  private boolean hasUnanswered(Http2Connection connection) throws Http2Exception {
    connection.forEachActiveStream(this::note);
    return !unanswered.isEmpty();
  }

  private boolean note(Http2Stream stream) {
    unanswered.add(stream.id());
    return true;
  }

  private final class Answers extends Http2ConnectionAdapter {
    private final Runnable done;

    Answers(Runnable done) {
      this.done = done;
    }

    /** Its last frame is written, or the client has given it up. */
    @Override
    public void onStreamClosed(Http2Stream stream) {
      if (unanswered.remove(stream.id()) && unanswered.isEmpty()) {
        done.run();
      }
    }
  }
}
