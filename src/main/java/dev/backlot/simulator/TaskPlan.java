package dev.backlot.simulator;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * Everything about a task that is decided in the moment it is accepted. Times are milliseconds of
 * the simulator's clock.
 *
 * @param visibleAt before it no query or list shows the task
 * @param startsAt from here on it is processing
 * @param endsAt or {@link #NEVER}, or {@link #ON_SIGHT} for an end at the first query
 * @param failure the reason of its failure, empty when it will succeed
 * @param oddStatus shown until it ends or that moment; null for none
 * @param billed what its end bills
 */
record TaskPlan(
    long number,
    TaskRequest request,
    long createdAt,
    long visibleAt,
    long startsAt,
    long endsAt,
    String failure,
    @Nullable OddStatus oddStatus,
    BigDecimal billed) {
  static final long NEVER = Long.MAX_VALUE;
  static final long ON_SIGHT = Long.MAX_VALUE - 1;
}
