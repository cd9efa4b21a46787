package dev.backlot.domain.catalog;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one model can do for one kind.
 *
 * @param modes in the order of rising quality; empty when the model takes no mode
 * @param durations seconds
 * @param features each with its conditions; what is not named, the model cannot do
 */
public record Capability(
    List<String> modes, List<Integer> durations, Map<String, Limits> features) {
  public Capability {
    modes = List.copyOf(modes);
    durations = List.copyOf(durations);
    features = Map.copyOf(features);
  }

  boolean can(String mode, int seconds, Set<String> used) {
    return (modes.isEmpty() ? mode.isEmpty() : modes.contains(mode))
        && durations.contains(seconds)
        && used.stream()
            .allMatch(
                feature ->
                    features.containsKey(feature)
                        && features.get(feature).allow(mode, seconds, used));
  }
}
