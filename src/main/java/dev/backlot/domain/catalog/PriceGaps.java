package dev.backlot.domain.catalog;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds what could be asked for and has no price, before anybody asks. */
final class PriceGaps {
  private static final int MAX_FEATURES = 12;

  private PriceGaps() {}

  static void refuse(List<Kind> kinds, PriceBook prices) {
    for (Kind kind : kinds) {
      kind.models().forEach((model, capability) -> refuse(kind, model, capability, prices));
    }
  }

  private static void refuse(Kind kind, String model, Capability capability, PriceBook prices) {
    List<String> modes = capability.modes().isEmpty() ? List.of("") : capability.modes();
    for (Set<String> features : subsets(capability.features())) {
      for (String mode : modes) {
        for (int seconds : durations(capability)) {
          if (capability.can(mode, seconds, features)
              && prices.row(model, mode, seconds, features).isEmpty()) {
            throw new IllegalArgumentException(
                String.format(
                    "no price in %s for %s with %s, mode '%s', %d s, %s",
                    prices.version(), kind.name(), model, mode, seconds, features));
          }
        }
      }
    }
  }

  private static List<Integer> durations(Capability capability) {
    return capability.durations().isEmpty() ? List.of(0) : capability.durations();
  }

  private static List<Set<String>> subsets(Map<String, Limits> features) {
    List<String> names = List.copyOf(features.keySet());
    if (names.size() > MAX_FEATURES) {
      throw new IllegalArgumentException("a model has at most " + MAX_FEATURES + " features");
    }
    List<Set<String>> subsets = new ArrayList<>();
    for (int bits = 0; bits < 1 << names.size(); bits++) {
      Set<String> subset = new HashSet<>();
      for (int i = 0; i < names.size(); i++) {
        if ((bits >> i & 1) == 1) {
          subset.add(names.get(i));
        }
      }
      subsets.add(subset);
    }
    return subsets;
  }
}
