package dev.backlot.poll;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PlacesTest {
  private static final String ACCOUNT = "account-a";
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
      assertThat(places.giveUp(ACCOUNT)).isTrue();
    }
    places.take(ACCOUNT);

    assertThat(places.giveUp(ACCOUNT)).isFalse();
    places.ended(ACCOUNT, true);
    assertThat(places.giveUp(ACCOUNT)).isTrue();
    assertThat(places.isIdle()).as("nobody waits for what hangs").isTrue();
  }

  @Test
  void an_account_is_crowded_when_half_of_what_may_hang_does() {
    for (int i = 0; i < Places.HANGING; i++) {
      assertThat(places.isCrowded(ACCOUNT)).isFalse();
      places.take(ACCOUNT);
      places.giveUp(ACCOUNT);
    }

    assertThat(places.isCrowded(ACCOUNT)).isTrue();
    assertThat(places.isCrowded("account-b")).isFalse();
  }

  @Test
  void patience_follows_a_provider_that_is_slow() {
    for (int i = 0; i < 500; i++) {
      places.answered(ACCOUNT, Duration.ofMillis(i % 2 == 0 ? 900 : 1_100));
    }

    assertThat(places.patience(ACCOUNT)).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(5));
  }

  @Test
  void patience_does_not_follow_a_few_answers_that_come_late() {
    for (int i = 0; i < 500; i++) {
      places.answered(ACCOUNT, i % 4 == 0 ? Duration.ofSeconds(9) : Duration.ofMillis(20));
    }

    assertThat(places.patience(ACCOUNT)).isEqualTo(PATIENCE);
  }
}
