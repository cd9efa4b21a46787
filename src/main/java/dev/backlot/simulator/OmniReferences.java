package dev.backlot.simulator;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * What a legacy omni create goes by beside its words (reference, section 4.4).
 *
 * @param images all of them, frames included
 * @param video none, {@code base} (to be edited) or {@code feature}
 */
record OmniReferences(
    int images, boolean hasFirstFrame, boolean hasEndFrame, int elements, String video) {
  private static final int IMAGE_MAX = 10 << 20;
  private static final int ADDRESS_MAX = 2_048;
  private static final int WORD_MAX = 16;
  private static final String NONE = "none";

  /** Throws a {@link Refusal}. */
  static OmniReferences read(Fields body) {
    JsonArray images = body.array("image_list");
    int first = 0;
    int end = 0;
    for (Object element : images) {
      Fields image = object(element, "image_list");
      if (!image.image("image_url", IMAGE_MAX)) {
        throw Refusal.value("image_list.image_url must not be empty");
      }
      switch (image.text("type", WORD_MAX)) {
        case "first_frame" -> first++;
        case "end_frame" -> end++;
        case "" -> {}
        default -> throw Refusal.value("image_list.type is not supported");
      }
    }
    if (first > 1 || end > 1 || end > first) {
      throw Refusal.value("image_list takes one first_frame, and one end_frame with it");
    }
    int elements = body.array("element_list").size();
    return new OmniReferences(images.size(), first > 0, end > 0, elements, video(body));
  }

  boolean hasVideo() {
    return !video.equals(NONE);
  }

  boolean isEdit() {
    return video.equals("base");
  }

  /** Throws a {@link Refusal}. */
  void check(PathModel model, String mode, int seconds, boolean sound, boolean shots) {
    refuse(sound && hasVideo(), "sound on is not supported with video input");
    refuse(isEdit() && (hasFirstFrame || shots), "video_list base is not supported with frames");
    refuse(mode.equals("4k") && hasVideo(), "mode(4k) is not supported with video input");
    refuse(hasEndFrame && images > 2, "end_frame is not supported with more than 2 images");
    int most = hasVideo() ? 4 : 7;
    refuse(images + elements > most, "image_list and element_list cannot exceed " + most);
    boolean odd = model.equals(PathModel.KLING_O1) && seconds % 5 != 0;
    refuse(odd && isWordsOrFirstFrameAlone(), "duration must be 5 or 10 without references");
  }

  private boolean isWordsOrFirstFrameAlone() {
    return !hasVideo() && elements == 0 && images == (hasFirstFrame ? 1 : 0);
  }

  private static String video(Fields body) {
    JsonArray videos = body.array("video_list");
    if (videos.isEmpty()) {
      return NONE;
    }
    refuse(videos.size() > 1, "video_list cannot exceed 1");
    Fields video = object(videos.getValue(0), "video_list");
    refuse(
        !Fields.isAddress(video.text("video_url", ADDRESS_MAX)),
        "video_list.video_url must be an address");
    String type = video.text("refer_type", WORD_MAX);
    refuse(!type.matches("|base|feature"), "video_list.refer_type is not supported");
    refuse(
        !video.text("keep_original_sound", WORD_MAX).matches("|yes|no"),
        "video_list.keep_original_sound must be yes or no");
    return type.isEmpty() ? "base" : type;
  }

  private static Fields object(Object element, String list) {
    if (element instanceof JsonObject json) {
      return new Fields(json, list + ".");
    }
    throw Refusal.value(list + " must hold objects");
  }

  private static void refuse(boolean broken, String words) {
    if (broken) {
      throw Refusal.value(words);
    }
  }
}
