package dev.backlot.stream;

import dev.backlot.domain.batch.BatchId;
import org.jspecify.annotations.Nullable;

/** What a client may follow at this moment. Its event loop only. */
@FunctionalInterface
public interface Cover {
  /**
   * @param batch to which all jobs of the watch belong; null when to none or to several, or when it
   *     names none
   */
  boolean covers(Watch watch, @Nullable BatchId batch);
}
