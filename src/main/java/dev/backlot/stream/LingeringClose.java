package dev.backlot.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A frame that is too long ends its connection at its head, while the rest is still on its way. A
 * socket that is closed with something unread answers with a reset, which overtakes the goodbye; so
 * what still comes is read and forgotten until the client has ended, too, but for {@link #PATIENCE}
 * and {@value #BYTES_MAX} bytes at most. Nothing of it is kept. RFC 9112, section 9.6, says the
 * same of HTTP. Event loop of the channel only.
 */
public final class LingeringClose extends ChannelDuplexHandler {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final long BYTES_MAX = 64L << 20;

  private long read;
  private boolean over;
  private @Nullable ChannelPromise closing;
  private @Nullable ScheduledFuture<?> timer;

  private LingeringClose() {}

  /**
   * To be called with what the exception handler of a socket is told, before the goodbye.
   *
   * @return whether the failure is a frame that is too long: the connection stays until the client
   *     can have read why it is closed
   */
  public static boolean follows(Throwable failure, Channel channel) {
    boolean tooLong =
        failure instanceof CorruptedWebSocketFrameException violation
            && violation.closeStatus().code() == CloseCode.TOO_LARGE.code();
    if (!tooLong || channel.pipeline().get(LingeringClose.class) != null) {
      return false;
    }
    channel.pipeline().addFirst(new LingeringClose());
    return true;
  }

  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    if (closing != null || !(ctx.channel() instanceof DuplexChannel connection)) {
      end(ctx, promise);
      return;
    }
    closing = promise;
    ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(said -> connection.shutdownOutput());
    timer =
        ctx.executor()
            .schedule(() -> end(ctx, promise), PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    ctx.channel().config().setAutoRead(true);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    read += message instanceof ByteBuf bytes ? bytes.readableBytes() : 0;
    ReferenceCountUtil.release(message);
    if (read > BYTES_MAX && closing != null) {
      end(ctx, closing);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (closing != null) {
      end(ctx, closing);
    }
    ctx.fireChannelInactive();
  }

  private void end(ChannelHandlerContext ctx, ChannelPromise promise) {
    if (timer != null) {
      timer.cancel(false);
    }
    if (!over) {
      over = true;
      ctx.close(promise);
    }
  }
}
