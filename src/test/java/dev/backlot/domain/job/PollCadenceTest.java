package dev.backlot.domain.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.render.RenderProfile;
import dev.backlot.domain.render.RenderTime;
import dev.backlot.domain.render.RenderTimes;
import java.time.Duration;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PollCadenceTest {
  private static final RenderProfile PRO = new RenderProfile("text2video", "kling-v3", "pro", 5);
  private static final RenderTime UNKNOWN = new RenderTimes().of(PRO);
  private static final RenderTime MEASURED = measured(100_000, 0.3);

  private final PollCadence cadence =
      new PollCadence(
          Duration.ofSeconds(2),
          Duration.ofSeconds(1),
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          Duration.ofMinutes(15),
          Duration.ofMinutes(1),
          Duration.ofMillis(200));

  private static RenderTime measured(double median, double sigma) {
    RenderTimes times = new RenderTimes();
    Random random = new Random(9);
    for (int i = 0; i < 300; i++) {
      times.learn(
          PRO, Duration.ofMillis(Math.round(median * Math.exp(random.nextGaussian() * sigma))));
    }
    return times.of(PRO);
  }

  private Duration next(RenderTime time, long ageSeconds) {
    return cadence.next(time, Duration.ofSeconds(ageSeconds), 1, 0);
  }

  @ParameterizedTest(name = "at an age of {0} s")
  @ValueSource(longs = {0, 5, 20})
  void pauses_are_long_while_a_task_can_hardly_have_ended(long age) {
    assertThat(next(MEASURED, age)).isEqualTo(Duration.ofSeconds(10));
  }

  @ParameterizedTest(name = "at an age of {0} s")
  @ValueSource(longs = {90, 100, 110, 130})
  void pauses_are_short_around_the_expected_end(long age) {
    assertThat(next(MEASURED, age)).isBetween(Duration.ofSeconds(2), Duration.ofMillis(4_500));
  }

  @Test
  void no_pause_sleeps_through_the_beginning_of_the_dense_part() {
    RenderTime sharp = measured(20_000, 0.05);

    assertThat(next(sharp, 14)).isLessThan(Duration.ofSeconds(7));
  }

  @Test
  void four_times_the_worth_doubles_the_pause() {
    PollCadence cheap =
        new PollCadence(
            cadence.first(),
            cadence.shortest(),
            cadence.longest(),
            cadence.longestAnnounced(),
            cadence.overdue(),
            cadence.overdueInterval(),
            cadence.worth().multipliedBy(4));

    double ratio =
        (double) cheap.next(MEASURED, Duration.ofSeconds(100), 1, 0).toMillis()
            / next(MEASURED, 100).toMillis();

    assertThat(ratio).isBetween(1.7, 2.2);
  }

  @Test
  void pauses_are_three_times_as_long_where_callbacks_leave_out_one_end_of_nine() {
    double ratio =
        (double) cadence.next(MEASURED, Duration.ofSeconds(100), 1 / 9.0, 0).toMillis()
            / next(MEASURED, 100).toMillis();

    assertThat(ratio).isBetween(2.5, 3.5);
  }

  @Test
  void no_pause_is_longer_than_the_longest_however_few_ends_callbacks_leave_out() {
    assertThat(cadence.next(MEASURED, Duration.ofSeconds(5), 1e-9, 0))
        .isEqualTo(cadence.longestAnnounced());
  }

  @Test
  void callbacks_never_make_pauses_shorter() {
    PollCadence other =
        new PollCadence(
            cadence.first(),
            cadence.shortest(),
            cadence.longest(),
            Duration.ofSeconds(1),
            cadence.overdue(),
            cadence.overdueInterval(),
            cadence.worth());

    assertThat(other.next(MEASURED, Duration.ofSeconds(5), 1 / 25.0, 0))
        .isEqualTo(cadence.longest());
  }

  @ParameterizedTest(name = "at an age of {0} s it pauses {1} s")
  @CsvSource({"0,1", "1,1", "3,3", "8,8", "30,10"})
  void before_anything_is_measured_no_pause_is_longer_than_the_age(long age, long pause) {
    assertThat(next(UNKNOWN, age)).isEqualTo(Duration.ofSeconds(pause));
    assertThat(cadence.first(UNKNOWN, 1, 0)).isEqualTo(cadence.first());
  }

  @ParameterizedTest(name = "at an age of {0} s")
  @ValueSource(longs = {900, 901, 9_000})
  void what_is_overdue_is_asked_for_slowly(long age) {
    assertThat(next(MEASURED, age)).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void jitter_shortens_pauses_by_a_tenth_at_most_and_never_below_the_shortest() {
    Duration age = Duration.ofSeconds(100);
    long pause = cadence.next(MEASURED, age, 1, 0).toMillis();

    assertThat(cadence.next(MEASURED, age, 1, 1).toMillis()).isBetween(pause * 9 / 10, pause - 1);
    assertThat(cadence.next(measured(1_000, 0.01), Duration.ofSeconds(1), 1, 1))
        .isGreaterThanOrEqualTo(cadence.shortest());
  }

  @ParameterizedTest(name = "median {0} ms, sigma {1}, pause {2} s")
  @CsvSource({
    "100000,0.3,2", "100000,0.3,3", "100000,0.3,5", "100000,0.3,8",
    "160000,0.4,2", "160000,0.4,3", "160000,0.4,5", "160000,0.4,8",
    "30000,0.3,1", "30000,0.3,2", "30000,0.3,3", "30000,0.3,5"
  })
  void requests_and_waiting_together_cost_less_than_with_any_fixed_pause(
      double median, double sigma, long pauseSeconds) {
    RenderTime time = measured(median, sigma);
    Duration fixed = Duration.ofSeconds(pauseSeconds);
    Random random = new Random(4);
    double shaped = 0;
    double even = 0;
    for (int i = 0; i < 1_000; i++) {
      double took = median * Math.exp(random.nextGaussian() * sigma);
      shaped +=
          cost(
              took,
              cadence.first(time, 1, random.nextDouble()),
              age -> cadence.next(time, age, 1, random.nextDouble()));
      even += cost(took, fixed, age -> fixed);
    }
    assertThat(shaped).isLessThan(even);
  }

  /** Waiting after the end, and what the requests are worth, in milliseconds. */
  private double cost(double took, Duration first, Function<Duration, Duration> next) {
    double at = first.toMillis();
    int questions = 1;
    while (at < took) {
      at += next.apply(Duration.ofMillis((long) at)).toMillis();
      questions++;
    }
    return at - took + (double) questions * cadence.worth().toMillis();
  }
}
