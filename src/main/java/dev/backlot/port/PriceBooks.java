package dev.backlot.port;

import io.vertx.core.Future;
import java.time.Instant;

/**
 * Every price book that was ever in force, for good: a job names the version that it was accepted
 * with.
 */
public interface PriceBooks {
  /**
   * Keeps a price book, unless it is kept already.
   *
   * @param text the whole file
   * @return false when the version is kept with another text, by any node: then it must not be used
   */
  Future<Boolean> keep(String version, String text, Instant now);
}
