package dev.backlot.domain.bill;

import java.util.Arrays;
import java.util.Locale;

/** Why a task is listed. Stored and shown in lower case. */
public enum Finding {
  /** Ours, and billed differently from what was booked for it. */
  DIFFERENT,
  /** Ours, and billed in another asset than its job was priced in. */
  OTHER_ASSET,
  /** Billed, and made by nobody here. */
  FOREIGN,
  /** Ours and paid for, and not in the export though it should be by now. */
  MISSING,
  /** Billed, and its end is not known here yet. */
  PENDING,
  /** A row of the export that cannot be read: nothing was booked for it. */
  UNREADABLE;

  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @throws IllegalArgumentException when there is none of that name
   */
  public static Finding parse(String text) {
    return Arrays.stream(values())
        .filter(finding -> finding.text().equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("not a finding: " + text));
  }
}
