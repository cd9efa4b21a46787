package dev.backlot.domain.render;

import static java.util.Map.entry;

import java.util.Map;
import java.util.Set;

/**
 * How long half of the tasks take that nothing was measured of yet, by the catalog's name of their
 * kind: wall times that others saw on the live service (Kling reference, section 3), and beside
 * them what nobody has published, guessed as is said there. They only have to be right within a
 * factor of a few: each measured task counts for more.
 */
final class Expected {
  private static final double STANDARD_CLIP_MILLIS = 100_000;
  private static final double STANDARD_SECONDS = 5;

  /** A clip of 5 s in pro took 100 to 250 s; nobody has measured 4k. */
  private static final double PRO = 1.6;

  private static final double FOUR_K = 3;

  /** 3 s in 720p took 28 s. */
  private static final double TURBO = 28_000 / (STANDARD_CLIP_MILLIS * 3 / STANDARD_SECONDS);

  /** The seconds are the most that the provider makes, and a motion is seldom as long. */
  private static final double MOTION = 0.5;

  private static final Map<String, Double> MODES =
      Map.of("std", 1.0, "720p", 1.0, "pro", PRO, "1080p", PRO, "4k", FOUR_K);

  private static final Made CLIP = new Made("video", 0, 1);
  private static final Made MOVED = new Made("video", 0, MOTION);

  /** 24 s was seen of one sort of image; the others are made alike. */
  private static final Made IMAGE = new Made("image", 24_000, 0);

  /** Guessed: the mouth of a clip that is there is made anew, so less than a clip in pro. */
  private static final Made LIPS = new Made("video", 120_000, 0);

  /** "Several minutes" were seen. */
  private static final Made AVATAR = new Made("video", 240_000, 0);

  /** Guessed: between a voice and an image. */
  private static final Made SOUND = new Made("sound", 15_000, 0);

  /** Guessed: a sound, and a video to be read before and written after it. */
  private static final Made SOUND_OF_VIDEO = new Made("sound", 30_000, 0);

  private static final Made ELEMENT = new Made("element", 5_000, 0);
  private static final Made VOICE = new Made("voice", 9_000, 0);

  private static final Map<String, Made> KINDS =
      Map.ofEntries(
          entry("text2video", CLIP),
          entry("image2video", CLIP),
          entry("text-to-video", CLIP),
          entry("image-to-video", CLIP),
          entry("omni-video", CLIP),
          entry("omni-video-v1", CLIP),
          entry("multi-image2video", CLIP),
          entry("video-extend", CLIP),
          entry("effects", CLIP),
          entry("multi-elements", CLIP),
          entry("motion-control", MOVED),
          entry("motion-control-v1", MOVED),
          entry("lip-sync", LIPS),
          entry("advanced-lip-sync", LIPS),
          entry("avatar", AVATAR),
          entry("images", IMAGE),
          entry("omni-image", IMAGE),
          entry("multi-image2image", IMAGE),
          entry("expand", IMAGE),
          entry("try-on", IMAGE),
          entry("ai-multi-shot", IMAGE),
          entry("text-to-audio", SOUND),
          entry("video-to-audio", SOUND_OF_VIDEO),
          entry("advanced-custom-elements", ELEMENT),
          entry("custom-voices", VOICE));

  private Expected() {}

  /**
   * @param sort of what comes out: models of one name make several
   * @param millis however long it is; 0 for what goes by its length
   * @param ofClip part of a clip of the same length, model and mode; 0 for what is as long anyway
   */
  private record Made(String sort, double millis, double ofClip) {}

  /** What it has a figure for. */
  static Set<String> kinds() {
    return KINDS.keySet();
  }

  /** What comes out of tasks of a kind; of one that is not known here a video. */
  static String sort(String kind) {
    return KINDS.getOrDefault(kind, CLIP).sort();
  }

  static double medianMillis(RenderProfile profile) {
    Made made = KINDS.getOrDefault(profile.kind(), CLIP);
    return made.ofClip() > 0 ? made.ofClip() * clipMillis(profile) : made.millis();
  }

  private static double clipMillis(RenderProfile profile) {
    double seconds = profile.seconds() == 0 ? STANDARD_SECONDS : profile.seconds();
    double clip =
        STANDARD_CLIP_MILLIS * seconds / STANDARD_SECONDS * MODES.getOrDefault(profile.mode(), PRO);
    return profile.model().contains("turbo") ? clip * TURBO : clip;
  }
}
