package dev.backlot.domain.catalog;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds values in an input, written {@code settings/audio}, {@code image_list[]} for each element,
 * {@code contents[type=prompt]/text} for each element with that member, or {@code
 * image_list[type=]} for each without.
 */
public record Selector(List<Step> steps) {
  private static final Pattern STEP =
      Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)(\\[(?:([A-Za-z_]+)=([A-Za-z0-9_-]*))?])?");

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

    boolean isMeant(Object element) {
      if (key == null || !(element instanceof Map<?, ?> object)) {
        return key == null;
      }
      Object tag = object.get(key);
      return "".equals(value) ? tag == null : String.valueOf(tag).equals(value);
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

  /**
   * Removes what {@link #find} finds. An element that was told by one of its members loses that
   * member too, so that what is left of it says nothing.
   *
   * @param input mutable maps and lists
   */
  List<Object> take(Map<String, Object> input) {
    List<Object> taken = new ArrayList<>();
    take(input, 0, taken);
    return taken;
  }

  private boolean take(Object at, int depth, List<Object> taken) {
    Step step = steps.get(depth);
    Object found = at instanceof Map<?, ?> object ? object.get(step.name()) : null;
    if (found == null) {
      return false;
    }
    boolean last = depth == steps.size() - 1;
    if (!step.each()) {
      if (!last) {
        return take(found, depth + 1, taken);
      }
      taken.add(found);
      ((Map<?, ?>) at).remove(step.name());
      return true;
    }
    boolean any = false;
    for (Object element : step.from(at).toList()) {
      if (element instanceof Map<?, ?> each && !last && take(each, depth + 1, taken)) {
        any = true;
        if (step.key() != null) {
          each.remove(step.key());
        }
      }
    }
    return any;
  }

  /**
   * Writes a value to where {@link #find} finds it: a list gets another element, told by its member
   * where that is said.
   *
   * @return false when something is there already
   */
  boolean put(Map<String, Object> into, Object value) {
    Map<String, Object> at = into;
    for (Step step : steps.subList(0, steps.size() - 1)) {
      at = step.each() ? add(at, step) : object(at.computeIfAbsent(step.name(), name -> newMap()));
    }
    return at.putIfAbsent(steps.get(steps.size() - 1).name(), value) == null;
  }

  private static Map<String, Object> add(Map<String, Object> at, Step step) {
    Map<String, Object> element = newMap();
    if (step.key() != null && step.value() != null && !step.value().isEmpty()) {
      element.put(step.key(), step.value());
    }
    list(at.computeIfAbsent(step.name(), name -> new ArrayList<>())).add(element);
    return element;
  }

  private static Map<String, Object> newMap() {
    return new LinkedHashMap<>();
  }

  @SuppressWarnings("unchecked") // Only put makes these.
  private static Map<String, Object> object(Object made) {
    return (Map<String, Object>) made;
  }

  @SuppressWarnings("unchecked") // Only put makes these.
  private static List<Object> list(Object made) {
    return (List<Object>) made;
  }

  /** As a request says it: {@code settings/audio}, or {@code last_frame in contents}. */
  String inWords() {
    return steps.stream()
        .filter(step -> step.value() != null && !step.value().isEmpty())
        .findFirst()
        .map(step -> step.value() + " in " + step.name())
        .orElseGet(() -> String.join("/", steps.stream().map(Step::name).toList()));
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
