package dev.backlot.domain.job;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AnnouncementsTest {
  private static final String ACCOUNT = "account-a";

  private final Announcements announcements = new Announcements();

  @Test
  void nothing_is_expected_of_callbacks_that_have_told_of_nothing() {
    announcements.ended(ACCOUNT, false);

    assertThat(announcements.missing(ACCOUNT)).isEqualTo(1);
    assertThat(announcements.missing("account-b")).isEqualTo(1);
  }

  @Test
  void each_end_that_is_told_of_makes_one_that_is_not_less_likely_up_to_a_bound() {
    ended(3, true);
    assertThat(announcements.missing(ACCOUNT)).isEqualTo(1 / 4.0);

    ended(1_000, true);
    assertThat(announcements.missing(ACCOUNT)).isEqualTo(1 / 25.0);
  }

  @Test
  void accounts_do_not_count_for_one_another() {
    ended(10, true);

    assertThat(announcements.missing("account-b")).isEqualTo(1);
  }

  @Test
  void one_that_is_lost_costs_a_part_and_the_second_in_a_row_everything() {
    ended(24, true);

    assertThat(announcements.ended(ACCOUNT, false)).isTrue();
    assertThat(announcements.missing(ACCOUNT)).isEqualTo(1 / 7.0);
    assertThat(announcements.ended(ACCOUNT, false)).isTrue();
    assertThat(announcements.missing(ACCOUNT)).isEqualTo(1);
  }

  @Test
  void a_callback_between_two_that_are_lost_keeps_a_part() {
    ended(24, true);
    announcements.ended(ACCOUNT, false);
    announcements.ended(ACCOUNT, true);

    announcements.ended(ACCOUNT, false);

    assertThat(announcements.missing(ACCOUNT)).isEqualTo(1 / 2.0);
  }

  @Test
  void where_nothing_was_trusted_there_is_nothing_to_lose() {
    assertThat(announcements.ended(ACCOUNT, false)).isFalse();
    assertThat(announcements.ended(ACCOUNT, true)).isFalse();
  }

  private void ended(int times, boolean told) {
    for (int i = 0; i < times; i++) {
      announcements.ended(ACCOUNT, told);
    }
  }
}
