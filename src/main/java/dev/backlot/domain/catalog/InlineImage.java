package dev.backlot.domain.catalog;

import dev.backlot.domain.input.Part;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Supplier;

/** An image inside a request, as base64 (Kling reference, section 4: common image rule). */
final class InlineImage {
  private static final int SIDE_MIN = 300;

  /** Of every JPEG (ITU T.81); nobody means a PNG that is larger. */
  private static final int SIDE_MAX = 65_535;

  private static final double RATIO_MAX = 2.5;

  private InlineImage() {}

  /**
   * @param base64 without a prefix
   * @param bytesMax of the image itself
   * @return what is wrong; empty when nothing is
   */
  static Optional<InlineFile.Fault> problem(String base64, int bytesMax) {
    return problem(
        bytes(base64.length(), base64.substring(Math.max(0, base64.length() - 2))),
        bytesMax,
        () -> Base64.getDecoder().decode(base64));
  }

  /** The same of a long one: takes as many bytes as the image has, and a few ms for each MiB. */
  static Optional<InlineFile.Fault> problem(Part base64, int bytesMax) {
    String end = base64.after(Math.max(0, base64.length() - 2)).start(2);
    return problem(bytes(base64.length(), end), bytesMax, base64::decoded);
  }

  /** How many bytes so much base64 stands for, if it is base64: padding stands for none. */
  private static long bytes(int characters, String end) {
    long padding = end.chars().filter(character -> character == '=').count();
    return (characters - padding) * 3 / 4;
  }

  private static Optional<InlineFile.Fault> problem(
      long size, int bytesMax, Supplier<byte[]> decoding) {
    if (size > bytesMax) {
      return wrong("an image of at most " + (bytesMax >> 20) + " MiB");
    }
    byte[] bytes;
    try {
      bytes = decoding.get();
    } catch (IllegalArgumentException notBase64) {
      return Optional.of(InlineFile.Fault.notBase64("an http(s) address, or an image in base64"));
    }
    return ImageHeader.of(bytes)
        .map(InlineImage::problem)
        .orElseGet(() -> wrong("a PNG or JPEG image that is whole"));
  }

  private static Optional<InlineFile.Fault> problem(ImageHeader image) {
    if (Math.min(image.width(), image.height()) < SIDE_MIN) {
      String allowed = "an image of at least 300 pixels on each side" + measured(image);
      return Optional.of(new InlineFile.Fault(allowed, "Image pixel is invalid"));
    }
    if (Math.max(image.width(), image.height()) > SIDE_MAX) {
      return wrong("an image of at most 65535 pixels on each side" + measured(image));
    }
    double ratio = (double) image.width() / image.height();
    return ratio > RATIO_MAX || ratio < 1 / RATIO_MAX
        ? wrong("an image with sides between 1:2.5 and 2.5:1" + measured(image))
        : Optional.empty();
  }

  private static Optional<InlineFile.Fault> wrong(String allowed) {
    return Optional.of(InlineFile.Fault.of(allowed));
  }

  private static String measured(ImageHeader image) {
    return "; this one has " + image.width() + " x " + image.height();
  }
}
