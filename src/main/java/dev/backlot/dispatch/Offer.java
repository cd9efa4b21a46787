package dev.backlot.dispatch;

import java.math.BigDecimal;
import java.util.Comparator;

/**
 * What one account offers to a job, for the choice among those through which it has a way. The
 * cheapest comes first; of the same price the one with the most free slots by its weight, so that
 * accounts fill in proportion to their weights; of those the first by name. Accounts that are on
 * trial (a half-open breaker, a parked account that may be probed) do not compete: they are asked
 * after all others.
 *
 * @param price what a unit costs there, compared with the others
 * @param weight at least 1
 * @param free slots that are left
 */
record Offer(String account, BigDecimal price, int weight, int free) {
  static final Comparator<Offer> BEST_FIRST =
      Comparator.comparing(Offer::price)
          .thenComparing(Offer::share, Comparator.reverseOrder())
          .thenComparing(Offer::account);

  private long share() {
    return (long) free * weight;
  }
}
