package dev.backlot.domain.catalog;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which models of the same kind may stand in for one that cannot do a job.
 *
 * @param model for which they stand in; the kind may have it no more, while jobs of it wait
 * @param mode for jobs of this mode or resolution only; null for all
 * @param to in the order in which they are tried
 */
public record Fallback(String model, @Nullable String mode, List<String> to) {
  public Fallback {
    to = List.copyOf(to);
  }

  boolean isFor(String asked, String askedMode) {
    return model.equals(asked) && (mode == null || mode.equals(askedMode));
  }
}
