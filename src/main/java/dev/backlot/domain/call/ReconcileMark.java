package dev.backlot.domain.call;

import java.util.Arrays;
import java.util.Locale;

/** What the provider's bill made of a call whose outcome is unknown. */
public enum ReconcileMark {
  /** Nothing yet. */
  OPEN,
  /** It was done, and stays paid. */
  KEPT,
  /** It was not done, and its tenant has the credit back. */
  REFUNDED;

  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @throws IllegalArgumentException for any other text
   */
  public static ReconcileMark parse(String text) {
    return Arrays.stream(values())
        .filter(mark -> mark.text().equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("not a mark: " + text));
  }
}
