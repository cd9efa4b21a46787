package dev.backlot.domain.webhook;

import java.util.Locale;

/** Where a delivery stands. A replay makes an ended one pending again. */
public enum DeliveryState {
  PENDING,
  DELIVERED,
  FAILED,
  /** Not sent any more: its receiver has been told what came after it. */
  OUTDATED;

  /** The word used in SQL, JSON and metrics. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static DeliveryState parse(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
