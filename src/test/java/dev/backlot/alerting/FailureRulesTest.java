package dev.backlot.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.AlertingConfig.CountedRule;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.alert.AlertRule;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Error rate and failure spike, by what has ended on all nodes. */
class FailureRulesTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final AlertRule RULE =
      new AlertRule("any", Duration.ofMinutes(5), 0.2, 0.05, Duration.ZERO);

  private final FakeOutcomes outcomes = new FakeOutcomes();

  @Test
  void the_error_rate_is_the_share_that_failed_within_the_window() {
    outcomes.succeeded(NOW.minusSeconds(100), 15);
    outcomes.failed(NOW.minusSeconds(50), ErrorCode.GENERATION_FAILED, 5);
    outcomes.failed(NOW.minusSeconds(301), ErrorCode.GENERATION_FAILED, 100);

    assertThat(errorRate(10)).isEqualTo(0.25);
  }

  @Test
  void what_callers_and_content_policies_are_to_blame_for_is_no_error_of_ours() {
    outcomes.succeeded(NOW.minusSeconds(100), 10);
    outcomes.failed(NOW.minusSeconds(50), ErrorCode.CONTENT_REJECTED, 50);
    outcomes.failed(NOW.minusSeconds(50), ErrorCode.INPUT_REJECTED, 50);

    assertThat(errorRate(10)).isZero();
    assertThat(spike(1)).isZero();
  }

  @Test
  void a_few_ends_say_nothing() {
    outcomes.failed(NOW.minusSeconds(50), ErrorCode.GENERATION_FAILED, 9);

    assertThat(errorRate(10)).isZero();
    assertThat(errorRate(9)).isEqualTo(1);
  }

  @Test
  void four_times_the_usual_failures_are_a_spike() {
    for (int minute = 2; minute <= 15; minute++) {
      outcomes.failed(NOW.minus(Duration.ofMinutes(minute)), ErrorCode.GENERATION_FAILED, 3);
    }
    outcomes.failed(NOW.minusSeconds(30), ErrorCode.GENERATION_FAILED, 13);
    assertThat(spike(5)).isEqualTo(1);

    outcomes.failed(NOW.minusSeconds(90), ErrorCode.GENERATION_FAILED, 40);
    assertThat(spike(5)).as("more of them are usual").isZero();
  }

  @Test
  void failures_out_of_the_blue_are_a_spike_when_they_are_enough() {
    outcomes.failed(NOW.minusSeconds(30), ErrorCode.GENERATION_FAILED, 5);

    assertThat(spike(5)).isEqualTo(1);
    assertThat(spike(6)).isZero();
  }

  @Test
  void a_constant_rate_of_failures_is_no_spike_however_short_the_look_back() {
    for (int tens = 0; tens < 18; tens++) {
      outcomes.failed(NOW.minusSeconds(10L * tens), ErrorCode.GENERATION_FAILED, 50);
    }

    assertThat(spike(5)).isZero();
  }

  private double errorRate(int atLeast) {
    return level(new ErrorRate(new CountedRule(RULE, atLeast), outcomes, () -> NOW));
  }

  private double spike(int atLeast) {
    return level(new FailureSpike(new CountedRule(RULE, atLeast), outcomes, () -> NOW));
  }

  private static double level(AlertSource source) {
    return source.look().result().get(0).level();
  }
}
