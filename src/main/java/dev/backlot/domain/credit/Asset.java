package dev.backlot.domain.credit;

import java.util.Arrays;
import java.util.Locale;

/** What an amount is an amount of. Kling's units are sold per pack type and do not mix. */
public enum Asset {
  VIDEO_UNIT,
  IMAGE_UNIT,
  USD,
  CNY;

  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Asset parse(String text) {
    return Arrays.stream(values())
        .filter(asset -> asset.text().equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("not an asset: " + text));
  }
}
