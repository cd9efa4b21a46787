package dev.backlot.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.jcodec.api.SequenceEncoder;
import org.jcodec.common.io.ByteBufferSeekableByteChannel;
import org.jcodec.common.model.ColorSpace;
import org.jcodec.common.model.Picture;
import org.jcodec.common.model.Rational;

/**
 * Draws a clip: a ball that crosses a coloured sky in five seconds, with a bar that grows with time
 * so that a moving picture can be told from a still one. H.264 in MP4; no fonts, no AWT. Takes one
 * to three seconds of CPU: for a worker thread.
 */
final class ClipPainter {
  private static final int FRAMES_PER_SECOND = 10;
  private static final int FRAMES = 5 * FRAMES_PER_SECOND;
  private static final int BYTES_MAX = 4 << 20;
  private static final int RADIUS = 24;
  private static final int BAR = 6;
  private static final int MARK = 24;

  private final int width;
  private final int height;
  private final int hue;
  private final boolean marked;

  /**
   * @param hue 0xRRGGBB at the bottom of the sky
   * @param marked with a watermark: a white square in the corner
   */
  ClipPainter(int width, int height, int hue, boolean marked) {
    this.width = width;
    this.height = height;
    this.hue = hue;
    this.marked = marked;
  }

  byte[] paint() {
    ByteBufferSeekableByteChannel file =
        ByteBufferSeekableByteChannel.writeToByteBuffer(ByteBuffer.allocate(BYTES_MAX));
    try {
      SequenceEncoder encoder =
          SequenceEncoder.createWithFps(file, Rational.R(FRAMES_PER_SECOND, 1));
      Picture frame = Picture.create(width, height, ColorSpace.RGB);
      for (int number = 0; number < FRAMES; number++) {
        paint(frame.getPlaneData(0), (double) number / FRAMES);
        encoder.encodeNativeFrame(frame);
      }
      encoder.finish();
    } catch (IOException impossible) {
      throw new UncheckedIOException("a clip in memory", impossible);
    }
    ByteBuffer contents = file.getContents();
    byte[] bytes = new byte[contents.remaining()];
    contents.get(bytes);
    return bytes;
  }

  private void paint(byte[] pixels, double time) {
    double ballX = time * width;
    double ballY = height * (0.5 - 0.3 * Math.sin(time * 2 * Math.PI));
    int index = 0;
    for (int y = 0; y < height; y++) {
      int sky = shade(hue, 0.25 + 0.75 * y / height);
      for (int x = 0; x < width; x++) {
        boolean ball = Math.hypot(x - ballX, y - ballY) < RADIUS;
        boolean mark = marked && x < MARK && y < MARK;
        boolean bar = y >= height - BAR && x <= time * width;
        index = put(pixels, index, ball || bar || mark ? 0xFFFFFF : sky);
      }
    }
  }

  /** The encoder's samples are signed: 0 to 255 is stored as -128 to 127. */
  private static int put(byte[] pixels, int index, int rgb) {
    pixels[index] = (byte) ((rgb >> 16 & 0xFF) - 128);
    pixels[index + 1] = (byte) ((rgb >> 8 & 0xFF) - 128);
    pixels[index + 2] = (byte) ((rgb & 0xFF) - 128);
    return index + 3;
  }

  private static int shade(int rgb, double light) {
    int red = (int) ((rgb >> 16 & 0xFF) * light);
    int green = (int) ((rgb >> 8 & 0xFF) * light);
    int blue = (int) ((rgb & 0xFF) * light);
    return red << 16 | green << 8 | blue;
  }
}
