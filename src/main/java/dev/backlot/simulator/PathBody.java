package dev.backlot.simulator;

import dev.backlot.config.SimulatorQuirks;
import dev.backlot.simulator.PathModel.ShotSetting;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A create of the newer dialect, whose path names the model (reference, section 6). */
final class PathBody implements CreateBody {
  private static final String DEFAULT_RATIO = "16:9";
  private static final int WORD_MAX = 16;

  private final Product product;
  private final String name;
  private final JsonObject json;
  private final Fields body;
  private final SimulatorQuirks quirks;

  PathBody(Product product, String name, JsonObject json, SimulatorQuirks quirks) {
    this.product = product;
    this.name = name;
    this.json = json;
    this.quirks = quirks;
    this.body = new Fields(json);
  }

  @Override
  public String prompt() {
    return product == Product.TEXT_TO_VIDEO ? body.lenient("prompt") : Contents.prompt(json);
  }

  @Override
  public @Nullable String externalId() {
    if (!(json.getValue("options") instanceof JsonObject options)) {
      return null;
    }
    String id = new Fields(options).lenient("external_task_id");
    return id.isEmpty() ? null : id;
  }

  @Override
  public TaskRequest check() {
    PathOffer offer = PathOffer.of(product, name);
    if (offer == null) {
      throw Refusal.unknownModel(name);
    }
    PathCreate create = create(offer);
    offer.rules().forEach(rule -> rule.check(create));
    Fields options = body.object("options");
    BigDecimal units =
        ClipPrices.units(
            offer.model().version(),
            create.resolution(),
            create.seconds(),
            create.use(),
            quirks.billedLength());
    return new TaskRequest(
        product,
        name,
        create.resolution(),
        create.seconds(),
        1,
        create.hasAspectRatio() ? create.aspectRatio() : DEFAULT_RATIO,
        options.watermark(),
        units,
        create.use(),
        options.externalId(),
        options.callback());
  }

  private PathCreate create(PathOffer offer) {
    Fields settings = body.object("settings");
    String resolution = resolution(offer.model(), settings);
    int seconds = seconds(offer.model(), settings);
    String audio = audio(offer.model(), settings);
    boolean multiShot = multiShot(offer.model(), settings);
    String ratio = aspectRatio(settings);
    Map<Content, Integer> contents = Map.of();
    String prompt;
    if (offer.contents().isEmpty()) {
      prompt = topPrompt(offer.model());
    } else {
      Contents read = Contents.read(offer, body.array("contents"));
      contents = read.counts();
      prompt = read.prompt();
    }
    if (multiShot || offer.model().shots() == ShotSetting.TEXT) {
      Shots.check(prompt, seconds);
    }
    return new PathCreate(name, resolution, seconds, audio, multiShot, ratio, contents);
  }

  private String topPrompt(PathModel model) {
    String prompt = body.text("prompt", model.promptMax());
    if (prompt.isBlank()) {
      throw Refusal.value("prompt must not be empty");
    }
    return prompt;
  }

  private String resolution(PathModel model, Fields settings) {
    String given = settings.text("resolution", WORD_MAX);
    String resolution = given.isEmpty() ? "720p" : given;
    if (!model.resolutions().contains(resolution)) {
      throw unsupported("resolution", resolution);
    }
    return resolution;
  }

  private int seconds(PathModel model, Fields settings) {
    int seconds = settings.whole("duration", 5);
    if (!model.lengths().take(seconds)) {
      throw unsupported("duration", String.valueOf(seconds));
    }
    return seconds;
  }

  private String audio(PathModel model, Fields settings) {
    String audio = settings.text("audio", WORD_MAX);
    if (audio.isEmpty()) {
      return "off";
    }
    if (!model.audios().contains(audio)) {
      throw unsupported("audio", audio);
    }
    return audio;
  }

  private boolean multiShot(PathModel model, Fields settings) {
    boolean multiShot = Boolean.TRUE.equals(settings.flag("multi_shot"));
    if (multiShot && model.shots() != ShotSetting.FLAG) {
      throw unsupported("multi_shot", "true");
    }
    return multiShot;
  }

  /** A clip that begins with an image has the shape of that image. */
  private String aspectRatio(Fields settings) {
    String ratio = settings.text("aspect_ratio", WORD_MAX);
    boolean taken = product != Product.IMAGE_TO_VIDEO && ClipBody.ASPECT_RATIOS.contains(ratio);
    if (!ratio.isEmpty() && !taken) {
      throw unsupported("aspect_ratio", ratio);
    }
    return ratio;
  }

  private Refusal unsupported(String setting, String value) {
    return Refusal.value("model/" + setting + "(" + name + "/" + value + ") is not supported");
  }
}
