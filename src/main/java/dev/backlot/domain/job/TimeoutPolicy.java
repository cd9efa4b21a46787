package dev.backlot.domain.job;

import java.util.Arrays;
import java.util.Locale;

/** What becomes of a job whose task takes too long: Kling has no cancel. */
public enum TimeoutPolicy {
  /** It stays running, marked overdue, and is asked for slowly. */
  WAIT,
  /** It fails and costs nothing; what the provider bills all the same is the house's loss. */
  GIVE_UP;

  /** The word used in SQL, JSON and the configuration. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public static TimeoutPolicy parse(String text) {
    return Arrays.stream(values())
        .filter(policy -> policy.text().equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("not a policy: " + text));
  }
}
