package dev.backlot.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.SimulatorConfig.RenderMode;
import dev.backlot.config.SimulatorConfig.Rendering;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RenderTimesTest {
  private static final int TASKS = 2_000;

  @Test
  void the_same_seed_draws_the_same_times() {
    assertThat(times(7, 1, 0.3, "std", 5)).isEqualTo(times(7, 1, 0.3, "std", 5));
    assertThat(times(7, 1, 0.3, "std", 5)).isNotEqualTo(times(8, 1, 0.3, "std", 5));
  }

  @Test
  void half_the_tasks_take_longer_than_the_median() {
    assertThat(LongStream.of(times(7, 1, 0.3, "std", 5)).filter(time -> time > 90_000).count())
        .isBetween(900L, 1_100L);
  }

  @Test
  void the_tail_is_cut() {
    assertThat(LongStream.of(times(7, 1, 2, "std", 5)).summaryStatistics())
        .satisfies(
            times -> {
              assertThat(times.getMin()).isEqualTo(22_500);
              assertThat(times.getMax()).isEqualTo(360_000);
            });
  }

  @Test
  void the_factor_shortens_and_mode_and_length_stretch() {
    assertThat(times(7, 10, 0, "std", 5)[0]).isEqualTo(9_000);
    assertThat(times(7, 10, 0, "pro", 10)[0]).isEqualTo(27_000);
  }

  @Test
  void a_resolution_counts_as_its_mode_and_an_image_is_quick() {
    Rendering rendering = new Rendering(RenderMode.TIMED, 1, Duration.ofSeconds(90), 0);
    RenderTimes times = new RenderTimes(rendering, 7);

    assertThat(times.millis(request(Product.OMNI_VIDEO, "kling-o1", "1080p", 10), 1))
        .isEqualTo(270_000);
    assertThat(times.millis(request(Product.IMAGES, "kling-v3", "2k", 0), 1)).isEqualTo(22_500);
  }

  private static TaskRequest request(Product product, String model, String mode, int seconds) {
    return new TaskRequest(
        product,
        model,
        mode,
        seconds,
        1,
        "16:9",
        false,
        BigDecimal.ONE,
        ClipPrices.Use.SILENT,
        null,
        null);
  }

  private static long[] times(long seed, int factor, double spread, String mode, int seconds) {
    Rendering rendering = new Rendering(RenderMode.TIMED, factor, Duration.ofSeconds(90), spread);
    RenderTimes times = new RenderTimes(rendering, seed);
    TaskRequest request = request(Product.TEXT2VIDEO, "kling-v3", mode, seconds);
    return LongStream.range(0, TASKS).map(n -> times.millis(request, n)).toArray();
  }
}
