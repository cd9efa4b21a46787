package dev.backlot.http;

import dev.backlot.domain.input.Part;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.Map;

/**
 * Cuts long strings out of a JSON text, before it is parsed: they stay where they are in its array,
 * and what is left is small, so that neither a parser nor a tree ever holds tens of megabytes. Only
 * plain strings are cut: visible ASCII, where {@code \/} is the one escape. That is what base64
 * looks like; anything else stays and has to fit into what a body may have besides.
 *
 * <p>Whether it is JSON at all is for the parser to say: strings are counted here and there, and
 * whatever would bring the counts apart is no JSON.
 */
final class BodyCutter {
  private final byte[] body;
  private final ByteArrayOutputStream rest = new ByteArrayOutputStream(4_096);
  private final Map<Integer, Part> parts = new HashMap<>();
  private int strings;

  /**
   * @param rest the text with an empty string for each part
   * @param parts by the number of their string, names counted too, from 0
   */
  record Cut(Buffer rest, Map<Integer, Part> parts) {}

  private BodyCutter(byte[] body) {
    this.body = body;
  }

  /**
   * Takes as long as the body is.
   *
   * @param body written to: nobody else may use it from now on
   */
  static Cut cut(byte[] body) {
    return new BodyCutter(body).run();
  }

  private Cut run() {
    int copied = 0;
    int at = 0;
    while (at < body.length) {
      if (body[at] != '"') {
        at++;
        continue;
      }
      int begin = at + 1;
      int end = endOfString(begin);
      if (end - begin > Part.LENGTH_MIN && isPlain(begin, end)) {
        rest.write(body, copied, begin - copied);
        parts.put(strings, new Part(body, begin, unescape(begin, end)));
        copied = end;
      }
      strings++;
      at = end + 1;
    }
    rest.write(body, copied, body.length - copied);
    return new Cut(Buffer.buffer(rest.toByteArray()), parts);
  }

  /** Where the closing quote is; the end of the body when there is none. */
  private int endOfString(int begin) {
    int at = begin;
    while (at < body.length && body[at] != '"') {
      at += body[at] == '\\' ? 2 : 1;
    }
    return Math.min(at, body.length);
  }

  private boolean isPlain(int begin, int end) {
    for (int i = begin; i < end; i++) {
      byte b = body[i];
      boolean slash = b == '\\' && i + 1 < end && body[i + 1] == '/';
      if (b < 0x20 || b == 0x7f || (b == '\\' && !slash)) {
        return false;
      }
    }
    return end < body.length;
  }

  /** Moves what stands behind a backslash over it; answers the length that is left. */
  private int unescape(int begin, int end) {
    int to = begin;
    for (int i = begin; i < end; i++) {
      if (body[i] != '\\') {
        body[to++] = body[i];
      }
    }
    return to - begin;
  }
}
