package dev.backlot.domain.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class Uuid7Test {
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final Uuid7 ids = new Uuid7(() -> now, new Random(1));

  @Test
  void version_and_variant_are_those_of_the_rfc() {
    UUID id = ids.next();
    assertThat(id.version()).isEqualTo(7);
    assertThat(id.variant()).isEqualTo(2);
    assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(now.toEpochMilli());
  }

  @Test
  void ids_rise_in_text_order_also_within_a_millisecond_and_when_the_clock_steps_back() {
    List<String> made = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      if (i == 10_000) {
        now = now.minusSeconds(60);
      }
      made.add(ids.next().toString());
    }
    assertThat(made).isSortedAccordingTo(Comparator.naturalOrder()).doesNotHaveDuplicates();
  }
}
