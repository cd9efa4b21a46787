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
 * @param keys null when there are none to sign with: then nothing is signed, which is possible with
 *     an {@code origin} only
 * @param disabledReason null while it is enabled
 * @param waiting deliveries that have not ended
 * @param forJobs whether it is there for jobs that named its address; each of them says which of
 *     its events are told, and the keys are those of the tenant's jobs
 * @param origin there when it is told tasks in the provider's own words rather than our events:
 *     scheme and host from which their files are fetched
 */
public record Endpoint(
    EndpointId id,
    TenantId tenant,
    String url,
    @Nullable String description,
    SortedSet<String> events,
    @Nullable EndpointKeys keys,
    @Nullable DisabledReason disabledReason,
    @Nullable Instant disabledAt,
    Standing standing,
    int waiting,
    Instant createdAt,
    Instant updatedAt,
    boolean forJobs,
    @Nullable String origin) {
  public Endpoint {
    events = new TreeSet<>(events);
  }

  /** One that is told our events. */
  public Endpoint(
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
    this(
        id,
        tenant,
        url,
        description,
        events,
        keys,
        disabledReason,
        disabledAt,
        standing,
        waiting,
        createdAt,
        updatedAt,
        forJobs,
        null);
  }

  /** Whether it is told tasks in the provider's own words, rather than our events. */
  public boolean isToldTasks() {
    return origin != null;
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
