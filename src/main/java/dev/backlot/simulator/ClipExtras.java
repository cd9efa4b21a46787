package dev.backlot.simulator;

import java.util.List;
import java.util.Set;

/**
 * What only some models take on the legacy video paths (reference, sections 4.1, 4.2 and 11).
 *
 * @param mode empty for a model without modes
 */
record ClipExtras(Product product, String model, String mode, int seconds, boolean sound) {
  private static final int ELEMENTS_MAX = 3;
  private static final int VOICES_MAX = 2;
  private static final Set<String> WITHOUT_SCALE =
      Set.of(
          "kling-v2-master", "kling-v2-1", "kling-v2-1-master", "kling-v2-5-turbo", "kling-v2-6");
  private static final List<String> MOVES =
      List.of("horizontal", "vertical", "pan", "tilt", "roll", "zoom");

  /** Throws a {@link Refusal}. */
  void check(Fields body) {
    refuse(body.has("cfg_scale") && WITHOUT_SCALE.contains(model), "cfg_scale");
    checkShots(body);
    checkVoices(body);
    boolean camera = body.has("camera_control");
    if (camera) {
      checkCamera(body.object("camera_control"));
    }
    if (product == Product.IMAGE2VIDEO) {
      checkImageExtras(body, camera);
    }
  }

  private void checkShots(Fields body) {
    boolean shots = Boolean.TRUE.equals(body.flag("multi_shot"));
    refuse(shots && !isVersion3(), "multi_shot");
    String type = body.text("shot_type", 16);
    if (shots && !type.equals("customize") && !type.equals("intelligence")) {
      throw Refusal.value("shot_type must be customize or intelligence with multi_shot");
    }
  }

  private void checkVoices(Fields body) {
    int voices = body.array("voice_list").size();
    refuse(voices > 0 && !(model.equals("kling-v2-6") && sound), "voice_list");
    if (voices > VOICES_MAX) {
      throw Refusal.value("voice_list cannot exceed " + VOICES_MAX);
    }
  }

  /** Camera moves from words are for the first model, from an image for the one after it. */
  private void checkCamera(Fields camera) {
    boolean words = product == Product.TEXT2VIDEO && model.equals("kling-v1") && mode.equals("std");
    boolean image =
        product == Product.IMAGE2VIDEO && model.equals("kling-v1-5") && mode.equals("pro");
    refuse(seconds != 5 || !(words || image), "camera_control");
    String type = camera.text("type", 32);
    if (!type.equals("simple")) {
      refuse(image, "camera_control type " + type);
      return;
    }
    Fields config = camera.object("config");
    if (MOVES.stream().filter(config::isNotZero).count() != 1) {
      throw Refusal.value("camera_control.config must have exactly one value that is not zero");
    }
  }

  private void checkImageExtras(Fields body, boolean camera) {
    boolean brush = body.has("static_mask") || !body.array("dynamic_masks").isEmpty();
    boolean first = model.equals("kling-v1");
    boolean second = model.equals("kling-v1-5") && mode.equals("pro");
    refuse(brush && !(seconds == 5 && (first || second)), "static_mask or dynamic_masks");
    boolean tail = !body.text("image_tail", Integer.MAX_VALUE).isEmpty();
    if ((tail && brush) || (tail && camera) || (brush && camera)) {
      throw Refusal.value("image_tail, masks and camera_control exclude each other");
    }
    int elements = body.array("element_list").size();
    refuse(elements > 0 && !isVersion3(), "element_list");
    if (elements > ELEMENTS_MAX) {
      throw Refusal.value("element_list cannot exceed " + ELEMENTS_MAX);
    }
  }

  private boolean isVersion3() {
    return model.equals("kling-v3");
  }

  private void refuse(boolean broken, String what) {
    if (broken) {
      String named = model + "/" + mode + "/" + seconds;
      throw Refusal.value("model/mode/duration(" + named + ") is not supported with " + what);
    }
  }
}
