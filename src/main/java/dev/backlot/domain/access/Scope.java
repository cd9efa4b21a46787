package dev.backlot.domain.access;

import java.util.Locale;

/** What an API key may do. Stored and shown in lower case. */
public enum Scope {
  /** Submit and cancel jobs. */
  SUBMIT,
  /** Read jobs, their outputs and credits. */
  READ,
  /** Mint stream tokens. */
  STREAM;

  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Scope parse(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
