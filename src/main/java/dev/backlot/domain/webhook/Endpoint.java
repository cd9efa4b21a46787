package dev.backlot.domain.webhook;

import dev.backlot.domain.access.TenantId;
import java.time.Instant;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Where a tenant wants to be told of events.
 *
 * @param url as the tenant wrote it; may carry a token of theirs, and is never logged
 * @param events types of events that are told, such as {@code job.succeeded}
 * @param disabledReason null while it is enabled
 * @param waiting deliveries that have not ended
 * @param forJobs whether it is there for jobs that named its address; each of them says which of
 *     its events are told, and the keys are those of the tenant's jobs
 */
public record Endpoint(
    EndpointId id,
    TenantId tenant,
    String url,
    @Nullable String description,
    SortedSet<String> events,
    EndpointKeys keys,
    @Nullable DisabledReason disabledReason,
    @Nullable Instant disabledAt,
    Standing standing,
    int waiting,
    Instant createdAt,
    Instant updatedAt,
    boolean forJobs) {
  public Endpoint {
    events = new TreeSet<>(events);
  }

  public boolean isEnabled() {
    return disabledReason == null;
  }

  /** For whom its keys were sealed. */
  public EndpointId keyOwner() {
    return forJobs ? EndpointKeys.ownerForJobs(tenant) : id;
  }

  @Override
  public String toString() {
    return "Endpoint[" + id + "]";
  }
}
