package dev.backlot.domain.batch;

import java.util.Arrays;
import java.util.Locale;

/**
 * What its tenant wants of a batch. Whether it is done is told by its jobs: a new one may join them
 * by a retry.
 */
public enum BatchState {
  OPEN,
  /** Nothing of it is started; what is at work goes on. */
  PAUSED,
  /** For good: what waited is canceled, what is at work is asked to be. */
  CANCELED;

  /** The word used in SQL and JSON. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static BatchState parse(String text) {
    return Arrays.stream(values())
        .filter(state -> state.text().equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("not a state of a batch: " + text));
  }
}
