package dev.backlot.domain.catalog;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One thing that an input decides, such as its duration.
 *
 * @param at where it is said; null when the input has no say in it
 * @param otherwise what counts when nothing is said; empty for: there is no such thing
 */
public record Choice(@Nullable Selector at, String otherwise) {
  public static final Choice NONE = new Choice(null, "");

  String in(Map<?, ?> input) {
    return at == null
        ? otherwise
        : at.find(input).stream().findFirst().map(String::valueOf).orElse(otherwise);
  }

  /** 0 where there is no such thing. */
  int numberIn(Map<?, ?> input) {
    String text = in(input);
    return text.isEmpty() ? 0 : Integer.parseInt(text);
  }

  boolean isSaid(Map<?, ?> input) {
    return at != null && !at.find(input).isEmpty();
  }

  /** Where a request says it, as a JSON pointer; empty when the input has no say in it. */
  public Optional<String> pointer() {
    return Optional.ofNullable(at).map(found -> "/input/" + found.field());
  }

  /** Relative to the input, without a leading slash. */
  String field() {
    return at == null ? "" : at.field();
  }

  /** As the caller calls it: {@code mode}, or {@code resolution}. */
  String name() {
    return field().substring(field().lastIndexOf('/') + 1);
  }
}
