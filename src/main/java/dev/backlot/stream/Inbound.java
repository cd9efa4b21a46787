package dev.backlot.stream;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrame;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Puts a client's frames together to messages of text, within a bound, and refuses what is not
 * UTF-8. One event loop only.
 */
public final class Inbound {
  private final int bytesMax;
  private final boolean binaryToo;
  private @Nullable Buffer message;

  public Inbound(int bytesMax) {
    this(bytesMax, false);
  }

  /**
   * @param binaryToo whether text may come as binary messages
   */
  public Inbound(int bytesMax, boolean binaryToo) {
    this.bytesMax = bytesMax;
    this.binaryToo = binaryToo;
  }

  /**
   * @return a whole message, when this frame ends one. Throws {@code BODY_TOO_LARGE} or {@code
   *     INVALID_REQUEST}: the socket must be closed
   */
  public Optional<String> accept(WebSocketFrame frame) {
    if (frame.isBinary() && !binaryToo) {
      throw new BacklotException(ErrorCode.INVALID_REQUEST, "Messages are text, not binary.");
    }
    if (!frame.isText() && !frame.isBinary() && !frame.isContinuation()) {
      return Optional.empty();
    }
    Buffer whole = message == null ? Buffer.buffer() : message;
    if (whole.length() + frame.binaryData().length() > bytesMax) {
      message = null;
      throw new BacklotException(
          ErrorCode.BODY_TOO_LARGE, "A message may have at most " + bytesMax + " bytes.");
    }
    whole.appendBuffer(frame.binaryData());
    message = frame.isFinal() ? null : whole;
    return frame.isFinal() ? Optional.of(decode(whole)) : Optional.empty();
  }

  /** Fails with {@code INVALID_REQUEST} when it is not UTF-8. */
  public static String decode(Buffer whole) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(whole.getBytes()))
          .toString();
    } catch (CharacterCodingException malformed) {
      throw new BacklotException(ErrorCode.INVALID_REQUEST, "A message must be valid UTF-8.");
    }
  }
}
