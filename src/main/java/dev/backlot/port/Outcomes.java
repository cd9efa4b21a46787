package dev.backlot.port;

import dev.backlot.domain.ErrorCode;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How jobs have ended lately, on whatever node. */
public interface Outcomes {
  /** Newest events that are looked at: of a busier time only its end counts. */
  int LOOKED_AT = 10_000;

  /** Ends since then, oldest first. */
  Future<List<Tally>> since(Instant from);

  /**
   * @param at beginning of the ten seconds in which they ended
   * @param error why they failed; null for those that succeeded
   */
  record Tally(Instant at, @Nullable ErrorCode error, int jobs) {}
}
