package dev.backlot.drill;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TakeoversTest {
  private final Takeovers takeovers = new Takeovers();

  @Test
  void few_samples_leave_none_out_of_the_p99() {
    after(3_100, 6_300, 2_900, 3_000);

    assertThat(takeovers.percentile(99)).isEqualTo("6300 ms");
    assertThat(takeovers.percentile(50)).isEqualTo("3000 ms");
  }

  @Test
  void one_of_a_hundred_may_be_above_the_p99() {
    for (int i = 1; i <= 100; i++) {
      after(i);
    }

    assertThat(takeovers.percentile(99)).isEqualTo("99 ms");
    assertThat(takeovers.percentile(100)).isEqualTo("100 ms");
    assertThat(takeovers.percentile(50)).isEqualTo("50 ms");
  }

  @Test
  void a_percentile_between_two_samples_is_the_slower_one() {
    after(10, 20, 30);

    assertThat(takeovers.percentile(50)).isEqualTo("20 ms");
    assertThat(takeovers.percentile(67)).isEqualTo("30 ms");
  }

  @Test
  void one_that_was_given_up_took_longer_than_any() {
    after(10, 20);
    takeovers.gaveUp();

    assertThat(takeovers.percentile(50)).isEqualTo("20 ms");
    assertThat(takeovers.percentile(99)).isEqualTo("given up");
    assertThat(takeovers.ofWork()).isEqualTo(3);
    assertThat(takeovers.givenUp()).isEqualTo(1);
  }

  @Test
  void a_node_without_jobs_is_no_sample() {
    takeovers.nothing();

    assertThat(takeovers.ofWork()).isZero();
    assertThat(takeovers.ofIdle()).isEqualTo(1);
    assertThat(takeovers.percentile(99)).isEqualTo("none");
  }

  @Test
  void kills_of_idle_nodes_alone_show_nothing() {
    assertThat(takeovers.isShown()).as("without kills").isTrue();

    takeovers.nothing();
    assertThat(takeovers.isShown()).isFalse();

    after(10);
    assertThat(takeovers.isShown()).isTrue();
  }

  @Test
  void of_many_kills_half_have_to_hit_nodes_with_jobs() {
    IntStream.range(0, 6).forEach(kill -> takeovers.nothing());
    after(1, 2, 3, 4, 5);
    assertThat(takeovers.isShown()).isFalse();

    takeovers.gaveUp();
    assertThat(takeovers.isShown()).isTrue();
  }

  private void after(int... millis) {
    for (int each : millis) {
      takeovers.after(Duration.ofMillis(each));
    }
  }
}
