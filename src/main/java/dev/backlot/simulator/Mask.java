package dev.backlot.simulator;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * What points in a frame stand for: a disc round each, in a picture that is smaller than the frame,
 * in both forms of the reference (section 4.10). The same points make the same mask.
 */
final class Mask {
  private static final int WIDTH = 64;
  private static final int HEIGHT = 36;
  private static final int RADIUS = 5;
  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

  /** The first column from top to bottom, then the next. */
  private final boolean[] covered = new boolean[WIDTH * HEIGHT];

  Mask(Collection<Selection.Point> points) {
    points.forEach(this::cover);
  }

  JsonObject rle() {
    return new JsonObject().put("size", size()).put("counts", counts());
  }

  JsonObject png() {
    String base64 = Base64.getEncoder().encodeToString(file());
    return new JsonObject().put("size", size()).put("base64", base64);
  }

  private static JsonArray size() {
    return new JsonArray().add(HEIGHT).add(WIDTH);
  }

  private void cover(Selection.Point point) {
    for (int x = 0; x < WIDTH; x++) {
      for (int y = 0; y < HEIGHT; y++) {
        boolean near =
            Math.hypot(x - point.x() * (WIDTH - 1), y - point.y() * (HEIGHT - 1)) <= RADIUS;
        covered[x * HEIGHT + y] |= near;
      }
    }
  }

  /** Lengths of runs, bare ones first, as COCO writes them: each beside the one but last before. */
  private String counts() {
    List<Integer> runs = runs();
    StringBuilder text = new StringBuilder();
    for (int index = 0; index < runs.size(); index++) {
      append(text, runs.get(index) - (index > 2 ? runs.get(index - 2) : 0));
    }
    return text.toString();
  }

  private List<Integer> runs() {
    List<Integer> runs = new ArrayList<>();
    boolean inside = false;
    int length = 0;
    for (boolean pixel : covered) {
      if (pixel != inside) {
        runs.add(length);
        inside = pixel;
        length = 0;
      }
      length++;
    }
    runs.add(length);
    return runs;
  }

  /** Five bits a character; the sixth says that more follow. */
  private static void append(StringBuilder text, int number) {
    int rest = number;
    boolean more = true;
    while (more) {
      int bits = rest & 0x1F;
      rest >>= 5;
      more = (bits & 0x10) != 0 ? rest != -1 : rest != 0;
      text.append((char) ((more ? bits | 0x20 : bits) + '0'));
    }
  }

  private byte[] file() {
    ByteBuffer rows = ByteBuffer.allocate(HEIGHT * (WIDTH + 1));
    for (int y = 0; y < HEIGHT; y++) {
      rows.put((byte) 0);
      for (int x = 0; x < WIDTH; x++) {
        rows.put((byte) (covered[x * HEIGHT + y] ? 0xFF : 0));
      }
    }
    byte[] header = ByteBuffer.allocate(13).putInt(WIDTH).putInt(HEIGHT).put((byte) 8).array();
    Buffer file = Buffer.buffer().appendBytes(PNG);
    append(file, "IHDR", header);
    append(file, "IDAT", deflated(rows.array()));
    append(file, "IEND", new byte[0]);
    return file.getBytes();
  }

  private static byte[] deflated(byte[] rows) {
    Deflater deflater = new Deflater();
    deflater.setInput(rows);
    deflater.finish();
    byte[] room = new byte[rows.length + 64];
    int length = deflater.deflate(room);
    deflater.end();
    return Arrays.copyOf(room, length);
  }

  private static void append(Buffer file, String type, byte[] data) {
    byte[] chunk =
        Buffer.buffer(type.getBytes(StandardCharsets.US_ASCII)).appendBytes(data).getBytes();
    CRC32 crc = new CRC32();
    crc.update(chunk);
    file.appendInt(data.length).appendBytes(chunk).appendInt((int) crc.getValue());
  }
}
