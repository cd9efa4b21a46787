package dev.backlot.stream.bridge;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.stream.CloseCode;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How SockJS wraps messages in the text frames of a WebSocket: the protocol of sockjs-client 1.x.
 */
final class SockJsFrames {
  static final String OPEN = "o";
  static final String HEARTBEAT = "h";

  private SockJsFrames() {}

  static String message(String text) {
    return "a[" + Json.encode(text) + "]";
  }

  static String close(CloseCode code) {
    return "c[" + code.code() + ",\"" + code.reason() + "\"]";
  }

  /**
   * A client sends a list of texts, or one text; empty frames are allowed. Throws {@code
   * INVALID_JSON} for anything else: the socket must be closed.
   */
  static List<String> read(String frame) {
    if (frame.isEmpty()) {
      return List.of();
    }
    Object value = decode(frame);
    if (value instanceof String one) {
      return List.of(one);
    }
    if (!(value instanceof JsonArray many)) {
      throw malformed();
    }
    List<String> messages = new ArrayList<>(many.size());
    for (int i = 0; i < many.size(); i++) {
      if (!(many.getValue(i) instanceof String text)) {
        throw malformed();
      }
      messages.add(text);
    }
    return messages;
  }

  private static @Nullable Object decode(String frame) {
    try {
      return Json.decodeValue(frame);
    } catch (DecodeException broken) {
      throw malformed();
    }
  }

  private static BacklotException malformed() {
    return new BacklotException(ErrorCode.INVALID_JSON, "A frame is a list of texts.");
  }
}
