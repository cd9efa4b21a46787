package dev.backlot.domain.bill;

import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A call that is answered at once, and that a tenant has paid for.
 *
 * @param isUnknown nobody knows whether it was done
 * @param booked what was paid for it
 * @param taskId what the provider called it; null when it said nothing
 */
public record CallBill(
    UUID id,
    String call,
    boolean isUnknown,
    Asset asset,
    Credits booked,
    @Nullable String taskId,
    Instant sentAt,
    Instant closedAt) {

  boolean isSameAmount(BillRow row) {
    return row.asset() == asset && row.amount().equals(booked);
  }

  /** Whether the row may be its bill, in whatever asset. What was given back is nobody's. */
  boolean mayBe(BillRow row, Duration tolerance) {
    if (!row.call().equals(call) || row.amount().compareTo(Credits.ZERO) < 0) {
      return false;
    }
    return taskId != null
        ? row.taskId().equals(taskId)
        : !row.at().isBefore(sentAt.minus(tolerance))
            && !row.at().isAfter(closedAt.plus(tolerance));
  }
}
