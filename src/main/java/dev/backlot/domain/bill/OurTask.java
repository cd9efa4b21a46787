package dev.backlot.domain.bill;

import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the books say of a task at the provider, without what earlier reconciliations have booked.
 *
 * @param attempt that made it; null for one that is not in this database
 * @param isOpen its end is not known here yet, so that it may still be booked
 * @param isPaid a tenant paid for it
 * @param booked what tenant and house together paid for it
 * @param closedAt when its end was stored here; null while it is open
 */
public record OurTask(
    @Nullable UUID attempt,
    @Nullable UUID job,
    Asset asset,
    boolean isOpen,
    boolean isPaid,
    Credits booked,
    @Nullable Instant closedAt) {}
