package dev.backlot.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.provider.Parking.Verdict;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/**
 * What queries do to an account; creates are in {@link GuardedProviderTest} and {@link
 * UsedUpPackTest}.
 */
class ParkingTest {
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
  private static final Duration PAUSE = Duration.ofSeconds(60);
  private static final int NO_CREDIT = 1101;

  private final Parking parking = new Parking(PAUSE);

  @Test
  void a_refused_query_parks_the_account_once() {
    assertThat(parking.queryRefused(1002, NOW)).isTrue();
    assertThat(parking.queryRefused(1002, NOW)).isFalse();
    assertThat(parking.callsAllowed(NOW)).isZero();
  }

  @Test
  void an_answered_query_ends_what_a_query_began() {
    parking.queryRefused(1002, NOW);

    assertThat(parking.queryAnswered()).isTrue();
    assertThat(parking.view()).isEmpty();
  }

  @Test
  void an_answered_query_does_not_end_what_a_create_began() {
    parking.leave(parking.enter(NOW), Verdict.PARKS, NO_CREDIT, NOW);

    assertThat(parking.queryAnswered()).isFalse();
    assertThat(parking.view()).isPresent();
  }

  @Test
  void a_probe_that_is_refused_makes_it_a_matter_of_creates() {
    parking.queryRefused(1002, NOW);
    Instant later = NOW.plus(PAUSE);
    parking.leave(parking.enter(later), Verdict.PARKS, NO_CREDIT, later);

    assertThat(parking.queryAnswered()).isFalse();
    assertThat(parking.view()).isPresent();
  }

  @Test
  void it_is_told_why_since_when_and_until_when() {
    parking.leave(parking.enter(NOW), Verdict.PARKS, NO_CREDIT, NOW);
    Instant later = NOW.plus(PAUSE);
    parking.leave(parking.enter(later), Verdict.PARKS, NO_CREDIT, later);

    assertThat(parking.view()).contains(new Parking.View(NO_CREDIT, NOW, later.plus(PAUSE)));
  }

  @Test
  void its_operator_can_end_it_before_the_next_probe() {
    parking.leave(parking.enter(NOW), Verdict.PARKS, NO_CREDIT, NOW);

    assertThat(parking.unpark()).isTrue();
    assertThat(parking.enter(NOW)).isEqualTo(Parking.Entry.FREE);
    assertThat(parking.unpark()).isFalse();
  }
}
