package dev.backlot.domain.catalog;

import java.util.Set;

/**
 * What a checked request asks for, with every default filled in.
 *
 * @param mode empty when the model has none
 * @param features in use, for example {@code sound}
 */
public record Facts(Kind kind, String model, String mode, int seconds, Set<String> features) {
  public Facts {
    features = Set.copyOf(features);
  }

  public SlotClass slotClass() {
    return new SlotClass(model, kind.pack());
  }
}
