package dev.backlot.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  @Test
  void seconds_are_understood() {
    assertThat(RetryAfter.parse(" 120 ", NOW)).isEqualTo(Duration.ofMinutes(2));
  }

  @Test
  void a_date_is_understood() {
    assertThat(RetryAfter.parse("Sun, 01 Mar 2026 12:05:00 GMT", NOW))
        .isEqualTo(Duration.ofMinutes(5));
  }

  /** The two older forms, which a recipient must understand (RFC 9110, section 5.6.7). */
  @ParameterizedTest
  @ValueSource(strings = {"Sunday, 01-Mar-26 12:05:00 GMT", "Sun Mar  1 12:05:00 2026"})
  void a_date_of_old_is_understood(String header) {
    assertThat(RetryAfter.parse(header, NOW)).isEqualTo(Duration.ofMinutes(5));
  }

  @Test
  void more_seconds_than_anybody_waits_are_very_many() {
    assertThat(RetryAfter.parse("99999999999999999999", NOW)).isGreaterThan(Duration.ofDays(365));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "soon",
        "-5",
        "0",
        "1.5",
        "Sun, 01 Mar 2026 11:59:00 GMT",
        "Sun Mar  1 11:59:00 2026",
        "Sunday, 01-Mar-26 12:05:00 CET"
      })
  void what_makes_no_sense_counts_for_nothing(String header) {
    assertThat(RetryAfter.parse(header, NOW)).isNull();
  }
}
