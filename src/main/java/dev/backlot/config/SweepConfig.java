package dev.backlot.config;

import java.time.Duration;

/**
 * Tasks at the provider that no job waits for any more.
 *
 * @param follow pause between two questions about each of them, over all nodes together, and the
 *     longest that one pass over an account goes on; the next one begins where it ended
 * @param forgetAfter age from which one that the provider does not know any more is closed
 * @param interval pause between two looks through the lists of an account, over all nodes together
 * @param reach how far before the last complete look the next one begins: longer than a task may be
 *     late, and than the clocks may differ
 * @param pages most pages of one list in one pass; the next pass goes on behind them
 * @param pause between two pages
 */
public record SweepConfig(
    Duration follow,
    Duration forgetAfter,
    Duration interval,
    Duration reach,
    int pages,
    Duration pause) {
  public static SweepConfig from(Section in) {
    SweepConfig config =
        new SweepConfig(
            in.requireDuration("follow", Duration.ofMillis(50), Duration.ofHours(1)),
            in.requireDuration("forget-after", Duration.ofHours(1), Duration.ofDays(365)),
            in.requireDuration("interval", Duration.ofMillis(100), Duration.ofHours(24)),
            in.requireDuration("reach", Duration.ofSeconds(1), Duration.ofDays(30)),
            in.requireInt("pages", 1, 1_000),
            in.requireDuration("pause", Duration.ofMillis(1), Duration.ofMinutes(1)));
    in.rejectUnknown();
    return config;
  }
}
