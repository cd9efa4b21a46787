package dev.backlot.domain.webhook;

import java.util.Locale;

/** Why nothing is sent to an endpoint. */
public enum DisabledReason {
  /** Its tenant wanted it so. What waits is kept. */
  PAUSED,
  /** It has answered 410. What waited has failed. */
  GONE,
  /** Nothing was delivered for as long as a delivery is tried. What waited has failed. */
  FAILING;

  /** The word used in SQL, JSON and metrics. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static DisabledReason parse(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
