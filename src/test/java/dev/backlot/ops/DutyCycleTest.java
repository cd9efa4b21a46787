package dev.backlot.ops;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DutyCycleTest {
  private final DutyCycle cycle = new DutyCycle(20);

  @Test
  void what_has_not_run_does_not_rest() {
    assertThat(cycle.isResting(Long.MIN_VALUE)).isFalse();
  }

  @Test
  void it_rests_so_long_that_it_takes_no_more_than_its_share() {
    cycle.worked(1_000, 1_100);

    assertThat(cycle.isResting(1_100 + 19 * 100 - 1)).isTrue();
    assertThat(cycle.isResting(1_100 + 19 * 100)).isFalse();
  }

  @Test
  void a_clock_that_runs_over_changes_nothing() {
    cycle.worked(Long.MAX_VALUE - 10, Long.MAX_VALUE);

    assertThat(cycle.isResting(Long.MIN_VALUE + 100)).isTrue();
    assertThat(cycle.isResting(Long.MIN_VALUE + 189)).isFalse();
  }
}
