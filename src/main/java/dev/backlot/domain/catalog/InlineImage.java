package dev.backlot.domain.catalog;

import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/** An image inside a request, as base64 (Kling reference, section 4: common image rule). */
final class InlineImage {
  private static final int SIDE_MIN = 300;
  private static final double RATIO_MAX = 2.5;

  /** Of a data address; the provider refuses it, and it says nothing that the bytes do not. */
  private static final Pattern PREFIX =
      Pattern.compile("data:[a-zA-Z0-9.+-]{1,64}/[a-zA-Z0-9.+-]{1,64};base64,");

  private InlineImage() {}

  static String withoutPrefix(String text) {
    var prefix = PREFIX.matcher(text);
    return prefix.lookingAt() ? text.substring(prefix.end()) : text;
  }

  /**
   * @param base64 without a prefix
   * @param bytesMax of the image itself
   * @return what is wrong, in words after "must be"; empty when nothing is
   */
  static Optional<String> problem(String base64, int bytesMax) {
    if (base64.length() / 4 * 3L > bytesMax + 2L) {
      return Optional.of("an image of at most " + (bytesMax >> 20) + " MiB");
    }
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException notBase64) {
      return Optional.of("an http(s) address, or an image in base64");
    }
    return ImageHeader.of(bytes)
        .map(InlineImage::problem)
        .orElseGet(() -> Optional.of("a PNG or JPEG image"));
  }

  private static Optional<String> problem(ImageHeader image) {
    if (Math.min(image.width(), image.height()) < SIDE_MIN) {
      return Optional.of("an image of at least 300 pixels on each side" + measured(image));
    }
    double ratio = (double) image.width() / image.height();
    return ratio > RATIO_MAX || ratio < 1 / RATIO_MAX
        ? Optional.of("an image with sides between 1:2.5 and 2.5:1" + measured(image))
        : Optional.empty();
  }

  private static String measured(ImageHeader image) {
    return "; this one has " + image.width() + " x " + image.height();
  }
}
