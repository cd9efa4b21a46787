package dev.backlot.simulator;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A model that makes images (reference, sections 5.2 and 12).
 *
 * @param imageReference whether it takes {@code image_reference}
 * @param fromText image units of one image made from words
 * @param fromImage the same with an image to go by
 */
record StillModel(String model, boolean imageReference, BigDecimal fromText, BigDecimal fromImage) {
  private static final Map<String, StillModel> TABLE =
      List.of(
              model("kling-v1", false, 1, 1),
              model("kling-v1-5", true, 4, 8),
              model("kling-v2", false, 4, 8),
              model("kling-v2-new", false, 4, 8),
              model("kling-v2-1", false, 4, 8),
              model("kling-v3", false, 8, 8))
          .stream()
          .collect(Collectors.toUnmodifiableMap(StillModel::model, Function.identity()));

  static @Nullable StillModel of(String model) {
    return TABLE.get(model);
  }

  private static StillModel model(String model, boolean reference, int fromText, int fromImage) {
    return new StillModel(
        model, reference, BigDecimal.valueOf(fromText), BigDecimal.valueOf(fromImage));
  }
}
