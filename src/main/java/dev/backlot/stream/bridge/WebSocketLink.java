package dev.backlot.stream.bridge;

import dev.backlot.stream.Channels;
import dev.backlot.stream.CloseCode;
import dev.backlot.stream.Frame;
import io.netty.channel.Channel;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.util.List;

/** A bridge client on a WebSocket. Its event loop only. */
final class WebSocketLink implements BridgeLink {
  private final ServerWebSocket socket;
  private final Wrapping wrapping;
  private final Channel channel;

  /** How the messages of the bridge lie in those of the socket. */
  enum Wrapping {
    /** {@code /eventbus/<server>/<session>/websocket}: as sockjs-client has it. */
    SOCK_JS {
      @Override
      void send(ServerWebSocket socket, String message) {
        socket.writeTextMessage(SockJsFrames.message(message));
      }

      @Override
      void send(ServerWebSocket socket, Frame event) {
        socket.writeTextMessage(event.as(BridgeFrame.SOCK_JS));
      }

      @Override
      void open(ServerWebSocket socket) {
        socket.writeTextMessage(SockJsFrames.OPEN);
      }

      @Override
      void ping(ServerWebSocket socket) {
        socket.writeTextMessage(SockJsFrames.HEARTBEAT);
      }

      @Override
      void close(ServerWebSocket socket, CloseCode code) {
        socket.writeTextMessage(SockJsFrames.close(code));
      }

      @Override
      List<String> read(String message) {
        return SockJsFrames.read(message);
      }
    },
    /**
     * {@code /eventbus/websocket}: one message in each, and binary ones out, as clients of the
     * bridge of Vert.x expect it.
     */
    PLAIN {
      @Override
      void send(ServerWebSocket socket, String message) {
        socket.writeBinaryMessage(Buffer.buffer(message));
      }

      @Override
      void send(ServerWebSocket socket, Frame event) {
        socket.writeBinaryMessage(event.as(BridgeFrame.PLAIN));
      }

      @Override
      void open(ServerWebSocket socket) {}

      @Override
      void ping(ServerWebSocket socket) {}

      @Override
      void close(ServerWebSocket socket, CloseCode code) {}

      @Override
      List<String> read(String message) {
        return List.of(message);
      }
    };

    abstract void send(ServerWebSocket socket, String message);

    abstract void send(ServerWebSocket socket, Frame event);

    abstract void open(ServerWebSocket socket);

    abstract void ping(ServerWebSocket socket);

    abstract void close(ServerWebSocket socket, CloseCode code);

    abstract List<String> read(String message);
  }

  /**
   * @param channel of the socket
   */
  WebSocketLink(ServerWebSocket socket, Wrapping wrapping, Channel channel) {
    this.socket = socket;
    this.wrapping = wrapping;
    this.channel = channel;
  }

  void open() {
    wrapping.open(socket);
  }

  @Override
  public void send(String message) {
    wrapping.send(socket, message);
  }

  @Override
  public void send(Frame frame) {
    wrapping.send(socket, frame);
  }

  @Override
  public BridgeWord word() {
    return BridgeWord.REC;
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
    return socket.isClosed();
  }

  @Override
  public void ping() {
    wrapping.ping(socket);
    socket.writePing(Buffer.buffer());
  }

  @Override
  public void close(CloseCode code) {
    if (socket.isClosed()) {
      return;
    }
    wrapping.close(socket, code);
    socket.close(code.code(), code.reason());
  }

  @Override
  public void cut() {
    Channels.cut(channel);
  }
}
