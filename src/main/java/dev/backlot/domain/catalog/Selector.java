package dev.backlot.domain.catalog;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds values in an input, written {@code settings/audio}, {@code image_list[]} for each element,
 * or {@code contents[type=prompt]/text} for each element with that member.
 */
public record Selector(List<Step> steps) {
  private static final Pattern STEP =
      Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)(\\[(?:([A-Za-z_]+)=([A-Za-z0-9_-]+))?])?");

  public Selector {
    steps = List.copyOf(steps);
  }

  /**
   * @param each whether the member is a list whose elements are meant
   * @param key with {@code value}, which elements are meant; null for all
   */
  record Step(String name, boolean each, @Nullable String key, @Nullable String value) {
    private Stream<Object> from(Object at) {
      Object found = at instanceof Map<?, ?> object ? object.get(name) : null;
      if (!each) {
        return Stream.ofNullable(found);
      }
      return found instanceof List<?> list
          ? list.stream().filter(Objects::nonNull).map(Object.class::cast).filter(this::isMeant)
          : Stream.empty();
    }

    private boolean isMeant(Object element) {
      return key == null
          || (element instanceof Map<?, ?> object && String.valueOf(object.get(key)).equals(value));
    }
  }

  /**
   * @throws IllegalArgumentException when the text is no selector
   */
  public static Selector parse(String text) {
    return new Selector(Stream.of(text.strip().split("/", -1)).map(Selector::step).toList());
  }

  private static Step step(String text) {
    Matcher matcher = STEP.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not a step of a selector: '" + text + "'");
    }
    return new Step(matcher.group(1), matcher.group(2) != null, matcher.group(3), matcher.group(4));
  }

  /** Everything that is there, in order. */
  public List<Object> find(Map<?, ?> input) {
    Stream<Object> found = Stream.of(input);
    for (Step step : steps) {
      found = found.flatMap(step::from);
    }
    return found.toList();
  }

  /** The member that an answer about this selector points to: relative, without a leading slash. */
  public String field() {
    int to = 0;
    while (to < steps.size() - 1 && !steps.get(to).each()) {
      to++;
    }
    return String.join("/", steps.subList(0, to + 1).stream().map(Step::name).toList());
  }
}
