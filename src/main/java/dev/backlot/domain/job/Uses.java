package dev.backlot.domain.job;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a job takes of earlier ones.
 *
 * @param asked as its caller named it, before anybody has looked for it
 * @param pinned what was found; null before, and when nothing of it is ours
 */
public record Uses(List<Use> asked, @Nullable Pinned pinned) {
  public static final Uses NOTHING = new Uses(List.of(), null);

  public Uses {
    asked = List.copyOf(asked);
  }

  /**
   * One id in an input.
   *
   * @param pointer of it in the input
   * @param id as the caller wrote it
   * @param type what it must be: {@code video}, {@code audio}, {@code element} or {@code voice}
   * @param others whether it may also be something that everybody has, such as a preset
   */
  public record Use(String pointer, String id, String type, boolean others) {}

  public static Uses of(List<Use> asked) {
    return asked.isEmpty() ? NOTHING : new Uses(asked, null);
  }
}
