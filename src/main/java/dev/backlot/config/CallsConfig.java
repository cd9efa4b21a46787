package dev.backlot.config;

import java.time.Duration;

/**
 * The provider's calls that are answered at once.
 *
 * @param timeout after which the outcome of one is unknown; a large body has a second more for each
 *     MiB
 * @param atOnce most of this node that are under way
 * @param perTenant most of one tenant that are under way on this node
 * @param answerSize most bytes of one answer
 * @param kept most bytes of an answer that is kept in the books
 * @param remembered how long the answer to a call that only reads is given again
 * @param sweep pause between two looks for calls that a dead node has left open
 */
public record CallsConfig(
    Duration timeout,
    int atOnce,
    int perTenant,
    int answerSize,
    int kept,
    Duration remembered,
    Duration sweep) {

  public static CallsConfig from(Section in) {
    CallsConfig config =
        new CallsConfig(
            in.requireDuration("timeout", Duration.ofMillis(100), Duration.ofMinutes(5)),
            in.requireInt("at-once", 1, 10_000),
            in.requireInt("per-tenant", 1, 10_000),
            Math.toIntExact(in.requireBytes("answer-size", 1L << 10, 64L << 20)),
            Math.toIntExact(in.requireBytes("kept", 0, 16L << 20)),
            in.requireDuration("remembered", Duration.ZERO, Duration.ofHours(24)),
            in.requireDuration("sweep", Duration.ofMillis(50), Duration.ofMinutes(5)));
    in.rejectUnknown();
    return config;
  }
}
