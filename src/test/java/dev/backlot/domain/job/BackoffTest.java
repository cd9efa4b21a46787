package dev.backlot.domain.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private static final Duration BASE = Duration.ofMillis(100);
  private static final Duration CAP = Duration.ofSeconds(2);

  @Test
  void the_ceiling_doubles_with_every_failure_up_to_the_cap() {
    assertThat(longestOf(1)).isBetween(Duration.ofMillis(90), Duration.ofMillis(100));
    assertThat(longestOf(2)).isBetween(Duration.ofMillis(180), Duration.ofMillis(200));
    assertThat(longestOf(40)).isBetween(Duration.ofMillis(1800), CAP);
  }

  @Test
  void a_pause_is_never_zero() {
    Backoff backoff = new Backoff(Duration.ofMillis(1), CAP, new Random(1));
    assertThat(backoff.pause(1)).isPositive();
  }

  private static Duration longestOf(int failures) {
    Backoff backoff = new Backoff(BASE, CAP, new Random(1));
    return IntStream.range(0, 500)
        .mapToObj(i -> backoff.pause(failures))
        .max(Duration::compareTo)
        .orElseThrow();
  }
}
