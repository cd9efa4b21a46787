package dev.backlot.domain.catalog;

import java.util.Arrays;
import java.util.Locale;

/**
 * What a task or a call makes that later ones take by its id (Kling reference, sections 3 and 6.3).
 */
public enum Made {
  VIDEO,
  AUDIO,
  ELEMENT,
  VOICE,
  /** What a call has opened on a clip, for a day (sections 4.7 and 4.10). */
  SESSION;

  /** As files and outputs name it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @throws IllegalArgumentException for any other text
   */
  public static Made parse(String text) {
    return Arrays.stream(values())
        .filter(made -> made.text().equals(text))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("must be video, audio, element, voice or session"));
  }
}
