package dev.backlot.domain.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PollCadenceTest {
  private static final Instant SINCE = Instant.parse("2026-01-01T00:00:00Z");
  private final PollCadence cadence =
      new PollCadence(
          Duration.ofSeconds(2),
          Duration.ofSeconds(1),
          Duration.ofSeconds(10),
          Duration.ofMinutes(15),
          Duration.ofMinutes(1));

  @ParameterizedTest(name = "at an age of {0} s it pauses {1} s")
  @CsvSource({"2,1", "10,1", "50,5", "100,10", "600,10", "899,10", "900,60", "9000,60"})
  void the_pause_is_a_tenth_of_the_age_within_its_bounds(long age, long pause) {
    Instant now = SINCE.plusSeconds(age);
    assertThat(cadence.nextPoll(SINCE, now)).isEqualTo(now.plusSeconds(pause));
  }
}
