package dev.backlot.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where the kinds of jobs and their prices come from.
 *
 * @param capabilities the file of kinds and models; empty for the one in the jar
 * @param prices the file of prices; empty for the one in the jar
 * @param checkEvery pause between two looks at the files; a change is taken at the second look that
 *     finds the same, so that a half-written file is not
 */
public record CatalogConfig(
    Optional<Path> capabilities, Optional<Path> prices, Duration checkEvery) {

  public static CatalogConfig from(Section in) {
    CatalogConfig config =
        new CatalogConfig(
            in.text("capabilities").map(Path::of),
            in.text("prices").map(Path::of),
            in.requireDuration("check-every", Duration.ofMillis(50), Duration.ofHours(1)));
    in.rejectUnknown();
    return config;
  }

  /** Whether there is a file that could change. */
  public boolean isWatched() {
    return capabilities.isPresent() || prices.isPresent();
  }
}
