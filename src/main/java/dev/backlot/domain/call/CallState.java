package dev.backlot.domain.call;

import java.util.Arrays;
import java.util.Locale;

/** Where a call stands. All but the first are final. */
public enum CallState {
  /** It may be on its way. */
  OPEN,
  SUCCEEDED,
  /** Surely nothing was done, and nothing is charged. */
  FAILED,
  /** It may have been done: it counts as spent, and nobody sends it again. */
  UNKNOWN;

  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @throws IllegalArgumentException for any other text
   */
  public static CallState parse(String text) {
    return Arrays.stream(values())
        .filter(state -> state.text().equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("not a state of a call: " + text));
  }
}
