package dev.backlot.domain.catalog;

import java.util.Arrays;
import java.util.List;

/** The two ways in which the provider is spoken to (Kling reference, section 1). */
public enum Dialect {
  /** The model is a member of the body; each product has queries of its own. */
  LEGACY("legacy", ""),
  /** The model is in the path; all tasks are queried together. */
  PATH_PER_MODEL("path-per-model", "options");

  private final String text;
  private final String ours;

  Dialect(String text, String ours) {
    this.text = text;
    this.ours = ours;
  }

  /** As configuration, database and metrics write it. */
  public String text() {
    return text;
  }

  /** The object of a body that holds what is ours to set; empty for the body itself. */
  public List<String> ours() {
    return ours.isEmpty() ? List.of() : List.of(ours);
  }

  /**
   * @throws IllegalArgumentException for any other text
   */
  public static Dialect parse(String text) {
    return Arrays.stream(values())
        .filter(dialect -> dialect.text.equals(text))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("must be legacy or path-per-model, got " + text));
  }
}
