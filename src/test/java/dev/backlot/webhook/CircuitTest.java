package dev.backlot.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.webhook.Standing;
import dev.backlot.webhook.Outcome.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class CircuitTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Outcome FAILED = Outcome.without(Kind.TIMEOUT);
  private static final Outcome DELIVERED = Outcome.of(204, null);
  private static final Circuit CIRCUIT = Circuit.of(TestWebhooks.config().build());

  @Test
  void it_is_closed_until_so_many_have_failed() {
    Standing four = after(Standing.GOOD, 4);

    assertThat(CIRCUIT.isOpen(four)).isFalse();
    assertThat(CIRCUIT.notBefore(four, NOW)).isEqualTo(NOW);
    assertThat(CIRCUIT.isOpen(after(four, 1))).isTrue();
  }

  @Test
  void one_success_closes_it() {
    Standing open = after(Standing.GOOD, 5);

    assertThat(CIRCUIT.after(open, List.of(FAILED, DELIVERED), NOW)).isEqualTo(Standing.GOOD);
  }

  @Test
  void however_many_fail_together_it_opens_at_its_first_step() {
    Standing open = after(Standing.GOOD, 100);

    assertThat(CIRCUIT.notBefore(open, NOW)).isEqualTo(NOW.plusSeconds(10));
  }

  @Test
  void the_pauses_between_probes_double_up_to_the_longest() {
    Standing standing = after(Standing.GOOD, 5);
    List<Long> pauses = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      pauses.add(Duration.between(NOW, CIRCUIT.notBefore(standing, NOW)).toSeconds());
      standing = after(standing, 1);
    }

    assertThat(pauses).containsExactly(10L, 20L, 40L, 80L, 160L, 320L, 600L, 600L, 600L);
  }

  @Test
  void the_first_failure_is_remembered() {
    Standing first = after(Standing.GOOD, 1);

    Standing later = CIRCUIT.after(first, List.of(FAILED), NOW.plusSeconds(60));

    assertThat(later.failingSince()).isEqualTo(NOW);
  }

  @Test
  void it_is_hopeless_when_nothing_arrived_for_as_long_as_one_delivery_is_tried() {
    Standing open = after(Standing.GOOD, 5);
    Duration horizon = TestWebhooks.config().build().horizon();

    assertThat(CIRCUIT.isHopeless(open, NOW.plus(horizon).minusSeconds(1))).isFalse();
    assertThat(CIRCUIT.isHopeless(open, NOW.plus(horizon))).isTrue();
  }

  private static Standing after(Standing before, int failures) {
    return CIRCUIT.after(before, Collections.nCopies(failures, FAILED), NOW);
  }
}
