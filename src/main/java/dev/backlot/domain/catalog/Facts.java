package dev.backlot.domain.catalog;

import dev.backlot.domain.job.Uses;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a checked request asks for, with every default filled in.
 *
 * @param mode or resolution; empty when the model has none
 * @param seconds 0 for what has no duration
 * @param outputs at least 1; each holds a slot
 * @param features in use, for example {@code sound}
 * @param input as the provider wants it
 */
public record Facts(
    Kind kind,
    String model,
    String mode,
    int seconds,
    int outputs,
    Set<String> features,
    Map<String, Object> input) {
  public Facts {
    features = Set.copyOf(features);
    input = Collections.unmodifiableMap(input);
  }

  /** What it takes of earlier jobs, as its input names it. */
  public List<Uses.Use> uses() {
    List<Uses.Use> uses = new ArrayList<>();
    kind.fields().uses("", input, uses::add);
    return uses;
  }

  /** Names of one model version in several dialects share their slots. */
  public SlotClass slotClass() {
    Capability capability = kind.models().get(model);
    return new SlotClass(capability == null ? model : capability.version(model), kind.pack());
  }
}
