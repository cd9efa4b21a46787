package dev.backlot.domain.catalog;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A kind of job: what its input may hold, where it goes and which models can do it.
 *
 * @param path product path at the provider
 * @param dialect {@code legacy} or {@code path-per-model}
 * @param pack the provider's resource-pack type, for example {@code video}
 * @param slots how many slots a task holds
 * @param defaultSeconds duration of a job that names none
 * @param needs what must be there
 * @param alternatives of each line at most one member may be there
 * @param features by name, each with the probes that find it in an input
 * @param models by name, in the order in which messages list them
 */
public record Kind(
    String name,
    String path,
    String dialect,
    String pack,
    int slots,
    String defaultModel,
    String defaultMode,
    int defaultSeconds,
    FieldType.Members fields,
    List<Need> needs,
    List<List<String>> alternatives,
    Map<String, List<Probe>> features,
    Map<String, Capability> models) {

  /**
   * @param oneOf members of which at least one must be there
   * @param unless when this holds, none is needed
   */
  public record Need(List<String> oneOf, @Nullable Probe unless) {}

  /** The features that this input makes use of. */
  Set<String> featuresIn(Map<?, ?> input) {
    Set<String> used = new HashSet<>();
    features.forEach(
        (feature, probes) -> {
          for (Probe probe : probes) {
            if (probe.holds(input)) {
              used.add(feature);
              return;
            }
          }
        });
    return used;
  }
}
