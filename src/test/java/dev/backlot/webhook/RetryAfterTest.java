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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "soon",
        "-5",
        "0",
        "1.5",
        "99999999999999999999",
        "Sun, 01 Mar 2026 11:59:00 GMT"
      })
  void what_makes_no_sense_counts_for_nothing(String header) {
    assertThat(RetryAfter.parse(header, NOW)).isNull();
  }
}
