package dev.backlot.domain.catalog;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One thing that can be asked of a model, as far as prices and abilities tell things apart.
 *
 * @param mode empty for a model that has none
 * @param seconds 0 for what has no duration
 */
record Ask(String mode, int seconds, Set<String> features) {
  private static final int MAX_FEATURES = 12;

  /**
   * Everything that a model can do.
   *
   * @throws IllegalArgumentException for a model with so many features that nobody can go through
   *     all that they make together
   */
  static Stream<Ask> allOf(Capability capability) {
    List<String> modes = capability.modes().isEmpty() ? List.of("") : capability.modes();
    List<Integer> durations =
        capability.durations().isEmpty() ? List.of(0) : capability.durations();
    return subsets(List.copyOf(capability.features().keySet()))
        .flatMap(
            features ->
                modes.stream()
                    .flatMap(
                        mode ->
                            durations.stream().map(seconds -> new Ask(mode, seconds, features))))
        .filter(ask -> ask.isFor(capability));
  }

  boolean isFor(Capability capability) {
    return capability.can(mode, seconds, features);
  }

  private static Stream<Set<String>> subsets(List<String> names) {
    if (names.size() > MAX_FEATURES) {
      throw new IllegalArgumentException("a model has at most " + MAX_FEATURES + " features");
    }
    return IntStream.range(0, 1 << names.size()).mapToObj(bits -> subset(names, bits));
  }

  private static Set<String> subset(List<String> names, int bits) {
    Set<String> subset = new HashSet<>();
    for (int i = 0; i < names.size(); i++) {
      if ((bits >> i & 1) == 1) {
        subset.add(names.get(i));
      }
    }
    return subset;
  }
}
