package dev.backlot.domain.schedule;

import static dev.backlot.domain.schedule.Places.account;
import static dev.backlot.domain.schedule.Places.free;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.JobState;
import dev.backlot.domain.schedule.QueuePlace.Budget;
import dev.backlot.domain.schedule.QueuePlace.Limit;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class WaitingTest {
  private static final Limit NONE = new Limit(1, null);

  static Stream<Arguments> reasons() {
    return Stream.of(
        Arguments.of(WaitReason.NOTHING, free()),
        Arguments.of(WaitReason.HELD, free().in(JobState.HELD)),
        Arguments.of(WaitReason.HELD, free().ofPausedBatch().in(JobState.HELD)),
        Arguments.of(WaitReason.BATCH_PAUSED, free().ofPausedBatch()),
        Arguments.of(WaitReason.BATCH_PAUSED, free().ofPausedBatch().notDue()),
        Arguments.of(WaitReason.NOT_DUE, free().notDue()),
        Arguments.of(WaitReason.TENANT_LIMIT, free().limits(new Limit(2, 2), NONE)),
        Arguments.of(WaitReason.BATCH_LIMIT, free().limits(new Limit(2, 3), new Limit(1, 1))),
        Arguments.of(WaitReason.OUTCOME_UNKNOWN, free().sentWithoutAnswer()),
        Arguments.of(WaitReason.NO_SLOTS, free().with(account(0, 0, 0))),
        Arguments.of(WaitReason.SLOTS_BUSY, free().with(account(5, 5, 5))),
        Arguments.of(WaitReason.PROVIDER_LIMIT, free().with(account(2, 2, 5))),
        Arguments.of(WaitReason.TURN, free().behind(3, 4)));
  }

  @ParameterizedTest
  @MethodSource("reasons")
  void one_thing_is_named(WaitReason reason, Places place) {
    assertThat(Waiting.of(place.place(), account -> true, Places.START).reason()).isEqualTo(reason);
  }

  @Test
  void a_job_that_was_tried_waits_for_the_end_of_its_pause_and_not_for_its_start() {
    QueuePlace tried = free().notDue().lookedAtAgain(Places.START.plusSeconds(1)).place();

    assertThat(Waiting.of(tried, account -> true, Places.START).reason())
        .isEqualTo(WaitReason.PAUSED);
  }

  @Test
  void a_job_that_was_put_aside_waits_for_what_it_was_put_aside_for() {
    Places aside = free().notDue().lookedAtAgain(Places.START.plusSeconds(10));

    assertThat(Waiting.of(aside.with(account(5, 5, 5)).place(), account -> true, Places.START))
        .isEqualTo(
            new Waiting(WaitReason.SLOTS_BUSY, Map.of("in_flight", 0, "granted", 5, "slots", 5)));
    assertThat(Waiting.of(aside.place(), account -> false, Places.START))
        .isEqualTo(new Waiting(WaitReason.ACCOUNTS_UNAVAILABLE, Map.of("accounts", 1)));
  }

  @Test
  void a_job_that_may_not_start_yet_waits_for_its_start_however_full_it_is() {
    Places later = free().notDue().with(account(5, 5, 5));

    assertThat(Waiting.of(later.place(), account -> true, Places.START).reason())
        .isEqualTo(WaitReason.NOT_DUE);
  }

  @Test
  void the_room_of_accounts_that_cannot_carry_it_is_none_for_it() {
    Places bound = free().with(account(2, 2, 2)).bound(0, account(0, 8, 8));

    assertThat(Waiting.of(bound.place(), account -> true, Places.START))
        .isEqualTo(
            new Waiting(WaitReason.SLOTS_BUSY, Map.of("in_flight", 0, "granted", 2, "slots", 2)));
  }

  @Test
  void a_time_says_how_long_it_is_until_then() {
    Places later = free().notDue().lookedAtAgain(Places.START.plusMillis(1_001));

    assertThat(Waiting.of(later.place(), account -> true, Places.START).numbers())
        .isEqualTo(Map.of("seconds_left", 2));
  }

  @Test
  void an_unknown_outcome_says_for_how_long_nobody_knows() {
    assertThat(
            Waiting.of(
                    free().sentWithoutAnswer().place(), all -> true, Places.START.plusSeconds(90))
                .numbers())
        .isEqualTo(Map.of("seconds", 90));
  }

  @Test
  void a_budget_says_whether_the_cap_or_the_credit_is_too_small_and_by_how_much() {
    Budget capped = new Budget(credits("5"), credits("12"), credits("10"), credits("100"));
    Budget poor = new Budget(credits("5"), credits("15"), credits("10"), credits("4"));

    assertThat(Waiting.of(free().heldFor(capped).place(), account -> true, Places.START))
        .isEqualTo(
            new Waiting(
                WaitReason.SPEND_CAP,
                Map.of("price", "5", "spend_cap", "12", "committed", "10", "available", "100")));
    assertThat(Waiting.of(free().heldFor(poor).place(), account -> true, Places.START).reason())
        .isEqualTo(WaitReason.CREDIT);
  }

  private static Credits credits(String amount) {
    return Credits.of(amount);
  }

  @Test
  void accounts_that_may_not_be_used_are_named_before_their_slots() {
    assertThat(Waiting.of(free().with(account(5, 5, 5)).place(), account -> false, Places.START))
        .isEqualTo(new Waiting(WaitReason.ACCOUNTS_UNAVAILABLE, Map.of("accounts", 1)));
  }

  @Test
  void a_full_class_says_how_many_slots_there_are_and_how_many_of_them_are_its_tenants() {
    Places full = free().with(account(5, 5, 5)).limits(new Limit(2, null), NONE);

    assertThat(Waiting.of(full.place(), account -> true, Places.START).numbers())
        .isEqualTo(Map.of("in_flight", 2, "granted", 5, "slots", 5));
  }

  @Test
  void a_turn_says_how_many_jobs_of_its_own_tenant_wait_and_nothing_of_others() {
    assertThat(Waiting.of(free().behind(3, 4_000).place(), account -> true, Places.START).numbers())
        .isEqualTo(Map.of("ahead_of_your_own", 3, "queued_of_your_own", 4));
  }

  @Test
  void a_limit_says_how_much_of_it_is_used() {
    Places limited = free().limits(new Limit(2, 2), NONE);

    assertThat(Waiting.of(limited.place(), account -> true, Places.START).numbers())
        .isEqualTo(Map.of("in_flight", 2, "limit", 2));
  }
}
