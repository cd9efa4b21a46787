package dev.backlot.domain.webhook;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.JobId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One event on its way to one endpoint.
 *
 * @param position of the event in the log: it names the delivery within its endpoint
 * @param data of the event, JSON object text
 * @param tries sends since it was planned or last replayed
 * @param nextAt when it is sent next, at the earliest; null once it has ended
 * @param log the last sends, oldest first; at most {@link #LOG_MAX}
 */
public record Delivery(
    EndpointId endpoint,
    long position,
    TenantId tenant,
    JobId job,
    int jobVersion,
    String type,
    Instant at,
    String data,
    DeliveryState state,
    int tries,
    Instant createdAt,
    @Nullable Instant nextAt,
    @Nullable Instant endedAt,
    List<Try> log) {
  /** Above it the oldest sends are forgotten. */
  public static final int LOG_MAX = 20;

  public Delivery {
    log = List.copyOf(log);
  }
}
