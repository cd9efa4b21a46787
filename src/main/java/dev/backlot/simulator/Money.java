package dev.backlot.simulator;

import java.math.BigDecimal;

/** What units are worth (reference, section 12). */
final class Money {
  static final String CURRENCY = "USD";

  private static final BigDecimal VIDEO_UNIT = new BigDecimal("0.14");
  private static final BigDecimal IMAGE_UNIT = new BigDecimal("0.0035");

  private Money() {}

  /** Exact; nothing is rebated here, so it is also what is paid. */
  static BigDecimal listPrice(PackType type, BigDecimal units) {
    return units.multiply(type == PackType.IMAGE ? IMAGE_UNIT : VIDEO_UNIT);
  }
}
