package dev.backlot.stream;

import dev.backlot.config.StreamConfig;
import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.TenantId;
import org.jspecify.annotations.Nullable;

/**
 * What one connection takes of its node. It belongs to one tenant, that of the first credential,
 * and what waits for its reader comes out of a budget that all share: as that fills, each may have
 * less waiting. One event loop only.
 */
public final class Place {
  /** So much may always wait for one reader; less is not counted. */
  static final long SHARE_MIN = 8 << 10;

  private final Places places;
  private final StreamConfig config;
  private @Nullable TenantId tenant;
  private long counted;
  private boolean left;

  /** Of a connection that {@link Places} has counted. */
  Place(Places places, StreamConfig config) {
    this.places = places;
    this.config = config;
  }

  public boolean isTaken() {
    return tenant != null;
  }

  /**
   * Counts it for this tenant, unless it is counted already.
   *
   * @throws BacklotException {@code RATE_LIMITED} when the tenant has its fill: the client must go
   */
  public void take(TenantId owner) {
    if (tenant != null || left) {
      return;
    }
    if (!places.enter(owner, config.socketsPerTenantMax())) {
      throw new BacklotException(
          ErrorCode.RATE_LIMITED,
          "Your sockets and event streams on this node are as many as may be ("
              + config.socketsPerTenantMax()
              + "). Close some that nobody needs, or come back later, to another node.");
    }
    tenant = owner;
  }

  /**
   * @param waiting bytes that wait for its reader now
   * @return whether that is more than its share
   */
  public boolean isOverdrawn(long waiting) {
    count(waiting > SHARE_MIN ? waiting : 0);
    return counted > 0
        && counted > share(places.waiting(), config.queueBytesAllMax(), config.queueBytesMax());
  }

  /** The connection is gone; again is the same as once. */
  public void leave() {
    if (left) {
      return;
    }
    count(0);
    left = true;
    places.leave();
    if (tenant != null) {
      places.leave(tenant);
    }
  }

  private void count(long waiting) {
    if (waiting != counted && !left) {
      places.addWaiting(waiting - counted);
      counted = waiting;
    }
  }

  /**
   * How much may wait for one: as much as ever while less than half of the budget is used, then
   * less and less of it.
   *
   * @param all that waits for everybody
   */
  static long share(long all, long budget, long most) {
    long half = budget / 2;
    if (all <= half) {
      return most;
    }
    return Math.max(SHARE_MIN, (long) ((double) most * Math.max(0, budget - all) / half));
  }
}
