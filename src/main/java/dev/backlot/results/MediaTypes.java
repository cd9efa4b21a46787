package dev.backlot.results;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The types that we call a result file. None of them can run in a browser. */
final class MediaTypes {
  static final String UNKNOWN = "application/octet-stream";

  private static final Set<String> SAFE =
      Set.of(
          "video/mp4",
          "video/webm",
          "video/quicktime",
          "image/png",
          "image/jpeg",
          "image/webp",
          "audio/mpeg",
          "audio/wav",
          "audio/mp4");

  private static final Map<String, String> BY_SUFFIX =
      Map.of(
          "mp4", "video/mp4",
          "webm", "video/webm",
          "mov", "video/quicktime",
          "png", "image/png",
          "jpg", "image/jpeg",
          "jpeg", "image/jpeg",
          "webp", "image/webp",
          "mp3", "audio/mpeg",
          "wav", "audio/wav",
          "m4a", "audio/mp4");

  private MediaTypes() {}

  /**
   * @param said the provider's Content-Type; believed only when it is on the list
   * @param path of the file; its suffix decides otherwise, since stores often say octet-stream
   */
  static String choose(@Nullable String said, String path) {
    String type = said == null ? "" : said.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (SAFE.contains(type)) {
      return type;
    }
    String suffix = path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return BY_SUFFIX.getOrDefault(suffix, UNKNOWN);
  }

  /** With its dot; empty for an unknown type. */
  static String suffix(String type) {
    return switch (type) {
      case "video/mp4", "audio/mp4" -> ".mp4";
      case "video/webm" -> ".webm";
      case "video/quicktime" -> ".mov";
      case "image/png" -> ".png";
      case "image/jpeg" -> ".jpg";
      case "image/webp" -> ".webp";
      case "audio/mpeg" -> ".mp3";
      case "audio/wav" -> ".wav";
      default -> "";
    };
  }
}
