package dev.backlot.stream;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/**
 * An event as clients of the bridges get it: around the very text that everybody gets. Each
 * encoding is made once, and shared by all clients and event loops; nobody may change one.
 */
final class BridgeFrame {
  private final Once<String> sockJs;
  private final Once<Buffer> plain;
  private final Once<Buffer> tcp;

  /**
   * @param text the event's own message
   */
  BridgeFrame(String text) {
    sockJs = new Once<>(() -> SockJsFrames.message(rec(BridgeWord.REC, text)));
    plain = new Once<>(() -> bytes(rec(BridgeWord.REC, text)));
    tcp = new Once<>(() -> LengthFrames.message(rec(BridgeWord.MESSAGE, text)));
  }

  /** A text frame of SockJS. */
  String sockJs() {
    return sockJs.get();
  }

  /** A binary message of a plain WebSocket. */
  Buffer plain() {
    return plain.get();
  }

  /** With its length before it. */
  Buffer tcp() {
    return tcp.get();
  }

  private static String rec(BridgeWord word, String text) {
    return word.message(BridgeSession.EVENTS, text);
  }

  private static Buffer bytes(String text) {
    return Buffer.buffer(text.getBytes(StandardCharsets.UTF_8));
  }
}
