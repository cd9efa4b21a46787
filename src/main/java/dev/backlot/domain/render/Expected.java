package dev.backlot.domain.render;

import java.util.Map;

/**
 * How long half of the tasks take that nothing was measured of yet: wall times that others saw on
 * the live service (Kling reference, section 3), scaled by duration and mode. They only have to be
 * right within a factor of a few: each measured task counts for more.
 */
final class Expected {
  private static final double STANDARD_CLIP_MILLIS = 100_000;
  private static final double STANDARD_SECONDS = 5;
  private static final double IMAGE_MILLIS = 24_000;
  private static final double VOICE_MILLIS = 9_000;
  private static final double ELEMENT_MILLIS = 5_000;
  private static final double AVATAR_MILLIS = 240_000;

  /** A clip of 5 s in pro took 100 to 250 s; nobody has measured 4k. */
  private static final double PRO = 1.6;

  private static final double FOUR_K = 3;

  /** 3 s in 720p took 28 s. */
  private static final double TURBO = 28_000 / (STANDARD_CLIP_MILLIS * 3 / STANDARD_SECONDS);

  private static final Map<String, Double> MODES =
      Map.of("std", 1.0, "720p", 1.0, "pro", PRO, "1080p", PRO, "4k", FOUR_K);

  private Expected() {}

  static double medianMillis(RenderProfile profile) {
    String kind = profile.kind();
    if (kind.contains("voice")) {
      return VOICE_MILLIS;
    }
    if (kind.contains("element")) {
      return ELEMENT_MILLIS;
    }
    if (kind.contains("avatar")) {
      return AVATAR_MILLIS;
    }
    if (profile.seconds() == 0 && kind.endsWith("image")) {
      return IMAGE_MILLIS;
    }
    double seconds = profile.seconds() == 0 ? STANDARD_SECONDS : profile.seconds();
    double clip =
        STANDARD_CLIP_MILLIS * seconds / STANDARD_SECONDS * MODES.getOrDefault(profile.mode(), PRO);
    return profile.model().contains("turbo") ? clip * TURBO : clip;
  }
}
