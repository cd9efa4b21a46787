package dev.backlot.domain.catalog;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one model can do for one kind.
 *
 * @param countsAs the name of its version in which the provider counts slots; null for its own
 * @param modes in the order of rising quality; empty when the model takes no mode
 * @param durations seconds; empty for what has no duration
 * @param features each with its conditions; what is not named, the model cannot do
 */
public record Capability(
    @Nullable String countsAs,
    List<String> modes,
    List<Integer> durations,
    Map<String, Limits> features) {
  public Capability {
    modes = List.copyOf(modes);
    durations = List.copyOf(durations);
    features = Map.copyOf(features);
  }

  String version(String model) {
    return countsAs == null ? model : countsAs;
  }

  boolean lasts(int seconds) {
    return durations.isEmpty() ? seconds == 0 : durations.contains(seconds);
  }

  boolean can(String mode, int seconds, Set<String> used) {
    return (modes.isEmpty() ? mode.isEmpty() : modes.contains(mode))
        && lasts(seconds)
        && used.stream()
            .allMatch(
                feature ->
                    features.containsKey(feature)
                        && features.get(feature).allow(mode, seconds, used));
  }
}
