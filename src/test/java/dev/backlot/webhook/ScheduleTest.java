package dev.backlot.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final Schedule STANDARD = Schedule.of(TestWebhooks.config().build());

  /** What a delivery does whose endpoint never answers: the clock goes where it is told to. */
  @Test
  void a_delivery_is_tried_ten_times_over_some_75_hours() {
    List<Duration> triedAt = walk(STANDARD, 0);

    assertThat(triedAt).hasSize(10).startsWith(Duration.ZERO, Duration.ofSeconds(5));
    assertThat(triedAt.get(9)).isBetween(Duration.ofHours(75), Duration.ofHours(76));
  }

  @Test
  void pauses_never_shrink() {
    List<Duration> triedAt = walk(STANDARD, 0);

    for (int i = 2; i < triedAt.size(); i++) {
      assertThat(triedAt.get(i).minus(triedAt.get(i - 1)))
          .isGreaterThan(triedAt.get(i - 1).minus(triedAt.get(i - 2)));
    }
  }

  @Test
  void what_failed_together_does_not_come_back_together() {
    Random random = new Random(7);
    List<Instant> next = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      next.add(STANDARD.next(2, null, random.nextDouble(), START).orElseThrow());
    }

    assertThat(next).doesNotHaveDuplicates();
    assertThat(next)
        .allSatisfy(
            at ->
                assertThat(Duration.between(START, at))
                    .isBetween(Duration.ofMinutes(5), Duration.ofSeconds(330)));
  }

  @Test
  void a_receiver_may_ask_for_a_longer_pause() {
    assertThat(STANDARD.next(1, Duration.ofMinutes(2), 0, START))
        .contains(START.plus(Duration.ofMinutes(2)));
  }

  @Test
  void a_receiver_cannot_ask_for_a_shorter_pause() {
    assertThat(STANDARD.next(2, Duration.ofSeconds(1), 0, START))
        .contains(START.plus(Duration.ofMinutes(5)));
  }

  @Test
  void a_receiver_cannot_put_a_delivery_off_beyond_the_bound() {
    assertThat(STANDARD.next(1, Duration.ofDays(365), 0, START))
        .contains(START.plus(Duration.ofHours(1)));
  }

  private static List<Duration> walk(Schedule schedule, double random) {
    List<Duration> triedAt = new ArrayList<>(List.of(Duration.ZERO));
    Optional<Instant> next = schedule.next(1, null, random, START);
    while (next.isPresent()) {
      triedAt.add(Duration.between(START, next.get()));
      next = schedule.next(triedAt.size(), null, random, next.get());
    }
    return triedAt;
  }
}
