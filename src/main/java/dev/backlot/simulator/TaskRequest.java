package dev.backlot.simulator;

import java.math.BigDecimal;
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
    @Nullable CallbackAddress callback) {

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
        new CallbackAddress(callback.url(), origin));
  }

  SlotClass slotClass() {
    return SlotClass.of(model, product.pack());
  }
}
