package dev.backlot.stream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;

/**
 * Lets several messages to one connection leave together: a call of the network costs more than all
 * else that a delivery does. Its event loop only.
 *
 * <p>While it holds, what is written waits in the connection's own queue and counts there. After
 * {@link #MESSAGES_MAX}, or when that queue is full, it leaves all the same: nobody is taken for a
 * slow reader because of us.
 */
final class GatheredWrites extends ChannelOutboundHandlerAdapter {
  static final int MESSAGES_MAX = 16;

  private final Channel connection;
  private boolean holding;
  private int waiting;

  private GatheredWrites(Channel connection) {
    this.connection = connection;
  }

  /** Of this connection, next to the network. */
  static GatheredWrites of(Channel connection) {
    GatheredWrites writes = new GatheredWrites(connection);
    connection.pipeline().addFirst(writes);
    return writes;
  }

  /** What is written from here on may wait for {@link #release}, on the same turn of the loop. */
  void hold() {
    holding = true;
  }

  void release() {
    holding = false;
    if (waiting > 0) {
      connection.flush();
    }
  }

  /** Lets go what is held now, and holds on. */
  void push() {
    boolean held = holding;
    release();
    holding = held;
  }

  @Override
  public void flush(ChannelHandlerContext network) {
    if (holding && ++waiting < MESSAGES_MAX && network.channel().isWritable()) {
      return;
    }
    waiting = 0;
    network.flush();
  }
}
