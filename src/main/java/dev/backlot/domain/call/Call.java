package dev.backlot.domain.call;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.JobError;
import dev.backlot.domain.job.Output;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A call as it stands in the books.
 *
 * @param number its public one, 18 digits
 * @param call its name in the catalog
 * @param account for our own eyes only
 * @param asset of the amounts; null for what is free
 * @param amount what was reserved
 * @param settled what its tenant pays; null while it is open and when it failed
 * @param target what of the tenant's it was about, by the tenant's own id
 * @param error of one that failed or whose outcome is unknown
 * @param mark what the bill made of an unknown outcome; null when there is nothing to find out
 */
public record Call(
    CallId id,
    TenantId tenant,
    long number,
    String keyId,
    String call,
    String account,
    CallState state,
    @Nullable Asset asset,
    Credits amount,
    @Nullable Credits settled,
    String priceVersion,
    @Nullable String target,
    @Nullable JobError error,
    List<Output> outputs,
    Instant openedAt,
    @Nullable Instant sentAt,
    @Nullable Instant closedAt,
    @Nullable ReconcileMark mark) {
  public Call {
    outputs = List.copyOf(outputs);
  }
}
