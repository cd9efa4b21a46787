package dev.backlot.stream.bridge;

import dev.backlot.stream.Channels;
import dev.backlot.stream.CloseCode;
import dev.backlot.stream.Frame;
import io.netty.channel.Channel;
import io.vertx.core.net.NetSocket;

/** A bridge client on a plain or encrypted TCP connection. Its event loop only. */
final class TcpLink implements BridgeLink {
  private final NetSocket socket;
  private final Channel channel;
  private boolean closed;

  /**
   * @param channel of the socket
   */
  TcpLink(NetSocket socket, Channel channel) {
    this.socket = socket;
    this.channel = channel;
  }

  @Override
  public void send(String message) {
    socket.write(LengthFrames.message(message));
  }

  @Override
  public void send(Frame frame) {
    socket.write(frame.as(BridgeFrame.TCP));
  }

  @Override
  public BridgeWord word() {
    return BridgeWord.MESSAGE;
  }

  @Override
  public boolean isFull() {
    return socket.writeQueueFull();
  }

  @Override
  public long waiting() {
    return Channels.waiting(channel);
  }

  @Override
  public boolean isClosed() {
    return closed;
  }

  /** Nothing on TCP makes a client answer by itself: it must say {@code ping}. */
  @Override
  public void ping() {}

  /** There are no close codes on TCP: the last message tells it. */
  @Override
  public void close(CloseCode code) {
    if (!closed) {
      closed = true;
      socket.write(LengthFrames.message(BridgeRefusal.goodbye(code)));
      socket.close();
    }
  }

  /** The connection is gone. */
  void gone() {
    closed = true;
  }

  @Override
  public void cut() {
    Channels.cut(channel);
  }
}
