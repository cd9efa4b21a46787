package dev.backlot.domain.access;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** What an API key may do. Stored and shown in lower case. */
public enum Scope {
  /** Submit and cancel jobs. */
  SUBMIT,
  /** Read jobs, their outputs and credits. */
  READ,
  /** Mint stream tokens. */
  STREAM,
  /** See and mend the accounts of the installation. For operators: no key has it unasked. */
  OPERATE;

  /** What a key may do of which nothing is said. */
  public static Set<Scope> ofTenants() {
    return EnumSet.complementOf(EnumSet.of(OPERATE));
  }

  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Scope parse(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
