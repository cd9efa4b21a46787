package dev.backlot.stream.bridge;

import dev.backlot.stream.Encoding;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/**
 * An event as clients of the bridges get it: around the very text that everybody gets. Each
 * encoding is made once, and shared by all clients and event loops; nobody may change one.
 */
final class BridgeFrame {
  /** A text frame of SockJS. */
  static final Encoding<String> SOCK_JS =
      text -> SockJsFrames.message(message(BridgeWord.REC, text));

  /** A binary message of a plain WebSocket. */
  static final Encoding<Buffer> PLAIN =
      text -> Buffer.buffer(message(BridgeWord.REC, text).getBytes(StandardCharsets.UTF_8));

  /** With its length before it. */
  static final Encoding<Buffer> TCP =
      text -> LengthFrames.message(message(BridgeWord.MESSAGE, text));

  private BridgeFrame() {}

  private static String message(BridgeWord word, String text) {
    return word.message(BridgeSession.EVENTS, text);
  }
}
