package dev.backlot.simulator;

import static java.util.Map.entry;

import dev.backlot.config.SimulatorQuirks.BilledLength;
import java.math.BigDecimal;
import java.util.Map;

/**
 * What clips cost, in units of the video pack (reference, section 12). Data, by the model version
 * that both dialects share.
 */
final class ClipPrices {
  /** What makes a clip dearer; the last that applies counts. */
  enum Use {
    SILENT,
    SOUND,
    VOICES,
    VIDEO_INPUT
  }

  /**
   * Units per second.
   *
   * @param odd whether parts of a second count
   */
  private record Rate(
      BigDecimal silent, BigDecimal sound, BigDecimal voices, BigDecimal video, boolean odd) {
    BigDecimal of(Use use) {
      return switch (use) {
        case SILENT -> silent;
        case SOUND -> sound;
        case VOICES -> voices;
        case VIDEO_INPUT -> video;
      };
    }
  }

  private static final Map<String, String> MODES = Map.of("720p", "std", "1080p", "pro");

  private static final Map<String, Rate> OLDER =
      Map.of("std", perFiveSeconds("2"), "pro", perFiveSeconds("3.5"));
  private static final Map<String, Rate> MASTER = Map.of("", perFiveSeconds("10"));

  /** By version, then by legacy mode; a model without modes has the mode {@code ""}. */
  private static final Map<String, Map<String, Rate>> TABLE =
      Map.ofEntries(
          entry("kling-v1", Map.of("std", perFiveSeconds("1"), "pro", perFiveSeconds("3.5"))),
          entry("kling-v1-5", OLDER),
          entry("kling-v1-6", OLDER),
          entry("kling-v2-master", MASTER),
          entry("kling-v2-1", OLDER),
          entry("kling-v2-1-master", MASTER),
          entry("kling-v2-5-turbo", Map.of("std", flat("0.3"), "pro", flat("0.5"))),
          entry("kling-v2-6", Map.of("std", flat("0.3"), "pro", rate("0.5", "1.0", "1.2", "0.5"))),
          entry(
              "kling-v3",
              Map.of(
                  "std", rate("0.6", "0.9", "0.9", "0.6"),
                  "pro", rate("0.8", "1.2", "1.2", "0.8"),
                  "4k", flat("3.0"))),
          entry("kling-3.0-turbo", Map.of("std", flat("0.8"), "pro", flat("1.0"))),
          entry(
              "kling-v3-omni",
              Map.of(
                  "std", rate("0.6", "0.8", "0.8", "0.9"),
                  "pro", rate("0.8", "1.0", "1.0", "1.2"),
                  "4k", flat("3.0"))),
          entry(
              "kling-video-o1",
              Map.of(
                  "std", rate("0.6", "0.6", "0.6", "0.9"),
                  "pro", rate("0.8", "0.8", "0.8", "1.2"))));

  private ClipPrices() {}

  /** Of a mode or a resolution. */
  static String legacyMode(String mode) {
    return MODES.getOrDefault(mode, mode);
  }

  static boolean has(String version) {
    return TABLE.containsKey(version);
  }

  /**
   * Exact units of one clip.
   *
   * @param mode a legacy mode or a resolution
   * @param length how an odd length is billed, where seconds are
   */
  static BigDecimal units(String version, String mode, int seconds, Use use, BilledLength length) {
    Rate rate = TABLE.getOrDefault(version, Map.of()).get(legacyMode(mode));
    if (rate == null) {
      throw new IllegalStateException("no price for " + version + "/" + mode);
    }
    BigDecimal billed = (rate.odd() ? length : BilledLength.DOWN).of(seconds);
    return rate.of(use).multiply(billed).stripTrailingZeros();
  }

  /** Older models are priced per clip of 5 s, and 10 s cost twice that. */
  private static Rate perFiveSeconds(String units) {
    BigDecimal second = new BigDecimal(units).divide(BigDecimal.valueOf(5));
    return new Rate(second, second, second, second, false);
  }

  private static Rate flat(String units) {
    return rate(units, units, units, units);
  }

  private static Rate rate(String silent, String sound, String voices, String video) {
    return new Rate(
        new BigDecimal(silent),
        new BigDecimal(sound),
        new BigDecimal(voices),
        new BigDecimal(video),
        true);
  }
}
