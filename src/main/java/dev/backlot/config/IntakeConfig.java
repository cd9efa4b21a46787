package dev.backlot.config;

import java.time.Duration;

/**
 * How jobs are taken in.
 *
 * @param maxWaiting most submissions of this node that may be unanswered at once; beyond it 503
 * @param maxGroup most submissions of one transaction
 * @param groupsInFlight transactions at once; more than two only fight over balance rows
 * @param drainTimeout how long a stop waits for what was taken in to be stored, after the API has
 *     waited for its answers
 * @param idempotencyRetention how long an Idempotency-Key is remembered
 * @param ageingStep how much waiting time one step of priority is worth
 * @param pool the accounts that run jobs
 */
public record IntakeConfig(
    int maxWaiting,
    int maxGroup,
    int groupsInFlight,
    Duration drainTimeout,
    Duration idempotencyRetention,
    Duration ageingStep,
    String pool) {
  public static IntakeConfig from(Section in) {
    IntakeConfig config =
        new IntakeConfig(
            in.requireInt("max-waiting", 1, 100_000),
            in.requireInt("max-group", 1, 500),
            in.requireInt("groups-in-flight", 1, 4),
            in.requireDuration("drain-timeout", Duration.ofMillis(100), Duration.ofMinutes(5)),
            in.requireDuration("idempotency-retention", Duration.ofMinutes(1), Duration.ofDays(30)),
            in.requireDuration("ageing-step", Duration.ofMillis(1), Duration.ofDays(1)),
            in.requireText("pool"));
    in.rejectUnknown();
    return config;
  }
}
