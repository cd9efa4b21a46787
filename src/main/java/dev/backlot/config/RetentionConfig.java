package dev.backlot.config;

import java.time.Duration;

/**
 * How long is kept what grows with time. Idempotency keys and stream tokens carry an expiry of
 * their own.
 *
 * @param interval pause between two passes, over all nodes together
 * @param batch most rows that one statement removes
 * @param events age from which events leave the log; older cursors have expired
 * @param alerts time that a resolved alert is kept
 * @param nodes age from which a node that has ended is forgotten
 * @param inputs time that the long values of an input are kept after the end of their job
 * @param webhooks time that a webhook delivery is kept after its end
 * @param reconciliation age of a day from which the rows of its export, and what differed, are
 *     removed; what it came to is kept
 * @param calls time that the answer to a call is kept after its end; the call itself is kept
 */
public record RetentionConfig(
    Duration interval,
    int batch,
    Duration events,
    Duration alerts,
    Duration nodes,
    Duration inputs,
    Duration webhooks,
    Duration reconciliation,
    Duration calls) {
  private static final Duration LONGEST = Duration.ofDays(3650);

  public static RetentionConfig from(Section in) {
    RetentionConfig config =
        new RetentionConfig(
            in.requireDuration("interval", Duration.ofSeconds(1), Duration.ofHours(24)),
            in.requireInt("batch", 1, 10_000),
            in.requireDuration("events", Duration.ofHours(1), LONGEST),
            in.requireDuration("alerts", Duration.ofHours(1), LONGEST),
            in.requireDuration("nodes", Duration.ofHours(1), LONGEST),
            in.requireDuration("inputs", Duration.ofMinutes(1), LONGEST),
            in.requireDuration("webhooks", Duration.ofMinutes(1), LONGEST),
            in.requireDuration("reconciliation", Duration.ofDays(3), LONGEST),
            in.requireDuration("calls", Duration.ofHours(1), LONGEST));
    in.rejectUnknown();
    return config;
  }
}
