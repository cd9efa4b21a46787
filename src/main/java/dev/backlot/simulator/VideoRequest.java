package dev.backlot.simulator;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * A create whose fields passed the checks. The prompt is not kept.
 *
 * @param mode empty for a model without modes
 * @param units its price
 * @param externalId the caller's own id, null when it gave none
 */
record VideoRequest(
    Product product,
    String model,
    String mode,
    int seconds,
    boolean sound,
    String aspectRatio,
    boolean watermark,
    BigDecimal units,
    @Nullable String externalId) {

  /** The pack a task draws on; both products here are videos. */
  static final String PACK = "video";

  /** Tasks compete for slots inside this class (reference, section 9). */
  String slotClass() {
    return model + "/" + PACK;
  }
}
