package dev.backlot.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Stream;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.net.impl.ShutdownEvent;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the order to stop back from a connection, so that no client has it closed under a request
 * which it sent without knowing of the order: that request is still answered. HTTP/1 gets the order
 * with that answer, or at the end of the last call.
 *
 * <p>On HTTP/2 the order is GOAWAY. It comes right behind an answer, when no other is owed: a
 * client that sends one request after the other has none on its way then. It might be said before
 * answers, as they are below its last stream; but there are clients, Java's own up to 17 among
 * them, that give up all their streams then. What is still unanswered at the end of the drain is
 * cut with its connection. Event loop of the connection only.
 */
final class LastCall extends ChannelInboundHandlerAdapter {
  private final Duration lasts;
  private @Nullable Runnable order;
  private boolean given;

  private LastCall(Duration lasts) {
    this.lasts = lasts;
  }

  static void follow(HttpConnection connection, Duration lasts) {
    ChannelPipeline pipeline = pipeline(connection);
    // A connection that was upgraded to HTTP/2 comes twice.
    if (pipeline.get(LastCall.class) == null) {
      pipeline.addFirst(new LastCall(lasts));
    }
  }

  /** A request is answered while the server stops. */
  static void answers(HttpServerRequest request) {
    HttpConnection connection = request.connection();
    LastCall call = pipeline(connection).get(LastCall.class);
    if (call.order == null && !call.given) {
      // It had connected and said nothing yet, so that the order did not find it.
      call.keep(pipeline(connection), connection::shutdown);
    }
    if (request.version() != HttpVersion.HTTP_2) {
      call.giveOrder();
    }
  }

  private static ChannelPipeline pipeline(HttpConnection connection) {
    return ((HttpServerConnection) connection).channelHandlerContext().pipeline();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    // Who holds a WebSocket has been told otherwise.
    if (!(event instanceof ShutdownEvent)
        || ctx.pipeline().get(WebSocketFrameDecoder.class) != null) {
      ctx.fireUserEventTriggered(event);
      return;
    }
    keep(ctx.pipeline(), () -> ctx.fireUserEventTriggered(event));
  }

  private void keep(ChannelPipeline pipeline, Runnable kept) {
    order = kept;
    Http2ConnectionHandler http2 = pipeline.get(Http2ConnectionHandler.class);
    if (http2 != null) {
      http2.connection().addListener(new Answers(http2.connection()));
    }
    if (lasts.isZero()) {
      end(pipeline);
    } else {
      pipeline
          .channel()
          .eventLoop()
          .schedule(() -> end(pipeline), lasts.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void end(ChannelPipeline pipeline) {
    Http2ConnectionHandler http2 = pipeline.get(Http2ConnectionHandler.class);
    if (http2 == null || http2.connection().numActiveStreams() == 0) {
      giveOrder();
    }
  }

  private void giveOrder() {
    if (order != null && !given) {
      given = true;
      order.run();
    }
  }

  private final class Answers extends Http2ConnectionAdapter {
    private final Http2Connection connection;

    Answers(Http2Connection connection) {
      this.connection = connection;
    }

    /** Its last frame is written, or the client has given it up. */
    @Override
    public void onStreamClosed(Http2Stream stream) {
      if (connection.numActiveStreams() == 0) {
        giveOrder();
      }
    }
  }
}
