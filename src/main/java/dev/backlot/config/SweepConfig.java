package dev.backlot.config;

import java.time.Duration;

/**
 * Tasks at the provider that no job waits for any more.
 *
 * @param follow pause between two questions about each of them, over all nodes together
 * @param forgetAfter age from which one that the provider does not know any more is closed
 */
public record SweepConfig(Duration follow, Duration forgetAfter) {
  public static SweepConfig from(Section in) {
    SweepConfig config =
        new SweepConfig(
            in.requireDuration("follow", Duration.ofMillis(50), Duration.ofHours(1)),
            in.requireDuration("forget-after", Duration.ofHours(1), Duration.ofDays(365)));
    in.rejectUnknown();
    return config;
  }
}
