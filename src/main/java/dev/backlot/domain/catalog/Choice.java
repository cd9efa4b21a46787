package dev.backlot.domain.catalog;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One thing that an input decides, such as its duration.
 *
 * @param at where it is said; null when the input has no say in it
 * @param cases what counts whatever is said there; the first that holds
 * @param otherwise what counts when nothing is said; empty for: there is no such thing
 */
public record Choice(@Nullable Selector at, List<Case> cases, String otherwise) {
  public static final Choice NONE = new Choice(null, "");

  public Choice {
    cases = List.copyOf(cases);
  }

  public Choice(@Nullable Selector at, String otherwise) {
    this(at, List.of(), otherwise);
  }

  /**
   * @param at where it is said then; null when only {@code is} counts
   * @param is what counts when nothing is said there
   */
  public record Case(Probe when, @Nullable Selector at, String is) {
    private Optional<String> in(Map<?, ?> input) {
      return when.holds(input) ? Optional.of(said(at, input).orElse(is)) : Optional.empty();
    }
  }

  String in(Map<?, ?> input) {
    return cases.stream()
        .flatMap(each -> each.in(input).stream())
        .findFirst()
        .or(() -> said(at, input))
        .orElse(otherwise);
  }

  private static Optional<String> said(@Nullable Selector at, Map<?, ?> input) {
    return at == null ? Optional.empty() : at.find(input).stream().findFirst().map(String::valueOf);
  }

  /** 0 where there is no such thing. */
  int numberIn(Map<?, ?> input) {
    String text = in(input);
    return text.isEmpty() ? 0 : Integer.parseInt(text);
  }

  boolean isSaid(Map<?, ?> input) {
    return said(at, input).isPresent();
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
