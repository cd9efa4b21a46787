package dev.backlot.simulator;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A model of the newer dialect, as all of its paths have it (reference, section 6).
 *
 * @param version its legacy name (section 11), by which slots and prices go
 * @param resolutions what {@code settings.resolution} may be
 * @param audios what {@code settings.audio} may be; empty when there is no such setting
 * @param shots how several shots are asked for
 * @param promptMax characters
 */
record PathModel(
    String name,
    String version,
    Lengths lengths,
    Set<String> resolutions,
    Set<String> audios,
    ShotSetting shots,
    int promptMax) {

  /** How several shots are asked for. */
  enum ShotSetting {
    NONE,
    /** By {@code settings.multi_shot}. */
    FLAG,
    /** By the prompt alone. */
    TEXT
  }

  private static final Lengths TO_15 = new Lengths(3, 15, 1);
  private static final Lengths TO_10 = new Lengths(3, 10, 1);
  private static final Lengths FIVE_OR_TEN = new Lengths(5, 10, 5);
  private static final Set<String> TO_1080P = Set.of("720p", "1080p");
  private static final Set<String> TO_4K = Set.of("720p", "1080p", "4k");
  private static final Set<String> NATIVE = Set.of("native", "off");
  private static final Set<String> ORIGINAL = Set.of("original", "off");
  private static final Set<String> ALL = Set.of("native", "original", "off");

  /** Always makes sound. */
  static final PathModel KLING_3_TURBO =
      new PathModel(
          "kling-3.0-turbo", "kling-3.0-turbo", TO_15, TO_1080P, Set.of(), ShotSetting.TEXT, 3_072);

  static final PathModel KLING_3 =
      new PathModel("kling-3.0", "kling-v3", TO_15, TO_4K, NATIVE, ShotSetting.FLAG, 3_072);
  static final PathModel KLING_2_6 =
      new PathModel(
          "kling-2.6", "kling-v2-6", FIVE_OR_TEN, TO_1080P, NATIVE, ShotSetting.NONE, 2_500);
  static final PathModel KLING_2_5_TURBO =
      new PathModel(
          "kling-2.5-turbo",
          "kling-v2-5-turbo",
          FIVE_OR_TEN,
          TO_1080P,
          Set.of(),
          ShotSetting.NONE,
          2_500);
  static final PathModel KLING_3_OMNI =
      new PathModel("kling-3.0-omni", "kling-v3-omni", TO_15, TO_4K, ALL, ShotSetting.FLAG, 3_072);
  static final PathModel KLING_O1 =
      new PathModel(
          "kling-o1", "kling-video-o1", TO_10, TO_1080P, ORIGINAL, ShotSetting.NONE, 2_500);

  private static final Map<String, String> VERSIONS =
      Stream.of(KLING_3_TURBO, KLING_3, KLING_2_6, KLING_2_5_TURBO, KLING_3_OMNI, KLING_O1)
          .collect(Collectors.toUnmodifiableMap(PathModel::name, PathModel::version));

  /** The legacy name of a model; any other name is one already. */
  static String version(String name) {
    return VERSIONS.getOrDefault(name, name);
  }
}
