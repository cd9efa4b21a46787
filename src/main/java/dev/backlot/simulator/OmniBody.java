package dev.backlot.simulator;

import dev.backlot.config.SimulatorQuirks;
import dev.backlot.simulator.ClipPrices.Use;
import dev.backlot.simulator.PathModel.ShotSetting;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A legacy create of an omni clip (reference, section 4.4). */
final class OmniBody implements CreateBody {
  private static final int TEXT_MAX = 2_500;
  private static final int WORD_MAX = 16;
  private static final Set<String> MODES = Set.of("std", "pro");
  private static final Set<String> MODES_TO_4K = Set.of("std", "pro", "4k");

  private final Fields body;
  private final SimulatorQuirks quirks;

  OmniBody(JsonObject json, SimulatorQuirks quirks) {
    this.body = new Fields(json);
    this.quirks = quirks;
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
    PathModel model = model();
    boolean able = model.equals(PathModel.KLING_3_OMNI);
    String mode = oneOf("mode", able ? MODES_TO_4K : MODES, "pro");
    int seconds = seconds(model);
    boolean sound = oneOf("sound", Set.of("on", "off"), "off").equals("on");
    boolean shots = Boolean.TRUE.equals(body.flag("multi_shot"));
    OmniReferences references = OmniReferences.read(body);
    if ((sound || shots) && !able) {
      String what = sound ? "sound on" : "multi_shot";
      throw Refusal.value("model(" + model.version() + ") is not supported with " + what);
    }
    checkPrompt(model, seconds, shots);
    references.check(model, mode, seconds, sound, shots);
    String ratio = aspectRatio(references);
    Use use = references.hasVideo() ? Use.VIDEO_INPUT : sound ? Use.SOUND : Use.SILENT;
    BigDecimal units = ClipPrices.units(model.version(), mode, seconds, use, quirks.billedLength());
    return new TaskRequest(
        Product.LEGACY_OMNI,
        model.version(),
        mode,
        seconds,
        1,
        ratio,
        body.watermark(),
        units,
        use,
        body.externalId(),
        body.callback());
  }

  private PathModel model() {
    String name = body.text("model_name", 64);
    return switch (name) {
      case "", "kling-video-o1" -> PathModel.KLING_O1;
      case "kling-v3-omni" -> PathModel.KLING_3_OMNI;
      default -> throw Refusal.unknownModel(name);
    };
  }

  private int seconds(PathModel model) {
    String given = quirks.numericDuration() ? body.anyText("duration") : body.text("duration", 8);
    int seconds = given.isEmpty() ? 5 : given.matches("\\d{1,2}") ? Integer.parseInt(given) : -1;
    if (!model.lengths().take(seconds)) {
      String pair = model.version() + "/" + given;
      throw Refusal.value("model/duration(" + pair + ") is not supported");
    }
    return seconds;
  }

  private void checkPrompt(PathModel model, int seconds, boolean shots) {
    String prompt = body.text("prompt", TEXT_MAX);
    if (shots && body.text("shot_type", WORD_MAX).equals("customize")) {
      MultiPrompt.check(body, seconds);
      return;
    }
    if (prompt.isBlank()) {
      throw Refusal.value("prompt must not be empty");
    }
    if (shots && model.shots() == ShotSetting.FLAG) {
      Shots.check(prompt, seconds);
    }
  }

  private String aspectRatio(OmniReferences references) {
    String ratio = oneOf("aspect_ratio", ClipBody.ASPECT_RATIOS, "");
    if (ratio.isEmpty() && !references.hasFirstFrame() && !references.isEdit()) {
      throw Refusal.value("aspect_ratio is required without first_frame and without editing");
    }
    return ratio.isEmpty() ? "16:9" : ratio;
  }

  private String oneOf(String name, Set<String> values, String fallback) {
    String value = body.text(name, WORD_MAX);
    if (value.isEmpty()) {
      return fallback;
    }
    if (!values.contains(value)) {
      throw Refusal.value(name + "(" + value + ") is not supported");
    }
    return value;
  }
}
