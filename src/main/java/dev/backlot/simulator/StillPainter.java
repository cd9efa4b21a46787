package dev.backlot.simulator;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Draws an image: a white ball in a coloured sky. PNG; sets pixels only, so it needs neither a
 * screen nor fonts. For a worker thread.
 */
final class StillPainter {
  private static final int WHITE = 0xFFFFFF;
  private static final int MARK = 48;

  private final int width;
  private final int height;
  private final int hue;
  private final boolean marked;

  /**
   * @param hue 0xRRGGBB at the bottom of the sky
   * @param marked with a watermark: a white square in the corner
   */
  StillPainter(int width, int height, int hue, boolean marked) {
    this.width = width;
    this.height = height;
    this.hue = hue;
    this.marked = marked;
  }

  byte[] paint() {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int radius = Math.min(width, height) / 5;
    for (int y = 0; y < height; y++) {
      int sky = shade(0.25 + 0.75 * y / height);
      for (int x = 0; x < width; x++) {
        boolean ball = Math.hypot(x - width * 0.6, y - height * 0.4) < radius;
        boolean mark = marked && x < MARK && y < MARK;
        image.setRGB(x, y, ball || mark ? WHITE : sky);
      }
    }
    return encode(image);
  }

  private static byte[] encode(BufferedImage image) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    // In memory: the default would go through a temporary file.
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      if (!ImageIO.write(image, "png", out)) {
        throw new IllegalStateException("this JDK writes no PNG");
      }
    } catch (IOException impossible) {
      throw new UncheckedIOException("an image in memory", impossible);
    }
    return bytes.toByteArray();
  }

  private int shade(double light) {
    int red = (int) ((hue >> 16 & 0xFF) * light);
    int green = (int) ((hue >> 8 & 0xFF) * light);
    int blue = (int) ((hue & 0xFF) * light);
    return red << 16 | green << 8 | blue;
  }
}
