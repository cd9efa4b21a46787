package dev.backlot.domain.bill;

import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
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
    Instant closedAt) {}
