package dev.backlot.domain.job;

import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where the events of one job are told, beside its tenant's webhooks.
 *
 * @param url as the caller wrote it; may carry a token of theirs, and is never logged
 * @param events types that are told, one at least
 * @param origin scheme and host by which a client has reached us that speaks the provider's own
 *     words, at most {@value #ORIGIN_MAX} characters: it is told its task in those words, and its
 *     files are fetched from there; null for one that is told our events
 * @param endpoint the one that the store keeps for this address; null until it was asked for
 */
public record JobWebhook(
    String url, Set<String> events, @Nullable String origin, @Nullable UUID endpoint) {
  public static final int ORIGIN_MAX = 512;

  public JobWebhook {
    events = Set.copyOf(events);
  }

  /** One that is told our events. */
  public JobWebhook(String url, Set<String> events, @Nullable UUID endpoint) {
    this(url, events, null, endpoint);
  }

  JobWebhook at(UUID kept) {
    return new JobWebhook(url, events, origin, kept);
  }

  @Override
  public String toString() {
    return "JobWebhook[***]";
  }
}
