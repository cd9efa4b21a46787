package dev.backlot.simulator;

import java.math.BigDecimal;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A create whose fields passed the checks. The prompt is not kept.
 *
 * @param model as the caller named it
 * @param mode or resolution; empty for a model without modes
 * @param seconds 0 for images
 * @param count files it makes, and slots that it holds until it ends
 * @param units its price
 * @param use what it is priced by; silent for images
 * @param externalId the caller's own id, null when it gave none
 * @param callback null when it wants none
 * @param extras what its result says beside files: a name, or the task whose clip it goes on with
 */
record TaskRequest(
    Product product,
    String model,
    String mode,
    int seconds,
    int count,
    String aspectRatio,
    boolean watermark,
    BigDecimal units,
    ClipPrices.Use use,
    @Nullable String externalId,
    @Nullable CallbackAddress callback,
    Map<String, String> extras) {
  TaskRequest {
    extras = Map.copyOf(extras);
  }

  /** One whose result says nothing more. */
  TaskRequest(
      Product product,
      String model,
      String mode,
      int seconds,
      int count,
      String aspectRatio,
      boolean watermark,
      BigDecimal units,
      ClipPrices.Use use,
      @Nullable String externalId,
      @Nullable CallbackAddress callback) {
    this(
        product,
        model,
        mode,
        seconds,
        count,
        aspectRatio,
        watermark,
        units,
        use,
        externalId,
        callback,
        Map.of());
  }

  /** Of each of as many things. */
  static final int VIEWS = 3;

  /** With what a call finds out by itself. */
  TaskRequest with(int seconds, int count, Map<String, String> extras) {
    return new TaskRequest(
        product,
        model,
        mode,
        seconds,
        count,
        aspectRatio,
        watermark,
        units,
        use,
        externalId,
        callback,
        extras);
  }

  /** Known only where the request was received. */
  TaskRequest from(String origin) {
    if (callback == null) {
      return this;
    }
    return new TaskRequest(
        product,
        model,
        mode,
        seconds,
        count,
        aspectRatio,
        watermark,
        units,
        use,
        externalId,
        new CallbackAddress(callback.url(), origin),
        extras);
  }

  SlotClass slotClass() {
    return new SlotClass(version(), product.pack());
  }

  /** The model's legacy name, by which slots go. */
  String version() {
    Product.Table table = product.table();
    return table == null ? PathModel.version(model) : table.versions().getOrDefault(model, model);
  }

  /** Result files that are images. */
  int images() {
    return product.makes() == Makes.VIEWS ? VIEWS * VIEWS : count;
  }
}
