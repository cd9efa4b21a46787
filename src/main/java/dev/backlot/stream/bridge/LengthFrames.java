package dev.backlot.stream.bridge;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.stream.Inbound;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Messages on a stream of bytes, each with its length before it: four bytes, big-endian. Keeps at
 * most one message that is not whole, and what came in the same read. One event loop only.
 */
public final class LengthFrames {
  private final int bytesMax;
  private Buffer waiting = Buffer.buffer();

  /**
   * @param bytesMax most bytes of one message
   */
  public LengthFrames(int bytesMax) {
    this.bytesMax = bytesMax;
  }

  public static Buffer message(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return Buffer.buffer(Integer.BYTES + bytes.length).appendInt(bytes.length).appendBytes(bytes);
  }

  /**
   * Hands on each message that is whole now. Throws {@code BODY_TOO_LARGE} or {@code
   * INVALID_REQUEST}: nothing on this connection can be understood any more.
   */
  public void accept(Buffer read, Consumer<String> each) {
    waiting.appendBuffer(read);
    int start = 0;
    while (waiting.length() - start >= Integer.BYTES) {
      int end = start + Integer.BYTES + length(waiting.getInt(start));
      if (end > waiting.length()) {
        break;
      }
      each.accept(Inbound.decode(waiting.getBuffer(start + Integer.BYTES, end)));
      start = end;
    }
    if (start > 0) {
      waiting = waiting.getBuffer(start, waiting.length());
    }
  }

  /** Checked before the message comes, so that nothing is kept for one that is too long. */
  private int length(int announced) {
    if (announced == 0) {
      throw new BacklotException(ErrorCode.INVALID_REQUEST, "A message has at least one byte.");
    }
    // As an unsigned number a negative one is longer still.
    if (announced < 0 || announced > bytesMax) {
      throw new BacklotException(
          ErrorCode.BODY_TOO_LARGE, "A message may have at most " + bytesMax + " bytes.");
    }
    return announced;
  }
}
