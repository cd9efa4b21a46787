package dev.backlot.domain.webhook;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is to be different of an endpoint; null leaves a thing as it is. */
public record EndpointChange(
    @Nullable String url,
    @Nullable String description,
    @Nullable Set<String> events,
    @Nullable Boolean enabled) {

  @Override
  public String toString() {
    return "EndpointChange[***]";
  }
}
