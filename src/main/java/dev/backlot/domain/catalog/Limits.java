package dev.backlot.domain.catalog;

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

  /** In words, after "needs". */
  String inWords() {
    StringBuilder words = new StringBuilder();
    append(words, "mode", modes);
    append(words, "duration", durations);
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
