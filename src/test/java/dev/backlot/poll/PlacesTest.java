package dev.backlot.poll;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class PlacesTest {
  private static final String ACCOUNT = "account-a";
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
  private static final Duration PATIENCE = Duration.ofMillis(400);

  private final Places places = new Places(2, PATIENCE);

  @Test
  void an_account_has_so_many_places() {
    places.take(ACCOUNT);
    places.take(ACCOUNT);

    assertThat(places.isFree(ACCOUNT)).isFalse();
    assertThat(places.isFree("account-b")).isTrue();
    places.ended(ACCOUNT, false);
    assertThat(places.isFree(ACCOUNT)).isTrue();
  }

  @Test
  void what_hangs_frees_its_place_up_to_a_bound() {
    for (int i = 0; i < 2 * Places.HANGING; i++) {
      places.take(ACCOUNT);
      assertThat(places.giveUp(ACCOUNT, 1)).isTrue();
    }
    places.take(ACCOUNT);

    assertThat(places.giveUp(ACCOUNT, 1)).isFalse();
    places.ended(ACCOUNT, true);
    assertThat(places.giveUp(ACCOUNT, 1)).isTrue();
    assertThat(places.isIdle()).as("nobody waits for what hangs").isTrue();
  }

  @Test
  void an_account_is_crowded_when_half_of_what_may_hang_does() {
    for (int i = 0; i < Places.HANGING; i++) {
      assertThat(places.isCrowded(ACCOUNT)).isFalse();
      places.take(ACCOUNT);
      places.giveUp(ACCOUNT, 1);
    }

    assertThat(places.isCrowded(ACCOUNT)).isTrue();
    assertThat(places.isCrowded("account-b")).isFalse();
  }

  @Test
  void when_one_group_after_the_other_hangs_half_the_patience_is_enough() {
    hang(Places.SILENT, 20);

    assertThat(places.isSilent(ACCOUNT, NOW)).isTrue();
    assertThat(places.patience(ACCOUNT, NOW)).isEqualTo(PATIENCE.dividedBy(2));
    assertThat(places.patience("account-b", NOW)).isEqualTo(PATIENCE);
  }

  @Test
  void an_answer_ends_the_silence() {
    hang(Places.SILENT, 20);

    places.answered(ACCOUNT, Duration.ofMillis(20), NOW);

    assertThat(places.isSilent(ACCOUNT, NOW)).isFalse();
  }

  @Test
  void what_was_answered_just_now_is_not_silent_though_group_after_group_hangs() {
    places.answered(ACCOUNT, Duration.ofMillis(20), NOW);
    hang(Places.SILENT, 20);

    assertThat(places.isSilent(ACCOUNT, NOW.plus(PATIENCE).minusMillis(1))).isFalse();
    assertThat(places.isSilent(ACCOUNT, NOW.plus(PATIENCE))).isTrue();
  }

  @Test
  void tasks_that_hang_by_themselves_are_no_silence() {
    hang(Places.SILENT, 1);

    assertThat(places.isSilent(ACCOUNT, NOW)).isFalse();
  }

  private void hang(int questions, int tasks) {
    for (int i = 0; i < questions; i++) {
      places.take(ACCOUNT);
      places.giveUp(ACCOUNT, tasks);
    }
  }

  @Test
  void patience_follows_a_provider_that_is_slow() {
    for (int i = 0; i < 500; i++) {
      places.answered(ACCOUNT, Duration.ofMillis(i % 2 == 0 ? 900 : 1_100), NOW);
    }

    assertThat(places.patience(ACCOUNT, NOW))
        .isBetween(Duration.ofSeconds(3), Duration.ofSeconds(5));
  }

  @Test
  void patience_does_not_follow_a_few_answers_that_come_late() {
    for (int i = 0; i < 500; i++) {
      places.answered(ACCOUNT, Duration.ofMillis(i % 4 == 0 ? 9_000 : 20), NOW);
    }

    assertThat(places.patience(ACCOUNT, NOW)).isEqualTo(PATIENCE);
  }
}
