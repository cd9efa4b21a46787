package dev.backlot.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PacedSampleTest {
  private final List<Promise<Void>> taken = new ArrayList<>();
  private long now;
  private final PacedSample sample =
      new PacedSample(
          () -> {
            Promise<Void> answer = Promise.promise();
            taken.add(answer);
            return answer.future();
          },
          () -> now);

  @Test
  void a_slow_sample_is_left_out_until_it_has_rested() {
    sample.take();
    now = 100;
    taken.get(0).complete();

    assertThat(sample.take().succeeded()).isTrue();
    assertThat(taken).hasSize(1);

    now = 100 + 19 * 100;
    sample.take();
    assertThat(taken).hasSize(2);
  }

  @Test
  void one_that_fails_rests_as_well_and_its_failure_is_told() {
    sample.take();
    now = 100;
    taken.get(0).fail("the database is away");

    assertThat(sample.take().succeeded()).isTrue();
    assertThat(taken).hasSize(1);
  }

  @Test
  void a_clock_that_runs_over_changes_nothing() {
    now = Long.MAX_VALUE - 10;
    sample.take();
    now = Long.MAX_VALUE;
    taken.get(0).complete();

    now = Long.MIN_VALUE + 100;
    sample.take();
    assertThat(taken).hasSize(1);

    now = Long.MIN_VALUE + 189;
    sample.take();
    assertThat(taken).hasSize(2);
  }
}
