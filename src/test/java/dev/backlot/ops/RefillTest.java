package dev.backlot.ops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.job.CancelPolicy;
import dev.backlot.port.FakeProvider;
import dev.backlot.port.VideoProvider.Create;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class RefillTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private long now;
  private final Refill refill = new Refill(registry, () -> now);

  @Test
  void slots_are_filled_in_the_order_in_which_they_became_free() {
    refill.freed(1);
    after(Duration.ofMillis(3));
    refill.freed(1);
    after(Duration.ofMillis(2));

    refill.filled();
    refill.filled();

    assertThat(timer().count()).isEqualTo(2);
    assertThat(timer().max(TimeUnit.MILLISECONDS)).isEqualTo(5);
    assertThat(timer().totalTime(TimeUnit.MILLISECONDS)).isEqualTo(7);
  }

  @Test
  void a_create_into_a_slot_that_was_never_used_is_not_timed() {
    refill.filled();

    assertThat(timer().count()).isZero();
  }

  @Test
  void a_slot_that_nobody_wanted_is_forgotten() {
    refill.freed(1);
    after(Refill.FORGOTTEN.plusMillis(1));
    refill.freed(1);
    after(Duration.ofMillis(4));

    refill.filled();

    assertThat(timer().totalTime(TimeUnit.MILLISECONDS)).isEqualTo(4);
  }

  @Test
  void more_free_slots_than_are_remembered_do_no_harm() {
    refill.freed(Refill.REMEMBERED + 1);

    for (int i = 0; i < Refill.REMEMBERED + 1; i++) {
      refill.filled();
    }

    assertThat(timer().count()).isEqualTo(Refill.REMEMBERED);
  }

  @Test
  void it_is_told_of_applied_endings_and_of_creates_that_are_written() {
    new MeteredEndings(new FakeEndings(1), registry, refill)
        .finish(List.of(MeteredPortsTest.anEnding()), CancelPolicy.KEEP, Instant.EPOCH);
    after(Duration.ofMillis(6));

    new MeteredProvider(new FakeProvider(), registry, InstantSource.system(), refill)
        .create(create(), () -> true, late -> {});

    assertThat(timer().totalTime(TimeUnit.MILLISECONDS)).isEqualTo(6);
  }

  private static Create create() {
    return new Create(
        "main", "legacy", "/v1/videos/text2video", "id-1", "{}", false, "video", List.of());
  }

  private Timer timer() {
    return registry.get("backlot.dispatch.refill").timer();
  }

  private void after(Duration time) {
    now += time.toNanos();
  }
}
