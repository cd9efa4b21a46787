package dev.backlot.domain.schedule;

import static dev.backlot.domain.schedule.Places.PROFILE;
import static dev.backlot.domain.schedule.Places.account;
import static dev.backlot.domain.schedule.Places.free;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.render.RenderTime;
import dev.backlot.domain.render.RenderTimes;
import dev.backlot.domain.schedule.QueuePlace.Limit;
import java.time.Duration;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForecastTest {
  private static final double MEDIAN_MILLIS = 90_000;
  private static final double SIGMA = 0.3;
  private static final int SLOTS = 5;

  /** Long enough for everything that runs to end. */
  private static final Duration LATER = Duration.ofMinutes(30);

  private static final Limit NONE = new Limit(1, null);

  private final Random random = new Random(11);
  private final RenderTimes times = new RenderTimes();

  @Test
  void a_job_in_front_of_a_free_slot_starts_at_once() {
    assertThat(forecast(free()).start().p50()).isZero();
  }

  @Test
  void a_job_behind_others_starts_after_them() {
    Forecast.OfQueued forecast = forecast(free().with(account(5, 5, 5)).behind(9, 10));

    assertThat(forecast.position()).isEqualTo(9);
    assertThat(forecast.start().p50()).isGreaterThan(forecast(free()).end().p50());
    assertThat(forecast.end().p50()).isGreaterThan(forecast.start().p50());
    assertThat(forecast.end().p90()).isGreaterThan(forecast.end().p50());
  }

  @Test
  void another_tenant_of_the_same_weight_doubles_the_turns() {
    assertThat(forecast(free().behind(4, 1000).besides(1)).position()).isEqualTo(9);
  }

  @Test
  void no_more_jobs_go_first_than_there_are() {
    assertThat(forecast(free().behind(4, 7).besides(9)).position()).isEqualTo(6);
  }

  @Test
  void a_job_whose_time_has_not_come_starts_then_when_its_slots_are_free_by_then() {
    Places busy = free().with(account(5, 5, 5)).notDue();

    assertThat(forecast(busy, LATER).start().p50()).isEqualTo(LATER);
  }

  @Test
  void a_job_whose_time_has_not_come_starts_after_a_queue_that_is_longer() {
    Places behind = free().with(account(5, 5, 5)).behind(400, 401).notDue();
    Duration queue = forecast(free().with(account(5, 5, 5)).behind(400, 401)).start().p50();

    assertThat(queue).isGreaterThan(LATER);
    assertThat(forecast(behind, LATER).start().p50()).isCloseTo(queue, Duration.ofSeconds(1));
  }

  @Test
  void jobs_that_become_due_with_it_go_first_when_they_are_before_it() {
    Places many = free().notDue().besideRipening(19, 20);

    Forecast.OfQueued forecast = forecast(many, LATER);

    assertThat(forecast.position()).isEqualTo(19);
    assertThat(forecast.start().p50().minus(LATER))
        .isCloseTo(forecast(free().behind(19, 20)).start().p50(), Duration.ofSeconds(1));
  }

  @Test
  void a_tenant_that_may_hold_one_slot_of_ten_gets_through_its_jobs_one_by_one() {
    Places limited = free().with(account(1, 10, 10)).behind(20, 21).limits(new Limit(1, 1), NONE);
    Places alone = free().with(account(1, 1, 1)).behind(20, 21);

    assertThat(forecast(limited)).isEqualTo(forecast(alone));
  }

  @Test
  void a_job_whose_batch_is_at_its_limit_starts_when_one_of_it_ends_whatever_is_free() {
    Places limited = free().with(account(1, 10, 10)).limits(NONE, new Limit(1, 1));

    assertThat(forecast(limited)).isEqualTo(forecast(free().with(account(1, 1, 1))));
  }

  @Test
  void those_of_its_tenants_other_batches_go_first_too_where_the_tenant_is_limited() {
    Places limited = free().with(account(1, 10, 10)).limits(new Limit(1, 1), NONE);

    assertThat(forecast(limited.behind(4, 100).besideBatches(1, 100)).start())
        .isEqualTo(forecast(free().with(account(1, 1, 1)).behind(9, 10)).start());
  }

  @Test
  void jobs_of_others_do_not_go_first_where_only_the_tenants_own_limit_keeps_it() {
    Places limited = free().with(account(1, 10, 10)).behind(4, 5).limits(new Limit(1, 1), NONE);
    Duration alone = forecast(limited).start().p50();

    assertThat(forecast(limited.behind(4, 20).besides(1)).start().p50()).isEqualTo(alone);
  }

  @Test
  void a_limit_that_is_above_its_share_of_the_slots_changes_nothing() {
    Places full = free().with(account(10, 10, 10)).behind(20, 60).besides(1);
    Forecast.OfQueued unlimited = forecast(full);

    assertThat(forecast(full.limits(new Limit(5, 9), new Limit(5, 9)))).isEqualTo(unlimited);
  }

  @Test
  void a_limit_of_which_something_is_left_keeps_nobody() {
    Places limited = free().with(account(3, 10, 10)).limits(new Limit(1, 2), new Limit(0, 1));

    assertThat(forecast(limited).start().p50()).isZero();
  }

  @Test
  void jobs_that_any_account_may_run_keep_a_pinned_one_no_longer_than_they_keep_others() {
    Places any = free().with(account(10, 10, 10)).behind(40, 41);
    Places pinned = free().with(account(2, 2, 2)).behind(40, 41).bound(0, account(8, 8, 8));

    assertThat(forecast(pinned).start()).isEqualTo(forecast(any).start());
    assertThat(forecast(pinned).position()).isEqualTo(40);
  }

  @Test
  void a_pinned_job_waits_for_a_slot_of_its_account_whatever_is_free_elsewhere() {
    Places pinned = free().with(account(2, 2, 2)).bound(0, account(0, 8, 8));

    assertThat(forecast(pinned)).isEqualTo(forecast(free().with(account(2, 2, 2))));
  }

  @Test
  void jobs_that_are_pinned_to_the_same_account_go_first_there() {
    Places pinned = free().with(account(2, 2, 2)).behind(9, 10).bound(9, account(0, 50, 50));

    assertThat(forecast(pinned).start())
        .isEqualTo(forecast(free().with(account(2, 2, 2)).behind(9, 10)).start());
  }

  @Test
  void a_limit_counts_after_the_time_for_which_a_job_waits() {
    Places many =
        free()
            .with(account(0, 10, 10))
            .notDue()
            .besideRipening(19, 20)
            .limits(new Limit(0, 1), NONE);
    Places alone = free().with(account(0, 1, 1)).notDue().besideRipening(19, 20);

    assertThat(forecast(many, LATER).start()).isEqualTo(forecast(alone, LATER).start());
  }

  @Test
  void a_task_that_has_run_for_long_is_not_expected_to_have_ended() {
    learn(times, 200, SIGMA);
    RenderTime render = times.of(PROFILE);

    Forecast.Span span = Forecast.ofRunning(render, Duration.ofMinutes(10));

    assertThat(span.p50()).isPositive();
    assertThat(span.p90()).isGreaterThan(span.p50());
  }

  /**
   * Replays: jobs that queue before five slots, each forecast when it is accepted, with what was
   * learnt of a hundred tasks before. Many short ones, because what was learnt too short or too
   * long is so for a whole replay.
   */
  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.3, 0.6})
  void at_least_four_of_five_jobs_end_before_their_p90_and_about_half_before_their_p50(
      double sigma) {
    assertCalibrated(sigma, SLOTS, free().with(account(SLOTS, SLOTS, SLOTS)));
  }

  /** The same of a tenant that may hold two slots of five. */
  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.3, 0.6})
  void so_do_those_of_a_tenant_at_its_limit(double sigma) {
    assertCalibrated(sigma, 2, free().with(account(2, SLOTS, SLOTS)).limits(new Limit(2, 2), NONE));
  }

  private void assertCalibrated(double sigma, int slots, Places there) {
    int replays = 40;
    int jobs = 60;
    int beforeP90 = 0;
    int beforeP50 = 0;
    for (int replay = 0; replay < replays; replay++) {
      RenderTimes learnt = new RenderTimes();
      learn(learnt, 100, sigma);
      PriorityQueue<Double> busyUntil = busySlots(slots, sigma);
      for (int ahead = 0; ahead < jobs; ahead++) {
        QueuePlace place = there.behind(ahead, jobs).place();
        Forecast.Span end =
            Forecast.ofQueued(place, Duration.ZERO, learnt.of(PROFILE), account -> true).end();
        double really = busyUntil.remove() + render(sigma);
        busyUntil.add(really);
        beforeP90 += really <= end.p90().toMillis() ? 1 : 0;
        beforeP50 += really <= end.p50().toMillis() ? 1 : 0;
      }
    }

    assertThat((double) beforeP90 / (replays * jobs)).isBetween(0.8, 0.99);
    assertThat((double) beforeP50 / (replays * jobs)).isBetween(0.3, 0.8);
  }

  /** Each somewhere in the middle of a task, as at any moment. */
  private PriorityQueue<Double> busySlots(int slots, double sigma) {
    PriorityQueue<Double> busyUntil = new PriorityQueue<>();
    for (int slot = 0; slot < slots; slot++) {
      busyUntil.add(render(sigma) * random.nextDouble());
    }
    return busyUntil;
  }

  private Forecast.OfQueued forecast(Places place) {
    return forecast(place, Duration.ZERO);
  }

  private Forecast.OfQueued forecast(Places place, Duration until) {
    return Forecast.ofQueued(place.place(), until, times.of(PROFILE), account -> true);
  }

  private void learn(RenderTimes learning, int tasks, double sigma) {
    for (int i = 0; i < tasks; i++) {
      learning.learn(PROFILE, Duration.ofMillis(Math.round(render(sigma))));
    }
  }

  private double render(double sigma) {
    return MEDIAN_MILLIS * Math.exp(sigma * random.nextGaussian());
  }
}
