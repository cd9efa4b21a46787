package dev.backlot.simulator;

import static dev.backlot.simulator.Content.BASE_VIDEO;
import static dev.backlot.simulator.Content.ELEMENT;
import static dev.backlot.simulator.Content.FEATURE_VIDEO;
import static dev.backlot.simulator.Content.FIRST_FRAME;
import static dev.backlot.simulator.Content.LAST_FRAME;
import static dev.backlot.simulator.Content.PROMPT;
import static dev.backlot.simulator.Content.REFER_IMAGE;
import static dev.backlot.simulator.Content.VOICE;
import static dev.backlot.simulator.PathModel.KLING_2_5_TURBO;
import static dev.backlot.simulator.PathModel.KLING_2_6;
import static dev.backlot.simulator.PathModel.KLING_3;
import static dev.backlot.simulator.PathModel.KLING_3_OMNI;
import static dev.backlot.simulator.PathModel.KLING_3_TURBO;
import static dev.backlot.simulator.PathModel.KLING_O1;
import static dev.backlot.simulator.PathRule.ASPECT_RATIO_MISSING;
import static dev.backlot.simulator.PathRule.BASE_VIDEO_IN_SHOTS;
import static dev.backlot.simulator.PathRule.BASE_VIDEO_WITH_FRAMES;
import static dev.backlot.simulator.PathRule.BASE_VIDEO_WITH_NATIVE_AUDIO;
import static dev.backlot.simulator.PathRule.BOTH_FRAMES_WITH_REFERENCES;
import static dev.backlot.simulator.PathRule.FEATURE_VIDEO_IN_ONE_SHOT;
import static dev.backlot.simulator.PathRule.FEATURE_VIDEO_WITH_AUDIO;
import static dev.backlot.simulator.PathRule.FIRST_FRAME_ALONE_SECONDS;
import static dev.backlot.simulator.PathRule.FIRST_FRAME_MISSING;
import static dev.backlot.simulator.PathRule.LAST_FRAME_ALONE;
import static dev.backlot.simulator.PathRule.LAST_FRAME_BELOW_1080P;
import static dev.backlot.simulator.PathRule.LAST_FRAME_WITH_AUDIO;
import static dev.backlot.simulator.PathRule.NATIVE_BELOW_1080P;
import static dev.backlot.simulator.PathRule.TOO_MANY_ELEMENTS_WITH_FRAMES;
import static dev.backlot.simulator.PathRule.TOO_MANY_REFERENCES;
import static dev.backlot.simulator.PathRule.TOO_MANY_REFERENCES_WITH_VIDEO;
import static dev.backlot.simulator.PathRule.TWO_VIDEOS;
import static dev.backlot.simulator.PathRule.VOICE_WITHOUT_AUDIO;
import static dev.backlot.simulator.Product.IMAGE_TO_VIDEO;
import static dev.backlot.simulator.Product.OMNI_VIDEO;
import static dev.backlot.simulator.Product.TEXT_TO_VIDEO;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a model takes on one path of the newer dialect (reference, sections 6 and 6.2). Data,
 * because the real service changes it without notice.
 *
 * @param contents most of each type; empty when the prompt stands at the top
 */
record PathOffer(
    Product product, PathModel model, Map<Content, Integer> contents, List<PathRule> rules) {

  private static final Map<Content, Integer> TEXT = Map.of();
  private static final Map<Content, Integer> FIRST = Map.of(PROMPT, 1, FIRST_FRAME, 1);
  private static final Map<Content, Integer> FRAMES =
      Map.of(PROMPT, 1, FIRST_FRAME, 1, LAST_FRAME, 1);
  private static final Map<Content, Integer> FRAMES_AND_ELEMENTS =
      Map.of(PROMPT, 1, FIRST_FRAME, 1, LAST_FRAME, 1, ELEMENT, 3);
  private static final Map<Content, Integer> FRAMES_AND_VOICES =
      Map.of(PROMPT, 1, FIRST_FRAME, 1, LAST_FRAME, 1, VOICE, 2);

  /** Those of which only the sum is bounded are left to the rules. */
  private static final Map<Content, Integer> OMNI =
      Map.of(
          PROMPT, 1,
          FIRST_FRAME, 1,
          LAST_FRAME, 1,
          REFER_IMAGE, Contents.ALL_MAX,
          ELEMENT, Contents.ALL_MAX,
          FEATURE_VIDEO, 1,
          BASE_VIDEO, 1);

  private static final Map<String, PathOffer> TABLE =
      Stream.of(
              text(KLING_3_TURBO),
              text(KLING_3),
              text(KLING_2_6, NATIVE_BELOW_1080P),
              text(KLING_2_5_TURBO),
              image(KLING_3_TURBO, FIRST, FIRST_FRAME_MISSING),
              image(KLING_3, FRAMES_AND_ELEMENTS, LAST_FRAME_ALONE, FIRST_FRAME_MISSING),
              image(
                  KLING_2_6,
                  FRAMES_AND_VOICES,
                  LAST_FRAME_ALONE,
                  FIRST_FRAME_MISSING,
                  NATIVE_BELOW_1080P,
                  VOICE_WITHOUT_AUDIO,
                  LAST_FRAME_BELOW_1080P,
                  LAST_FRAME_WITH_AUDIO),
              image(
                  KLING_2_5_TURBO,
                  FRAMES,
                  LAST_FRAME_ALONE,
                  FIRST_FRAME_MISSING,
                  LAST_FRAME_BELOW_1080P),
              omni(
                  KLING_3_OMNI,
                  LAST_FRAME_ALONE,
                  TWO_VIDEOS,
                  TOO_MANY_REFERENCES,
                  TOO_MANY_REFERENCES_WITH_VIDEO,
                  TOO_MANY_ELEMENTS_WITH_FRAMES,
                  FEATURE_VIDEO_IN_ONE_SHOT,
                  FEATURE_VIDEO_WITH_AUDIO,
                  BASE_VIDEO_WITH_FRAMES,
                  BASE_VIDEO_IN_SHOTS,
                  BASE_VIDEO_WITH_NATIVE_AUDIO,
                  ASPECT_RATIO_MISSING),
              omni(
                  KLING_O1,
                  LAST_FRAME_ALONE,
                  TWO_VIDEOS,
                  TOO_MANY_REFERENCES,
                  TOO_MANY_REFERENCES_WITH_VIDEO,
                  BOTH_FRAMES_WITH_REFERENCES,
                  BASE_VIDEO_WITH_FRAMES,
                  FIRST_FRAME_ALONE_SECONDS,
                  ASPECT_RATIO_MISSING))
          .collect(
              Collectors.toUnmodifiableMap(
                  offer -> key(offer.product, offer.model.name()), Function.identity()));

  static @Nullable PathOffer of(Product product, String model) {
    return TABLE.get(key(product, model));
  }

  private static String key(Product product, String model) {
    return product.path() + "/" + model;
  }

  private static PathOffer text(PathModel model, PathRule... rules) {
    return new PathOffer(TEXT_TO_VIDEO, model, TEXT, List.of(rules));
  }

  private static PathOffer image(
      PathModel model, Map<Content, Integer> contents, PathRule... rules) {
    return new PathOffer(IMAGE_TO_VIDEO, model, contents, List.of(rules));
  }

  private static PathOffer omni(PathModel model, PathRule... rules) {
    return new PathOffer(OMNI_VIDEO, model, OMNI, List.of(rules));
  }
}
