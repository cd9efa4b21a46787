package dev.backlot.domain.catalog;

import org.jspecify.annotations.Nullable;

/**
 * What a result says beside what was made: something of the input of its task.
 *
 * @param from member of the input
 * @param otherwise what counts when the input is silent; null for nothing
 * @param at where a result of the older dialect has it: {@code member}, or {@code list/member} for
 *     each element of a list
 * @param newer the member of an output of the newer dialect; null when that does not have it
 * @param voice whether it is the id of a voice, which is shown with its name and its sample
 */
public record Told(
    String from, @Nullable String otherwise, String at, @Nullable String newer, boolean voice) {
  private static final char SLASH = '/';

  /** Empty for the result itself. */
  public String list() {
    return at.substring(0, Math.max(at.indexOf(SLASH), 0));
  }

  public String member() {
    return at.substring(at.indexOf(SLASH) + 1);
  }
}
