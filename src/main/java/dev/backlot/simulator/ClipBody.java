package dev.backlot.simulator;

import dev.backlot.config.SimulatorQuirks;
import dev.backlot.simulator.ClipPrices.Use;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A legacy create of a clip (reference, sections 4.1 and 4.2). */
final class ClipBody implements CreateBody {
  static final Set<String> ASPECT_RATIOS = Set.of("16:9", "9:16", "1:1");

  private static final int TEXT_MAX = 2_500;
  private static final int IMAGE_MAX = 10 << 20;

  private final Product product;
  private final Fields body;
  private final SimulatorQuirks quirks;

  ClipBody(Product product, JsonObject json, SimulatorQuirks quirks) {
    this.product = product;
    this.quirks = quirks;
    this.body = new Fields(json);
  }

  @Override
  public String prompt() {
    return body.lenient("prompt");
  }

  @Override
  public @Nullable String externalId() {
    String id = body.lenient("external_task_id");
    return id.isEmpty() ? null : id;
  }

  @Override
  public TaskRequest check() {
    ClipModel model = model();
    String mode = mode(model);
    int seconds = seconds(model);
    boolean sound = sound(model, mode);
    boolean voices = sound && !body.array("voice_list").isEmpty();
    checkPrompt(seconds);
    body.text("negative_prompt", TEXT_MAX);
    body.checkShare("cfg_scale");
    checkImages(model, mode, seconds, sound);
    new ClipExtras(product, model.model(), mode, seconds, sound).check(body);
    Use use = voices ? Use.VOICES : sound ? Use.SOUND : Use.SILENT;
    String priced = model.modes().isEmpty() ? "" : mode;
    BigDecimal units = ClipPrices.units(model.model(), priced, seconds, use, quirks.billedLength());
    return new TaskRequest(
        product,
        model.model(),
        mode,
        seconds,
        1,
        aspectRatio(),
        body.watermark(),
        units,
        use,
        body.externalId(),
        body.callback());
  }

  private ClipModel model() {
    String name = body.text("model_name", 64);
    ClipModel model = ClipModel.of(name.isEmpty() ? "kling-v1" : name);
    if (model == null) {
      throw Refusal.unknownModel(name);
    }
    if (!model.products().contains(product)) {
      throw Refusal.value("model(" + model.model() + ") is not supported with " + product.label());
    }
    return model;
  }

  private String mode(ClipModel model) {
    String given = body.text("mode", 16);
    if (model.modes().isEmpty() && given.isEmpty()) {
      return "";
    }
    String mode = given.isEmpty() ? "std" : given;
    if (!model.modes().contains(mode)) {
      throw Refusal.value("model/mode(" + model.model() + "/" + mode + ") is not supported");
    }
    return mode;
  }

  /** A string by the reference; whether the service takes a number too is not known. */
  private int seconds(ClipModel model) {
    String given = quirks.numericDuration() ? body.anyText("duration") : body.text("duration", 8);
    if (given.isEmpty()) {
      return 5;
    }
    int seconds = given.matches("\\d{1,2}") ? Integer.parseInt(given) : -1;
    if (!model.lengths().take(seconds)) {
      throw Refusal.value("model/duration(" + model.model() + "/" + given + ") is not supported");
    }
    return seconds;
  }

  private boolean sound(ClipModel model, String mode) {
    String sound = body.text("sound", 8);
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
    String prompt = body.text("prompt", TEXT_MAX);
    boolean multiShot = Boolean.TRUE.equals(body.flag("multi_shot"));
    if (multiShot && body.text("shot_type", 16).equals("customize")) {
      MultiPrompt.check(body, seconds);
      return;
    }
    if (prompt.isBlank() && product == Product.TEXT2VIDEO) {
      throw Refusal.value("prompt must not be empty");
    }
  }

  private void checkImages(ClipModel model, String mode, int seconds, boolean sound) {
    if (product != Product.IMAGE2VIDEO) {
      return;
    }
    boolean head = body.image("image", IMAGE_MAX);
    boolean tail = body.image("image_tail", IMAGE_MAX);
    if (!head && !tail) {
      throw Refusal.value("image and image_tail must not both be empty");
    }
    if (tail && !model.takesTail(mode, seconds, sound)) {
      String named = model.model() + "/" + mode + "/" + seconds;
      throw Refusal.value("model/mode/duration(" + named + ") is not supported with image_tail");
    }
  }

  private String aspectRatio() {
    String ratio = body.text("aspect_ratio", 8);
    if (ratio.isEmpty() || product == Product.IMAGE2VIDEO) {
      return "16:9";
    }
    if (!ASPECT_RATIOS.contains(ratio)) {
      throw Refusal.value("aspect_ratio(" + ratio + ") is not supported");
    }
    return ratio;
  }
}
