package dev.backlot.stream;

import io.netty.channel.Channel;
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

  /**
   * Breaks the connection of a client that reads nothing. Every public way to close a socket begins
   * with a message to it, also {@code channel.close()}, which passes the handler of Vert.x: so this
   * begins in front of that.
   */
  public static void cut(Channel channel) {
    channel.pipeline().firstContext().close();
  }
}
