package dev.backlot.domain.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Under which conditions something holds: a model has a feature, or a price row fits. An empty set
 * asks for nothing.
 *
 * @param durations seconds
 * @param with features that must be in use too
 * @param without features that must not be in use
 */
public record Limits(
    Set<String> modes, Set<Integer> durations, Set<String> with, Set<String> without) {
  public Limits {
    modes = Set.copyOf(modes);
    durations = Set.copyOf(durations);
    with = Set.copyOf(with);
    without = Set.copyOf(without);
  }

  /**
   * @param mode empty for a model that has none
   */
  public boolean allow(String mode, int seconds, Set<String> features) {
    return (modes.isEmpty() || modes.contains(mode))
        && (durations.isEmpty() || durations.contains(seconds))
        && features.containsAll(with)
        && without.stream().noneMatch(features::contains);
  }

  /** What of a request they do not allow, in words after the name of its model. */
  String brokenBy(Facts asked, Map<?, ?> input) {
    Kind kind = asked.kind();
    List<String> broken = new ArrayList<>();
    if (!modes.isEmpty() && !modes.contains(asked.mode())) {
      broken.add(kind.choices().mode().name() + " " + asked.mode());
    }
    if (!durations.isEmpty() && !durations.contains(asked.seconds())) {
      broken.add(kind.choices().seconds().name() + " " + asked.seconds());
    }
    without.stream()
        .filter(asked.features()::contains)
        .sorted()
        .forEach(feature -> broken.add(kind.inWords(feature, input)));
    with.stream()
        .filter(feature -> !asked.features().contains(feature))
        .sorted()
        .forEach(feature -> broken.add("no " + feature));
    return " and " + String.join(" and ", broken);
  }

  /** In words, after "needs". */
  String inWords(Kind.Choices names) {
    StringBuilder words = new StringBuilder();
    append(words, names.mode().name(), modes);
    append(words, names.seconds().name(), durations);
    with.stream().sorted().forEach(feature -> and(words).append(feature));
    without.stream().sorted().forEach(feature -> and(words).append("no ").append(feature));
    return words.toString();
  }

  private static void append(StringBuilder words, String name, Set<?> values) {
    if (!values.isEmpty()) {
      String list = String.join(" or ", values.stream().map(String::valueOf).sorted().toList());
      and(words).append(name).append(' ').append(list);
    }
  }

  private static StringBuilder and(StringBuilder words) {
    return words.isEmpty() ? words : words.append(" and ");
  }
}
