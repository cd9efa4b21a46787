package dev.backlot.simulator;

import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A create of images (reference, section 5.2). */
final class StillBody implements CreateBody {
  private static final int TEXT_MAX = 2_500;
  private static final int IMAGE_MAX = 10 << 20;
  private static final int COUNT_MAX = 9;
  private static final Set<String> RESOLUTIONS = Set.of("1k", "2k");
  private static final Set<String> REFERENCES = Set.of("subject", "face");
  private static final Set<String> ASPECT_RATIOS =
      Set.of("16:9", "9:16", "1:1", "4:3", "3:4", "3:2", "2:3", "21:9");

  private final Fields body;

  StillBody(JsonObject json) {
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
    StillModel model = model();
    String resolution = oneOf("resolution", RESOLUTIONS, "1k");
    int count = count();
    String ratio = oneOf("aspect_ratio", ASPECT_RATIOS, "16:9");
    if (body.text("prompt", TEXT_MAX).isBlank()) {
      throw Refusal.value("prompt must not be empty");
    }
    boolean image = body.image("image", IMAGE_MAX);
    checkBesideImage(model, image);
    body.array("element_list");
    BigDecimal each = image ? model.fromImage() : model.fromText();
    return new TaskRequest(
        Product.IMAGES,
        model.model(),
        resolution,
        0,
        count,
        ratio,
        body.watermark(),
        each.multiply(BigDecimal.valueOf(count)),
        ClipPrices.Use.SILENT,
        body.externalId(),
        body.callback());
  }

  private StillModel model() {
    String name = body.text("model_name", 64);
    StillModel model = StillModel.of(name.isEmpty() ? "kling-v1" : name);
    if (model == null) {
      throw Refusal.unknownModel(name);
    }
    return model;
  }

  private int count() {
    int count = body.whole("n", 1);
    if (count < 1 || count > COUNT_MAX) {
      throw Refusal.value("n must be between 1 and " + COUNT_MAX);
    }
    return count;
  }

  private void checkBesideImage(StillModel model, boolean image) {
    if (image && !body.text("negative_prompt", TEXT_MAX).isEmpty()) {
      throw Refusal.value("negative_prompt is not supported with image");
    }
    String reference = oneOf("image_reference", REFERENCES, "");
    if (!reference.isEmpty() && !model.imageReference()) {
      String pair = model.model() + "/" + reference;
      throw Refusal.value("model/image_reference(" + pair + ") is not supported");
    }
    if (!reference.isEmpty() && !image) {
      throw Refusal.value("image_reference is not supported without image");
    }
    body.checkShare("image_fidelity");
    body.checkShare("human_fidelity");
  }

  private String oneOf(String name, Set<String> values, String fallback) {
    String value = body.text(name, 16);
    if (value.isEmpty()) {
      return fallback;
    }
    if (!values.contains(value)) {
      throw Refusal.value(name + "(" + value + ") is not supported");
    }
    return value;
  }
}
