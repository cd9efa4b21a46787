package dev.backlot.domain.input;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;

/**
 * A long value of an input, such as an image in base64: visible ASCII characters without quotes and
 * backslashes, so that JSON writes them as they are. A piece of an array that nobody writes any
 * more; nothing is copied. Instances are the same only when they are the same object.
 */
public final class Part {
  /** Fewer characters stay in the text. No text field of a kind may be that long. */
  public static final int LENGTH_MIN = 1 << 16;

  private final byte[] bytes;
  private final int from;
  private final int length;

  public Part(byte[] bytes, int from, int length) {
    this.bytes = bytes;
    this.from = from;
    this.length = length;
  }

  public int length() {
    return length;
  }

  /** Its first characters: all of them when there are no more. */
  public String start(int most) {
    return new String(bytes, from, Math.min(most, length), StandardCharsets.US_ASCII);
  }

  /** Without its first characters. */
  public Part after(int skipped) {
    return new Part(bytes, from + skipped, length - skipped);
  }

  /** A view. */
  public ByteBuffer buffer() {
    return ByteBuffer.wrap(bytes, from, length).asReadOnlyBuffer();
  }

  /**
   * The bytes that its base64 stands for; a few zeros may follow them.
   *
   * @throws IllegalArgumentException when it is not base64
   */
  public byte[] decoded() {
    return Base64.getDecoder().decode(ByteBuffer.wrap(bytes, from, length)).array();
  }

  public void addTo(MessageDigest digest) {
    digest.update(bytes, from, length);
  }

  /** Its length only: what callers send stays out of logs. */
  @Override
  public String toString() {
    return "a part of " + length + " characters";
  }
}
