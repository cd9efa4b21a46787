package dev.backlot.domain.webhook;

import dev.backlot.domain.access.TenantId;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An endpoint that is to be stored; see {@link Endpoint}. */
public record NewEndpoint(
    EndpointId id,
    TenantId tenant,
    String url,
    @Nullable String description,
    Set<String> events,
    EndpointKeys keys) {
  public NewEndpoint {
    events = Set.copyOf(events);
  }

  @Override
  public String toString() {
    return "NewEndpoint[" + id + "]";
  }
}
