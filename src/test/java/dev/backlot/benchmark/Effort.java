package dev.backlot.benchmark;

import java.time.Duration;

/**
 * How much is measured, from system properties; the default takes some five minutes.
 *
 * @param rounds times that every side is measured, {@code benchmark.rounds}, at least 5
 * @param turn how long one side is measured at a time, {@code benchmark.seconds}
 * @param connections requests under way at once, {@code benchmark.connections}
 */
record Effort(int rounds, Duration turn, int connections) {
  Effort {
    if (rounds < 1 || turn.toMillis() < 1 || connections < 1) {
      throw new IllegalArgumentException("benchmark.* must be positive");
    }
  }

  static Effort fromSystemProperties() {
    return new Effort(
        Integer.getInteger("benchmark.rounds", 5),
        Duration.ofSeconds(Integer.getInteger("benchmark.seconds", 3)),
        Integer.getInteger("benchmark.connections", 64));
  }
}
