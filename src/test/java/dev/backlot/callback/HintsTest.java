package dev.backlot.callback;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;

class HintsTest {
  private final Hints hints = new Hints(3);

  @Test
  void each_attempt_waits_once_in_the_order_of_its_first_callback() {
    add(1, 2, 1, 3, 2);

    assertThat(hints.take(10)).containsExactly(attempt(1), attempt(2), attempt(3));
  }

  @Test
  void what_was_taken_waits_no_more() {
    add(1, 2);

    assertThat(hints.take(1)).containsExactly(attempt(1));
    assertThat(hints.take(1)).containsExactly(attempt(2));
    assertThat(hints.take(1)).isEmpty();
  }

  @Test
  void beyond_the_bound_another_attempt_is_turned_away() {
    add(1, 2, 3);

    assertThat(hints.add(attempt(4))).isFalse();
    assertThat(hints.add(attempt(3))).isTrue();
    assertThat(hints.take(10)).hasSize(3);
  }

  @Test
  void room_comes_back_when_some_were_taken() {
    add(1, 2, 3);
    hints.take(1);

    assertThat(hints.add(attempt(4))).isTrue();
  }

  private void add(int... numbers) {
    for (int number : numbers) {
      assertThat(hints.add(attempt(number))).isTrue();
    }
  }

  private static UUID attempt(int number) {
    return new UUID(0, number);
  }
}
