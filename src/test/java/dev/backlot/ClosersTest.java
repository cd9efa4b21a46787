package dev.backlot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The order and the time in which a process stops. */
class ClosersTest {
  private static final Duration LIMIT = Duration.ofSeconds(4);

  /** Of one that is kept; the machine may stop for a second now and then. */
  private static final Duration KEPT = LIMIT.multipliedBy(3);

  private final Closers closers = new Closers();
  private final List<String> stopped = new CopyOnWriteArrayList<>();
  private final CountDownLatch released = new CountDownLatch(1);

  @AfterEach
  void release() {
    released.countDown();
  }

  @Test
  void what_was_started_last_is_stopped_first() {
    parts("lease", "dispatch", "API");

    closers.closeAll();

    assertThat(stopped).containsExactly("API", "dispatch", "lease");
  }

  @Test
  void a_part_that_fails_does_not_keep_the_others_back() {
    parts("lease");
    closers.add(
        "broken",
        () -> {
          throw new IllegalStateException("broken");
        });

    closers.closeAll();

    assertThat(stopped).containsExactly("lease");
  }

  @Test
  void a_part_that_hangs_does_not_keep_the_others_back() {
    // By a clock that stands still, so that what comes behind has as much time as the first.
    Closers still = new Closers(() -> 0);
    still.within(LIMIT);
    still.add("lease", () -> stopped.add("lease"));
    still.add("dispatch", () -> stopped.add("dispatch"));
    still.add("API", () -> waitFor(Duration.ofHours(1)));

    still.closeAll();

    assertThat(stopped).containsExactly("dispatch", "lease");
  }

  @Test
  void a_part_that_hangs_leaves_half_of_the_time_to_those_after_it() {
    closers.within(LIMIT);
    hangs("API");

    assertThat(time()).isBetween(LIMIT.dividedBy(2).minusMillis(50), LIMIT);
  }

  @Test
  void when_all_hang_the_stop_ends_within_its_limit() {
    closers.within(LIMIT);
    for (int n = 0; n < 20; n++) {
      hangs("part " + n);
    }

    assertThat(time()).isLessThan(KEPT);
  }

  @Test
  void what_has_time_of_its_own_gets_it_when_all_others_hang() {
    closers.within(LIMIT);
    closers.add(
        "lease",
        LIMIT.minusSeconds(1),
        () -> {
          waitFor(Duration.ofMillis(300));
          stopped.add("lease");
        });
    for (int n = 0; n < 20; n++) {
      hangs("part " + n);
    }

    assertThat(time()).isLessThan(KEPT);
    assertThat(stopped).containsExactly("lease");
  }

  @Test
  void the_time_runs_from_the_order_to_stop() {
    long[] now = {0};
    Closers late = new Closers(() -> now[0]);
    late.within(Duration.ofHours(1));
    late.add("API", () -> waitFor(Duration.ofHours(1)));
    late.refuse();
    now[0] = Duration.ofHours(1).toNanos();
    Instant begun = Instant.now();

    late.closeAll();

    assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void after_the_order_to_stop_nothing_is_started_any_more() {
    closers.refuse();

    assertThatThrownBy(() -> parts("API")).isInstanceOf(CancellationException.class);
    closers.closeAll();
    assertThat(stopped).containsExactly("API");
  }

  private void parts(String... names) {
    for (String name : names) {
      closers.add(name, () -> stopped.add(name));
    }
  }

  private void hangs(String name) {
    closers.add(name, () -> waitFor(Duration.ofHours(1)));
  }

  private Duration time() {
    Instant begun = Instant.now();
    closers.closeAll();
    return Duration.between(begun, Instant.now());
  }

  /** Or until the test is over. */
  private void waitFor(Duration time) {
    try {
      if (released.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
        stopped.add("too late");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
