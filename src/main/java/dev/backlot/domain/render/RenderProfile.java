package dev.backlot.domain.render;

import java.util.List;

/**
 * What decides how long a task takes, as far as a job says it.
 *
 * @param mode or resolution; empty when the model has none, or nobody knows
 * @param seconds duration of the clip; 0 for what has none, or when nobody knows
 */
public record RenderProfile(String kind, String model, String mode, int seconds) {
  /**
   * Longest text of a level; a longer one is cut, and shares its figures with what begins alike.
   */
  static final int MAX_TEXT = 200;

  /** All models together: how the provider as a whole stands to what is expected of it. */
  static final String ALL = "*";

  /** Under which its measured times are kept. */
  String text() {
    return clip(kind + "/" + model + "/" + mode + "/" + seconds);
  }

  /**
   * Under which times of all profiles of the model are kept, in parts of what is expected. Images
   * and clips of one model say nothing of each other.
   */
  String ofModel() {
    return clip("*/" + Expected.sort(kind) + "/" + model);
  }

  /** From the general to the special. */
  List<String> levels() {
    return List.of(ALL, ofModel(), text());
  }

  private static String clip(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
  }
}
