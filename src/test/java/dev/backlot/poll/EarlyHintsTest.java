package dev.backlot.poll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.job.AttemptId;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class EarlyHintsTest {
  private final EarlyHints hints = new EarlyHints(2);

  private static AttemptId attempt(int number) {
    return new AttemptId(new UUID(7, number));
  }

  @Test
  void a_hint_counts_once() {
    hints.remember(attempt(1));
    hints.remember(attempt(1));

    assertThat(hints.take(attempt(1))).isTrue();
    assertThat(hints.take(attempt(1))).isFalse();
  }

  @Test
  void beyond_the_bound_the_oldest_is_forgotten() {
    hints.remember(attempt(1));
    hints.remember(attempt(2));
    hints.remember(attempt(3));

    assertThat(hints.take(attempt(1))).isFalse();
    assertThat(hints.take(attempt(2))).isTrue();
    assertThat(hints.take(attempt(3))).isTrue();
  }
}
