package dev.backlot.config;

import java.time.Duration;

/**
 * Batches of jobs.
 *
 * @param bodyLimit most bytes of one when it is submitted; beyond it 413
 * @param step most jobs that one transaction moves when a batch is paused, resumed or canceled
 * @param interval pause between two looks for batches that somebody has left half-way
 * @param recheck pause between two looks at a batch of which jobs are still on their way
 */
public record BatchConfig(long bodyLimit, int step, Duration interval, Duration recheck) {
  public static BatchConfig from(Section in, HttpConfig http) {
    BatchConfig config =
        new BatchConfig(
            in.requireBytes("body-limit", 1 << 10, 64 << 20),
            in.requireInt("step", 1, 5_000),
            in.requireDuration("interval", Duration.ofMillis(10), Duration.ofHours(1)),
            in.requireDuration("recheck", Duration.ofMillis(10), Duration.ofHours(1)));
    in.rejectUnknown();
    if (config.bodyLimit() > http.largeBodies().budget() / 2) {
      throw in.error("body-limit", "must not be larger than half of http.large-bodies.budget");
    }
    return config;
  }
}
