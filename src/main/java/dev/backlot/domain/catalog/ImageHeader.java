package dev.backlot.domain.catalog;

import java.util.Optional;
import java.util.zip.CRC32;

/**
 * Width and height of an image that is whole by its frame: a PNG (RFC 2083) with a sound IHDR, an
 * IDAT and an IEND, its chunks one after the other; a JPEG (ITU T.81) with a start of frame, a scan
 * and an end. Whatever follows the end counts for nothing. No decoder touches what a tenant sends,
 * and each byte is looked at once at most.
 *
 * @param width pixels, as stored
 * @param height pixels, as stored
 */
record ImageHeader(int width, int height) {
  private static final long PNG = 0x89504E470D0A1A0AL;
  private static final int IHDR = 0x49484452;
  private static final int IHDR_LENGTH = 13;
  private static final int IDAT = 0x49444154;
  private static final int IEND = 0x49454E44;

  /** Length, name and checksum. */
  private static final int CHUNK_FRAME = 12;

  private static final int FIRST_CHUNK = 8;
  private static final int START_OF_SCAN = 0xDA;
  private static final int END_OF_IMAGE = 0xFFD9;

  /** Empty when it is neither, or cut off. */
  static Optional<ImageHeader> of(byte[] bytes) {
    if (bytes.length >= FIRST_CHUNK && number(bytes, 0, 4) == (int) (PNG >> 32)) {
      return png(bytes);
    }
    return bytes.length >= 4 && number(bytes, 0, 2) == 0xFFD8 ? jpeg(bytes) : Optional.empty();
  }

  private static Optional<ImageHeader> png(byte[] bytes) {
    boolean whole = number(bytes, 4, 4) == (int) PNG && beginsWithHeader(bytes) && ends(bytes);
    return whole ? size(number(bytes, 16, 4), number(bytes, 20, 4)) : Optional.empty();
  }

  private static boolean beginsWithHeader(byte[] bytes) {
    int checksum = FIRST_CHUNK + CHUNK_FRAME + IHDR_LENGTH - 4;
    if (bytes.length < checksum + 4
        || number(bytes, FIRST_CHUNK, 4) != IHDR_LENGTH
        || number(bytes, FIRST_CHUNK + 4, 4) != IHDR) {
      return false;
    }
    CRC32 counted = new CRC32();
    counted.update(bytes, FIRST_CHUNK + 4, 4 + IHDR_LENGTH);
    return (int) counted.getValue() == number(bytes, checksum, 4);
  }

  /** Goes from chunk to chunk, over data, to the end. */
  private static boolean ends(byte[] bytes) {
    boolean hasData = false;
    int at = FIRST_CHUNK;
    while (at <= bytes.length - CHUNK_FRAME) {
      int length = number(bytes, at, 4);
      int name = number(bytes, at + 4, 4);
      if (length < 0 || length > bytes.length - CHUNK_FRAME - at) {
        return false;
      }
      if (name == IEND) {
        return hasData;
      }
      hasData |= name == IDAT && length > 0;
      at += CHUNK_FRAME + length;
    }
    return false;
  }

  /** Goes from segment to segment until one tells the frame's size, and on to the end. */
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
        return endsAfterScan(bytes, at)
            ? size(number(bytes, at + 7, 2), number(bytes, at + 5, 2))
            : Optional.empty();
      }
      at += 2 + Math.max(2, number(bytes, at + 2, 2));
    }
    return Optional.empty();
  }

  private static boolean endsAfterScan(byte[] bytes, int from) {
    int at = from;
    while (at + 4 <= bytes.length && bytes[at] == (byte) 0xFF) {
      int marker = bytes[at + 1] & 0xFF;
      if (marker == 0xFF) {
        at++;
        continue;
      }
      at += 2 + Math.max(2, number(bytes, at + 2, 2));
      if (marker == START_OF_SCAN) {
        return hasEnd(bytes, at);
      }
    }
    return false;
  }

  /** Within a scan, no other byte follows a 0xFF of the image itself than 0. */
  private static boolean hasEnd(byte[] bytes, int from) {
    for (int at = from; at + 2 <= bytes.length; at++) {
      if (number(bytes, at, 2) == END_OF_IMAGE) {
        return true;
      }
    }
    return false;
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
