package dev.backlot.domain.catalog;

import java.util.Arrays;
import java.util.Locale;

/**
 * How a task whose create had no clear answer is looked up by our own id (Kling reference, sections
 * 3.1 and 4.7). Belongs to a route, and is kept with every attempt that takes it.
 */
public enum LookupBy {
  /** {@code GET} of the product path and our id. */
  PATH,
  /** {@code GET /tasks?external_task_ids=}. */
  TASKS,
  /** The list of tasks, read back to before the first send: the product takes no id of ours. */
  LIST,
  /** Not at all: an unknown outcome stays unknown, so it is never sent again. */
  NONE;

  /** As configuration and database write it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @throws IllegalArgumentException for any other text
   */
  public static LookupBy parse(String text) {
    return Arrays.stream(values())
        .filter(way -> way.text().equals(text))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("must be path, tasks, list or none, got " + text));
  }
}
