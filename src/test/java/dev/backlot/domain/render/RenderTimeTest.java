package dev.backlot.domain.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.backlot.config.CatalogFiles;
import dev.backlot.domain.catalog.Kind;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RenderTimeTest {
  private static final RenderProfile PRO = new RenderProfile("text2video", "kling-v3", "pro", 5);
  private static final RenderProfile LONG = new RenderProfile("text2video", "kling-v3", "pro", 10);
  private static final RenderProfile OTHER =
      new RenderProfile("text2video", "kling-v2-6", "std", 5);

  private final RenderTimes times = new RenderTimes();

  @ParameterizedTest(name = "{0} {1} {2} {3} s")
  @CsvSource({
    "text-to-video,kling-3.0-turbo,720p,3,28",
    "omni-video,kling-v3-omni,pro,3,96",
    "text2video,kling-v2-6,pro,5,160",
    "text2video,kling-v2-6,std,10,200",
    "motion-control,kling-v2-6,720p,10,100",
    "multi-elements,multi-elements,std,5,100",
    "video-extend,video-extend,,0,160",
    "lip-sync,lip-sync,,60,120",
    "advanced-lip-sync,advanced-lip-sync,,60,120",
    "avatar,avatar,std,300,240",
    "images,kling-v2-1,1k,0,24",
    "omni-image,kling-image-o1,1k,0,24",
    "multi-image2image,kling-v2-1,,0,24",
    "expand,expand,,0,24",
    "try-on,kolors-virtual-try-on-v1,,0,24",
    "ai-multi-shot,ai-multi-shot,,0,24",
    "text-to-audio,text-to-audio,,0,15",
    "custom-voices,custom-voices,,0,9",
    "advanced-custom-elements,advanced-custom-elements,,0,5"
  })
  void before_anything_is_measured_times_seen_live_are_expected(
      String kind, String model, String mode, int seconds, long expected) {
    RenderProfile profile = new RenderProfile(kind, model, mode == null ? "" : mode, seconds);

    assertThat(times.of(profile).quantile(0.5).toMillis())
        .isCloseTo(expected * 1_000, Percentage.withPercentage(3));
    assertThat(times.of(profile).isMeasured()).isFalse();
  }

  /** A kind without a figure would be taken for a clip. */
  @Test
  void every_kind_of_the_catalog_has_a_figure_of_its_own() {
    assertThat(CatalogFiles.load().all())
        .extracting(Kind::name)
        .containsExactlyInAnyOrderElementsOf(Expected.kinds());
  }

  @Test
  void images_say_nothing_of_the_clips_of_their_model() {
    RenderProfile image = new RenderProfile("images", "kling-v3", "1k", 0);
    RenderProfile clip = new RenderProfile("image2video", "kling-v3", "pro", 5);
    learn(clip, 20, 160_000, 0.2);

    learn(image, 100, 3_000, 0.2);

    assertThat(times.of(LONG).quantile(0.5).toMillis())
        .isCloseTo(320_000, Percentage.withPercentage(25));
  }

  @Test
  void measured_times_soon_count_for_more_than_expected_ones() {
    learn(PRO, 20, 40_000, 0.2);

    assertThat(times.of(PRO).isMeasured()).isTrue();
    assertThat(times.of(PRO).quantile(0.5).toMillis())
        .isCloseTo(40_000, Percentage.withPercentage(20));
  }

  @Test
  void a_profile_without_a_measure_follows_its_model() {
    learn(PRO, 50, 16_000, 0.2);

    assertThat(times.of(LONG).quantile(0.5).toMillis())
        .isCloseTo(32_000, Percentage.withPercentage(20));
  }

  @Test
  void a_model_without_a_measure_follows_all_models() {
    learn(PRO, 50, 16_000, 0.2);

    assertThat(times.of(OTHER).quantile(0.5).toMillis())
        .isCloseTo(10_000, Percentage.withPercentage(25));
  }

  @Test
  void what_has_reached_an_age_is_judged_among_those_that_have() {
    learn(PRO, 200, 100_000, 0.4);
    RenderTime time = times.of(PRO);

    Duration left = time.remaining(Duration.ofSeconds(150), 0.5);

    assertThat(left).isLessThan(Duration.ofSeconds(60)).isGreaterThan(Duration.ofSeconds(10));
    assertThat(time.remaining(Duration.ofSeconds(150), 0.9)).isGreaterThan(left);
  }

  @Test
  void what_runs_longer_than_anything_measured_may_run_on_as_long_again() {
    learn(PRO, 200, 100_000, 0.1);

    assertThat(times.of(PRO).remaining(Duration.ofHours(2), 0.5))
        .isBetween(Duration.ofMinutes(30), Duration.ofHours(4));
  }

  @Test
  void quantiles_grow_with_their_part_and_never_end_in_the_past() {
    learn(PRO, 30, 90_000, 0.5);
    RenderTime time = times.of(PRO);
    for (int age = 0; age < 1_000_000; age = age * 2 + 1_000) {
      Duration at = Duration.ofMillis(age);
      assertThat(time.remaining(at, 0.1)).isPositive();
      assertThat(time.remaining(at, 0.5)).isGreaterThanOrEqualTo(time.remaining(at, 0.1));
      assertThat(time.remaining(at, 0.9)).isGreaterThanOrEqualTo(time.remaining(at, 0.5));
    }
  }

  @ParameterizedTest(name = "median {0} ms, sigma {1}")
  @CsvSource({"100000,0.3", "100000,0.6", "7000,0.4", "900,0.3"})
  void on_a_replay_most_but_not_all_end_before_their_p90(double median, double sigma) {
    Random random = new Random(7);
    int before = 0;
    int tasks = 2_000;
    for (int i = 0; i < tasks; i++) {
      Duration took = draw(random, median, sigma);
      before += took.compareTo(times.of(PRO).quantile(0.9)) <= 0 ? 1 : 0;
      times.learn(PRO, took);
    }
    assertThat(100.0 * before / tasks).isBetween(80.0, 99.0);
  }

  @ParameterizedTest(name = "first look at {0} of the median")
  @CsvSource({"0.5", "1.0", "1.3"})
  void the_p90_of_what_is_left_is_right_as_well(double share) {
    Random random = new Random(11);
    learn(PRO, 300, 60_000, 0.4);
    Duration age = Duration.ofMillis((long) (60_000 * share));
    Duration p90 = age.plus(times.of(PRO).remaining(age, 0.9));
    int reached = 0;
    int before = 0;
    for (int i = 0; i < 5_000; i++) {
      Duration took = draw(random, 60_000, 0.4);
      reached += took.compareTo(age) > 0 ? 1 : 0;
      before += took.compareTo(age) > 0 && took.compareTo(p90) <= 0 ? 1 : 0;
    }
    assertThat(100.0 * before / reached).isBetween(80.0, 98.0);
  }

  @Test
  void old_times_fade() {
    learn(PRO, 2_000, 100_000, 0.2);
    learn(PRO, 600, 20_000, 0.2);

    assertThat(times.of(PRO).quantile(0.5).toMillis())
        .isCloseTo(20_000, Percentage.withPercentage(25));
    assertThat(times.of(PRO).measured()).isLessThanOrEqualTo(Histogram.MOST);
  }

  @Test
  void what_one_learns_another_knows_after_a_refresh() {
    learn(PRO, 60, 30_000, 0.2);
    RenderTimes other = new RenderTimes();

    other.refresh(times.takeNews());

    assertThat(other.of(PRO).quantile(0.5)).isEqualTo(times.of(PRO).quantile(0.5));
    assertThat(times.takeNews()).isEmpty();
  }

  @Test
  void a_refresh_keeps_what_is_not_stored_yet() {
    learn(PRO, 60, 30_000, 0.2);

    times.refresh(Map.of());

    assertThat(times.of(PRO).measured()).isEqualTo(60);
  }

  @Test
  void what_could_not_be_stored_is_stored_the_next_time() {
    learn(PRO, 2, 30_000, 0.2);
    Map<String, double[]> taken = times.takeNews();
    learn(PRO, 1, 30_000, 0.2);

    times.giveBack(taken);

    assertThat(Arrays.stream(times.takeNews().get(PRO.text())).sum()).isEqualTo(3, within(1e-9));
  }

  @Test
  void more_profiles_than_there_is_room_for_are_not_kept() {
    for (int i = 0; i < 3 * RenderTimes.MAX_LEVELS; i++) {
      times.learn(new RenderProfile("k", "m" + i, "std", 5), Duration.ofSeconds(9));
    }
    assertThat(times.takeNews()).hasSizeLessThanOrEqualTo(RenderTimes.MAX_LEVELS);
    assertThat(times.of(OTHER).quantile(0.5).toMillis())
        .as("all models together still learn")
        .isCloseTo(9_000, Percentage.withPercentage(70));
  }

  private void learn(RenderProfile profile, int tasks, double median, double sigma) {
    Random random = new Random(3);
    for (int i = 0; i < tasks; i++) {
      times.learn(profile, draw(random, median, sigma));
    }
  }

  private static Duration draw(Random random, double median, double sigma) {
    return Duration.ofMillis(Math.round(median * Math.exp(random.nextGaussian() * sigma)));
  }
}
