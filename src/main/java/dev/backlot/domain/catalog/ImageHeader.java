package dev.backlot.domain.catalog;

import java.util.Optional;

/**
 * Width and height of an image, read from its header alone: PNG (RFC 2083, IHDR) and JPEG (ITU
 * T.81, start of frame). No decoder touches what a tenant sends, and nothing here takes longer than
 * its bytes are long.
 *
 * @param width pixels, as stored
 * @param height pixels, as stored
 */
record ImageHeader(int width, int height) {
  private static final long PNG = 0x89504E470D0A1A0AL;
  private static final int IHDR = 0x49484452;
  private static final int START_OF_SCAN = 0xDA;

  /** Empty when it is neither, or broken before its size is told. */
  static Optional<ImageHeader> of(byte[] bytes) {
    if (bytes.length >= 24 && (long) number(bytes, 0, 4) << 32 == (PNG & 0xFFFFFFFF00000000L)) {
      return png(bytes);
    }
    return bytes.length >= 4 && number(bytes, 0, 2) == 0xFFD8 ? jpeg(bytes) : Optional.empty();
  }

  private static Optional<ImageHeader> png(byte[] bytes) {
    boolean whole = number(bytes, 4, 4) == (int) PNG && number(bytes, 12, 4) == IHDR;
    return whole ? size(number(bytes, 16, 4), number(bytes, 20, 4)) : Optional.empty();
  }

  /** Goes from segment to segment until one tells the frame's size. */
  private static Optional<ImageHeader> jpeg(byte[] bytes) {
    int at = 2;
    while (at + 9 <= bytes.length) {
      int marker = number(bytes, at, 2);
      if (marker == 0xFFFF) {
        at++;
        continue;
      }
      if (marker >> 8 != 0xFF || (marker & 0xFF) == START_OF_SCAN) {
        return Optional.empty();
      }
      if (isStartOfFrame(marker & 0xFF)) {
        return size(number(bytes, at + 7, 2), number(bytes, at + 5, 2));
      }
      at += 2 + Math.max(2, number(bytes, at + 2, 2));
    }
    return Optional.empty();
  }

  /** C4, C8 and CC are tables and extensions in the same range. */
  private static boolean isStartOfFrame(int marker) {
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
  }

  private static Optional<ImageHeader> size(int width, int height) {
    return width > 0 && height > 0 ? Optional.of(new ImageHeader(width, height)) : Optional.empty();
  }

  private static int number(byte[] bytes, int from, int length) {
    int number = 0;
    for (int i = from; i < from + length; i++) {
      number = number << 8 | (bytes[i] & 0xFF);
    }
    return number;
  }
}
