package dev.backlot.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.backlot.domain.render.RenderProfile;
import dev.backlot.domain.render.RenderTimes;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PgRenderHistoryTest {
  private static final RenderProfile PRO = new RenderProfile("text2video", "kling-v3", "pro", 5);

  private final StoreFixture fixture = new StoreFixture();
  private final PgRenderHistory one = history(1);
  private final PgRenderHistory two = history(2);

  private PgRenderHistory history(int seed) {
    return new PgRenderHistory(fixture.vertx, fixture.database.pool(), new java.util.Random(seed));
  }

  @AfterEach
  void close() throws Exception {
    fixture.close();
  }

  private static Map<String, double[]> learnt(int tasks, Duration took) {
    RenderTimes times = new RenderTimes();
    for (int i = 0; i < tasks; i++) {
      times.learn(PRO, took);
    }
    return times.takeNews();
  }

  private RenderTimes known() throws Exception {
    RenderTimes times = new RenderTimes();
    times.refresh(StoreFixture.await(one.load()));
    return times;
  }

  @Test
  void nodes_learn_together_also_when_they_store_at_the_same_time() throws Exception {
    StoreFixture.await(
        Future.all(
            IntStream.range(0, 20)
                .mapToObj(
                    i ->
                        (i % 2 == 0 ? one : two)
                            .add(learnt(10, Duration.ofSeconds(40)), StoreFixture.NOW))
                .toList()));

    assertThat(known().of(PRO).measured()).isEqualTo(200, within(1e-6));
    assertThat(known().of(PRO).quantile(0.5)).isBetween(secs(36), secs(44));
  }

  @Test
  void older_times_fade_once_there_are_many() throws Exception {
    StoreFixture.await(one.add(learnt(380, Duration.ofSeconds(100)), StoreFixture.NOW));
    for (int i = 0; i < 10; i++) {
      StoreFixture.await(one.add(learnt(100, Duration.ofSeconds(20)), StoreFixture.NOW));
    }

    assertThat(known().of(PRO).measured()).isLessThanOrEqualTo(RenderTimes.MOST);
    assertThat(known().of(PRO).quantile(0.5)).isBetween(secs(18), secs(24));
  }

  @Test
  void beyond_the_bound_the_level_that_learnt_nothing_for_longest_is_forgotten() throws Exception {
    StoreFixture.await(one.add(levels(0, 1), StoreFixture.NOW.minusSeconds(60)));
    Instant now = StoreFixture.NOW;

    StoreFixture.await(one.add(levels(1, RenderTimes.MAX_LEVELS), now));

    assertThat(StoreFixture.await(one.load()))
        .hasSize(RenderTimes.MAX_LEVELS)
        .doesNotContainKey("level 0");
  }

  private static Map<String, double[]> levels(int from, int count) {
    Map<String, double[]> levels = new TreeMap<>();
    double[] weights = learnt(1, Duration.ofSeconds(9)).values().iterator().next();
    IntStream.range(from, from + count)
        .forEach(i -> levels.put("level " + i, Arrays.copyOf(weights, weights.length)));
    return levels;
  }

  private static Duration secs(int seconds) {
    return Duration.ofSeconds(seconds);
  }
}
