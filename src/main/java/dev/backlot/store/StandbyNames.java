package dev.backlot.store;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The value of {@code synchronous_standby_names}: a list, or {@code FIRST n (...)}, or {@code ANY n
 * (...)}.
 */
final class StandbyNames {
  private static final Pattern NUMBER =
      Pattern.compile(
          "\\s*(?:(?:FIRST|ANY)\\s+)?(\\d{1,9})\\s*\\(.*",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private StandbyNames() {}

  /** How many standbys a commit waits for; 0 when the value names none. */
  static int needed(String names) {
    if (names.isBlank()) {
      return 0;
    }
    Matcher number = NUMBER.matcher(names);
    return number.matches() ? Integer.parseInt(number.group(1)) : 1;
  }
}
