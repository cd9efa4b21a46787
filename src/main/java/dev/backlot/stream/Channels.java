package dev.backlot.stream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;

/** The connections below those of Vert.x. */
public final class Channels {
  private Channels() {}

  public static Channel of(HttpServerRequest request) {
    return ((HttpServerConnection) request.connection()).channelHandlerContext().channel();
  }

  public static Channel of(NetSocket socket) {
    return ((NetSocketInternal) socket).channelHandlerContext().channel();
  }

  /** Bytes that wait for the network. Event loop of the channel only. */
  public static long waiting(Channel channel) {
    ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
    return waiting == null ? 0 : waiting.totalPendingWriteBytes();
  }

  /**
   * Breaks the connection of a client that reads nothing. Every public way to close a socket begins
   * with a message to it, also {@code channel.close()}, which passes the handler of Vert.x: so this
   * begins in front of that.
   */
  public static void cut(Channel channel) {
    channel.pipeline().firstContext().close();
  }
}
