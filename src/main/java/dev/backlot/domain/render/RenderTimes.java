package dev.backlot.domain.render;

import dev.backlot.domain.render.Histogram.Below;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is known of the times that tasks take, and what was learnt since it was last stored. Of at
 * most {@link #MAX_LEVELS} profiles and models; a task of any other one teaches only what is kept
 * of all models together. Thread-safe.
 */
public final class RenderTimes {
  /** With 1.5 KiB each. */
  public static final int MAX_LEVELS = 1_000;

  /** Weight of a level beyond which its older tasks fade. */
  public static final double MOST = Histogram.MOST;

  /** Times of different profiles become comparable when what is expected of each is this. */
  static final double NORMAL_MILLIS = 60_000;

  private final Map<String, Histogram> known = new HashMap<>();
  private final Map<String, double[]> news = new HashMap<>();
  private final Map<RenderProfile, RenderTime> cache = new HashMap<>();

  public synchronized RenderTime of(RenderProfile profile) {
    RenderTime cached = cache.get(profile);
    if (cached != null) {
      return cached;
    }
    RenderTime made =
        new RenderTime(
            Expected.medianMillis(profile),
            below(RenderProfile.ALL),
            below(profile.ofModel()),
            below(profile.text()));
    if (cache.size() >= MAX_LEVELS) {
      cache.clear();
    }
    cache.put(profile, made);
    return made;
  }

  /** A task of this profile succeeded, so long after it was created at the provider. */
  public synchronized void learn(RenderProfile profile, Duration took) {
    double millis = Math.max(1, took.toMillis());
    double normal = millis / Expected.medianMillis(profile) * NORMAL_MILLIS;
    add(RenderProfile.ALL, Buckets.of(normal));
    add(profile.ofModel(), Buckets.of(normal));
    add(profile.text(), Buckets.of(millis));
    cache.clear();
  }

  /** Weights by level that nobody has stored yet; they are no longer news then. */
  public synchronized Map<String, double[]> takeNews() {
    Map<String, double[]> taken = Map.copyOf(news);
    news.clear();
    return taken;
  }

  /** They could not be stored: news again, beside what came meanwhile. */
  public synchronized void giveBack(Map<String, double[]> taken) {
    taken.forEach((level, weights) -> news.merge(level, weights, RenderTimes::sum));
  }

  /**
   * What is stored takes the place of what was known, and what is not stored yet comes on top.
   *
   * @param stored weights by level; those beyond the bound are passed over
   */
  public synchronized void refresh(Map<String, double[]> stored) {
    known.clear();
    cache.clear();
    for (Map<String, double[]> each : List.of(stored, news)) {
      each.forEach(
          (level, weights) -> {
            if (hasRoom(level)) {
              histogram(level).addAll(weights);
            }
          });
    }
  }

  private Below below(String level) {
    Histogram histogram = known.get(level);
    return histogram == null ? Below.NOTHING : histogram.below();
  }

  private void add(String level, int bucket) {
    if (hasRoom(level)) {
      histogram(level).add(bucket, 1);
      news.computeIfAbsent(level, absent -> new double[Buckets.COUNT])[bucket]++;
    }
  }

  private Histogram histogram(String level) {
    return known.computeIfAbsent(level, absent -> new Histogram());
  }

  private boolean hasRoom(String level) {
    return known.size() < MAX_LEVELS || known.containsKey(level);
  }

  private static double[] sum(double[] one, double[] other) {
    double[] sum = one.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += other[i];
    }
    return sum;
  }
}
