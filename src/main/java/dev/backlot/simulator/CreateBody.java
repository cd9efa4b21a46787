package dev.backlot.simulator;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The body of a legacy create (reference, sections 4.1 and 4.2). Reads what decides about
 * acceptance, price and render time; unknown fields are ignored, as the real service does.
 */
final class CreateBody {
  private static final int TEXT_MAX = 2_500;
  private static final int EXTERNAL_ID_MAX = 256;
  private static final int IMAGE_CHARACTERS_MAX = 10 * (1 << 20) * 4 / 3 + 4;
  private static final int SHOTS_MAX = 6;
  private static final int SHOT_TEXT_MAX = 512;
  private static final Set<String> ASPECT_RATIOS = Set.of("16:9", "9:16", "1:1");

  private final Product product;
  private final JsonObject body;

  CreateBody(Product product, JsonObject body) {
    this.product = product;
    this.body = body;
  }

  /** The prompt, whatever else is wrong with the body: fault markers live there. */
  String prompt() {
    return body.getValue("prompt") instanceof String prompt ? prompt : "";
  }

  @Nullable String externalId() {
    return body.getValue("external_task_id") instanceof String id && !id.isEmpty() ? id : null;
  }

  /** Checks everything, in the order in which a caller would want to hear of it. */
  VideoRequest check() {
    Capability model = model();
    String mode = mode(model);
    int seconds = seconds(model);
    boolean sound = sound(model, mode);
    boolean voices = sound && !array("voice_list").isEmpty();
    checkPrompt(seconds);
    text("negative_prompt", TEXT_MAX);
    checkScale();
    checkImages(model, mode, seconds, sound);
    String externalId = text("external_task_id", EXTERNAL_ID_MAX);
    return new VideoRequest(
        product,
        model.model(),
        mode,
        seconds,
        sound,
        aspectRatio(),
        watermark(),
        model.price(mode, seconds, sound, voices),
        externalId.isEmpty() ? null : externalId);
  }

  private Capability model() {
    String name = text("model_name", 64);
    Capability model = Capability.of(name.isEmpty() ? "kling-v1" : name);
    if (model == null) {
      throw new Refusal(KlingError.RESOURCE_UNKNOWN, "model(" + name + ") does not exist");
    }
    if (!model.products().contains(product)) {
      throw Refusal.value("model(" + model.model() + ") is not supported with " + product.path());
    }
    return model;
  }

  private String mode(Capability model) {
    String given = text("mode", 16);
    if (model.modes().isEmpty() && given.isEmpty()) {
      return "";
    }
    String mode = given.isEmpty() ? "std" : given;
    if (!model.modes().contains(mode)) {
      throw Refusal.value("model/mode(" + model.model() + "/" + mode + ") is not supported");
    }
    return mode;
  }

  /** A string by the reference; whether the service takes a number too is not known, so: no. */
  private int seconds(Capability model) {
    String given = text("duration", 8);
    if (given.isEmpty()) {
      return 5;
    }
    int seconds = given.matches("\\d{1,2}") ? Integer.parseInt(given) : -1;
    if (!model.takesSeconds(seconds)) {
      throw Refusal.value("model/duration(" + model.model() + "/" + given + ") is not supported");
    }
    return seconds;
  }

  private boolean sound(Capability model, String mode) {
    String sound = text("sound", 8);
    if (!sound.isEmpty() && !sound.equals("on") && !sound.equals("off")) {
      throw Refusal.value("sound must be on or off");
    }
    if (sound.equals("on") && !model.soundModes().contains(mode)) {
      throw Refusal.value(
          "model/mode(" + model.model() + "/" + mode + ") is not supported with sound on");
    }
    return sound.equals("on");
  }

  private void checkPrompt(int seconds) {
    String prompt = text("prompt", TEXT_MAX);
    boolean multiShot = Boolean.TRUE.equals(body.getValue("multi_shot"));
    if (multiShot && text("shot_type", 16).equals("customize")) {
      checkShots(seconds);
      return;
    }
    if (prompt.isBlank() && product == Product.TEXT2VIDEO) {
      throw Refusal.value("prompt must not be empty");
    }
  }

  private void checkShots(int seconds) {
    JsonArray shots = array("multi_prompt");
    if (shots.isEmpty() || shots.size() > SHOTS_MAX) {
      throw Refusal.value("multi_prompt must hold 1 to " + SHOTS_MAX + " shots");
    }
    int sum = 0;
    for (Object element : shots) {
      if (!(element instanceof JsonObject shot)
          || !(shot.getValue("prompt") instanceof String prompt)
          || prompt.length() > SHOT_TEXT_MAX
          || !(shot.getValue("duration") instanceof String duration)
          || !duration.matches("[1-9]\\d?")) {
        throw Refusal.value("multi_prompt is invalid");
      }
      sum += Integer.parseInt(duration);
    }
    if (sum != seconds) {
      throw Refusal.value("the durations of multi_prompt must add up to duration");
    }
  }

  private void checkScale() {
    Object scale = body.getValue("cfg_scale");
    if (scale == null) {
      return;
    }
    if (!(scale instanceof Number number)
        || !(number.doubleValue() >= 0 && number.doubleValue() <= 1)) {
      throw Refusal.value("cfg_scale must be between 0 and 1");
    }
  }

  private void checkImages(Capability model, String mode, int seconds, boolean sound) {
    if (product != Product.IMAGE2VIDEO) {
      return;
    }
    boolean head = image("image");
    boolean tail = image("image_tail");
    if (!head && !tail) {
      throw Refusal.value("image and image_tail must not both be empty");
    }
    if (tail && !model.takesTail(mode, seconds, sound)) {
      String named = model.model() + "/" + mode + "/" + seconds;
      throw Refusal.value("model/mode/duration(" + named + ") is not supported with image_tail");
    }
  }

  /** An address, or base64 without a data: prefix; a look at its beginning is enough here. */
  private boolean image(String name) {
    String image = text(name, IMAGE_CHARACTERS_MAX);
    if (image.isEmpty()) {
      return false;
    }
    if (image.startsWith("http://") || image.startsWith("https://")) {
      return true;
    }
    String beginning = image.substring(0, Math.min(image.length(), 256));
    if (!beginning.matches("[A-Za-z0-9+/]+={0,2}")) {
      throw Refusal.value("File is not in a valid base64 format");
    }
    return true;
  }

  private String aspectRatio() {
    String ratio = text("aspect_ratio", 8);
    if (ratio.isEmpty() || product == Product.IMAGE2VIDEO) {
      return "16:9";
    }
    if (!ASPECT_RATIOS.contains(ratio)) {
      throw Refusal.value("aspect_ratio(" + ratio + ") is not supported");
    }
    return ratio;
  }

  private boolean watermark() {
    return body.getValue("watermark_info") instanceof JsonObject info
        && Boolean.TRUE.equals(info.getValue("enabled"));
  }

  private String text(String name, int charactersMax) {
    Object value = body.getValue(name);
    if (value == null) {
      return "";
    }
    if (!(value instanceof String text)) {
      throw Refusal.value(name + " must be a string");
    }
    if (text.length() > charactersMax) {
      throw Refusal.value(name + " must not exceed " + charactersMax + " characters");
    }
    return text;
  }

  private JsonArray array(String name) {
    Object value = body.getValue(name);
    if (value == null) {
      return new JsonArray();
    }
    if (value instanceof JsonArray array) {
      return array;
    }
    throw Refusal.value(name + " must be an array");
  }
}
