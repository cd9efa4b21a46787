package dev.backlot.config;

import dev.backlot.domain.catalog.Capability;
import dev.backlot.domain.catalog.Fallback;
import dev.backlot.domain.catalog.Kind;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads which models of a kind stand in for which. A line for a model that was taken out says so
 * with {@code withdrawn: true}: a misspelled name is an error still.
 */
final class FallbackFiles {
  private FallbackFiles() {}

  static List<Fallback> of(Section kind, Set<String> models) {
    return kind.sections("fallbacks").stream().map(line -> fallback(line, models)).toList();
  }

  private static Fallback fallback(Section in, Set<String> models) {
    Fallback fallback =
        new Fallback(in.requireText("model"), in.text("mode").orElse(null), in.texts("to"));
    boolean withdrawn = in.has("withdrawn") && in.requireBoolean("withdrawn");
    in.rejectUnknown();
    if (withdrawn && models.contains(fallback.model())) {
      throw in.error("withdrawn", "is for a model that is not among the models above");
    }
    if (!withdrawn && !models.contains(fallback.model())) {
      throw in.error(
          "model",
          "their models must be among the models above; a line for one that was taken out says"
              + " withdrawn: true");
    }
    return fallback;
  }

  /**
   * @throws ConfigException when a line can never be followed
   */
  static void check(Kind kind, Section in) {
    kind.fallbacks().forEach(fallback -> check(fallback, kind, in));
  }

  private static void check(Fallback fallback, Kind kind, Section in) {
    Set<String> to = new HashSet<>(fallback.to());
    if (!kind.models().keySet().containsAll(to)) {
      throw in.error("fallbacks", "their models must be among the models above");
    }
    if (to.isEmpty() || to.size() < fallback.to().size() || to.contains(fallback.model())) {
      throw in.error(
          "fallbacks", "to must name at least one model, each once, and none for itself");
    }
    Capability capability = kind.models().get(fallback.model());
    if (fallback.mode() != null
        && capability != null
        && !capability.modes().contains(fallback.mode())) {
      throw in.error("fallbacks", "mode must be one of the modes of " + fallback.model());
    }
  }
}
