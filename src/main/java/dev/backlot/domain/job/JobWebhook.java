package dev.backlot.domain.job;

import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where the events of one job are told, beside its tenant's webhooks.
 *
 * @param url as the caller wrote it; may carry a token of theirs, and is never logged
 * @param events types that are told, one at least
 * @param endpoint the one that the store keeps for this address; null until it was asked for
 */
public record JobWebhook(String url, Set<String> events, @Nullable UUID endpoint) {
  public JobWebhook {
    events = Set.copyOf(events);
  }

  JobWebhook at(UUID kept) {
    return new JobWebhook(url, events, kept);
  }

  @Override
  public String toString() {
    return "JobWebhook[***]";
  }
}
