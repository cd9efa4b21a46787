package dev.backlot.simulator;

import static dev.backlot.simulator.Content.BASE_VIDEO;
import static dev.backlot.simulator.Content.ELEMENT;
import static dev.backlot.simulator.Content.FEATURE_VIDEO;
import static dev.backlot.simulator.Content.FIRST_FRAME;
import static dev.backlot.simulator.Content.LAST_FRAME;
import static dev.backlot.simulator.Content.VOICE;

import java.util.function.Predicate;

/**
 * What does not go together in the newer dialect (reference, sections 6 and 6.2). The words name
 * the pair; {@code {model}} and the settings are filled in.
 *
 * @param broken whether a create breaks it
 */
record PathRule(String words, Predicate<PathCreate> broken) {

  static final PathRule LAST_FRAME_ALONE =
      new PathRule(
          "last_frame is not supported without first_frame",
          it -> it.has(LAST_FRAME) && !it.has(FIRST_FRAME));
  static final PathRule FIRST_FRAME_MISSING =
      new PathRule("contents must hold a first_frame", it -> !it.has(FIRST_FRAME));
  static final PathRule NATIVE_BELOW_1080P =
      new PathRule(
          "model/resolution({model}/{resolution}) is not supported with audio native",
          it -> it.audio().equals("native") && !it.resolution().equals("1080p"));
  static final PathRule VOICE_WITHOUT_AUDIO =
      new PathRule(
          "model/audio({model}/{audio}) is not supported with voice",
          it -> it.has(VOICE) && it.audio().equals("off"));
  static final PathRule LAST_FRAME_BELOW_1080P =
      new PathRule(
          "model/resolution({model}/{resolution}) is not supported with last_frame",
          it -> it.has(LAST_FRAME) && !it.resolution().equals("1080p"));
  static final PathRule LAST_FRAME_WITH_AUDIO =
      new PathRule(
          "model/audio({model}/{audio}) is not supported with last_frame",
          it -> it.has(LAST_FRAME) && it.audio().equals("native"));
  static final PathRule TWO_VIDEOS =
      new PathRule(
          "feature_video and base_video cannot exceed 1 in total",
          it -> it.has(FEATURE_VIDEO) && it.has(BASE_VIDEO));
  static final PathRule TOO_MANY_REFERENCES =
      new PathRule("refer_image and element cannot exceed 7 in total", it -> it.references() > 7);
  static final PathRule TOO_MANY_REFERENCES_WITH_VIDEO =
      new PathRule(
          "refer_image and element cannot exceed 4 in total with video input",
          it -> it.hasVideo() && it.references() > 4);
  static final PathRule TOO_MANY_ELEMENTS_WITH_FRAMES =
      new PathRule(
          "element cannot exceed 3 with first_frame",
          it -> it.has(FIRST_FRAME) && it.count(ELEMENT) > 3);
  static final PathRule BOTH_FRAMES_WITH_REFERENCES =
      new PathRule(
          "model({model}) with last_frame is not supported with refer_image or element",
          it -> it.has(LAST_FRAME) && it.references() > 0);
  static final PathRule FIRST_FRAME_ALONE_SECONDS =
      new PathRule(
          "model/duration({model}/{duration}) is not supported with first_frame alone",
          it ->
              it.has(FIRST_FRAME)
                  && !it.has(LAST_FRAME)
                  && !it.hasVideo()
                  && it.references() == 0
                  && it.seconds() % 5 != 0);
  static final PathRule FEATURE_VIDEO_IN_ONE_SHOT =
      new PathRule(
          "multi_shot must be true with feature_video",
          it -> it.has(FEATURE_VIDEO) && !it.multiShot());
  static final PathRule FEATURE_VIDEO_WITH_AUDIO =
      new PathRule(
          "model/audio({model}/{audio}) is not supported with feature_video",
          it -> it.has(FEATURE_VIDEO) && !it.audio().equals("off"));
  static final PathRule BASE_VIDEO_WITH_FRAMES =
      new PathRule(
          "base_video is not supported with first_frame",
          it -> it.has(BASE_VIDEO) && it.hasFrame());
  static final PathRule BASE_VIDEO_IN_SHOTS =
      new PathRule(
          "base_video is not supported with multi_shot",
          it -> it.has(BASE_VIDEO) && it.multiShot());
  static final PathRule BASE_VIDEO_WITH_NATIVE_AUDIO =
      new PathRule(
          "model/audio({model}/{audio}) is not supported with base_video",
          it -> it.has(BASE_VIDEO) && it.audio().equals("native"));
  static final PathRule ASPECT_RATIO_MISSING =
      new PathRule(
          "aspect_ratio is required without first_frame and video",
          it -> !it.hasAspectRatio() && !it.has(FIRST_FRAME) && !it.hasVideo());

  /** Throws a {@link Refusal} when the create breaks it. */
  void check(PathCreate create) {
    if (!broken.test(create)) {
      return;
    }
    throw Refusal.value(
        words
            .replace("{model}", create.model())
            .replace("{resolution}", create.resolution())
            .replace("{duration}", String.valueOf(create.seconds()))
            .replace("{audio}", create.audio()));
  }
}
