package dev.backlot.blocked;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PausesTest {
  private long now;
  private final Pauses pauses = new Pauses(() -> now);

  @Test
  void looks_that_come_in_time_are_no_pause() {
    for (int look = 0; look < 100; look++) {
      pass(Duration.ofMillis(25));
      pauses.look();
    }

    assertThat(pauses.within(Duration.ofSeconds(2))).isZero();
  }

  @Test
  void between_two_looks_that_are_far_apart_nothing_ran() {
    pass(Duration.ofMillis(1_500));
    pauses.look();
    pass(Duration.ofMillis(20));
    pauses.look();

    assertThat(pauses.within(Duration.ofSeconds(2))).isEqualTo(Duration.ofMillis(1_500));
  }

  @Test
  void a_pause_that_nobody_has_looked_after_yet_counts_as_well() {
    pass(Duration.ofMillis(1_500));

    assertThat(pauses.within(Duration.ofSeconds(2))).isEqualTo(Duration.ofMillis(1_500));
  }

  @Test
  void of_a_pause_only_what_was_in_the_time_that_is_asked_for_counts() {
    pass(Duration.ofMillis(1_500));
    pauses.look();

    assertThat(pauses.within(Duration.ofMillis(400))).isEqualTo(Duration.ofMillis(400));
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }
}
