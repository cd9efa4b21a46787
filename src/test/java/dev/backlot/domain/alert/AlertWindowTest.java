package dev.backlot.domain.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class AlertWindowTest {
  private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
  private final AlertWindow window = new AlertWindow(Duration.ofSeconds(60));

  @Test
  void nothing_seen_is_nothing_bad() {
    assertThat(window.mean(START)).isZero();
  }

  @Test
  void a_first_level_counts_at_once() {
    window.add(START, 1);

    assertThat(window.mean(START)).isEqualTo(1);
  }

  @Test
  void levels_weigh_as_long_as_they_held() {
    window.add(START, 0);
    window.add(at(30), 1);

    assertThat(window.mean(at(40))).isEqualTo(0.25, within(1e-9));
  }

  @Test
  void looking_more_often_changes_nothing() {
    window.add(START, 0);
    for (int second = 30; second <= 40; second++) {
      window.add(at(second), 1);
    }

    assertThat(window.mean(at(40))).isEqualTo(0.25, within(1e-9));
  }

  @Test
  void what_lies_before_the_window_is_forgotten() {
    window.add(START, 1);
    window.add(at(10), 0);

    assertThat(window.mean(at(70))).isZero();
  }

  @Test
  void the_level_that_held_when_the_window_began_counts() {
    window.add(START, 1);
    window.add(at(100), 0);

    assertThat(window.mean(at(115))).isEqualTo(0.75, within(1e-9));
  }

  @Test
  void a_clock_that_steps_back_does_no_harm() {
    window.add(at(10), 0);
    window.add(at(5), 1);

    assertThat(window.mean(at(20))).isEqualTo(1, within(1e-9));
  }

  @Test
  void at_the_bound_the_oldest_levels_go_first() {
    AlertWindow longWindow = new AlertWindow(Duration.ofDays(1));
    for (int second = 0; second < 10_000; second++) {
      longWindow.add(at(second), second < 7_000 ? second % 2 : 0.5 + second % 2 * 0.001);
    }

    assertThat(longWindow.mean(at(10_000))).isEqualTo(0.5005, within(1e-6));
  }

  private static Instant at(int seconds) {
    return START.plusSeconds(seconds);
  }
}
