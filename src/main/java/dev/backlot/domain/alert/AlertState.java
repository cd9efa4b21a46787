package dev.backlot.domain.alert;

import java.util.Locale;

/**
 * Life of an alert: pending -> firing -> resolved; a pending one that clears is resolved silently.
 */
public enum AlertState {
  PENDING,
  FIRING,
  RESOLVED;

  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static AlertState parse(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
