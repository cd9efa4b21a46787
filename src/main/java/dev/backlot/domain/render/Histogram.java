package dev.backlot.domain.render;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Weights by bucket. Once they are more than {@link #MOST} all are halved, so that the last few
 * hundred tasks count and older ones fade. Not thread-safe; what {@link #below} gives away is.
 */
final class Histogram {
  /** Half of it always counts: enough for a p90 within a few percent. */
  static final double MOST = 400;

  private final double[] weights = new double[Buckets.COUNT];
  private double total;
  private @Nullable Below below;

  void add(int bucket, double weight) {
    weights[bucket] += weight;
    total += weight;
    below = null;
    fade();
  }

  void addAll(double[] more) {
    for (int i = 0; i < Math.min(more.length, weights.length); i++) {
      weights[i] += more[i];
      total += more[i];
    }
    below = null;
    fade();
  }

  private void fade() {
    while (total > MOST) {
      for (int i = 0; i < weights.length; i++) {
        weights[i] /= 2;
      }
      total /= 2;
    }
  }

  /** As it is now. */
  Below below() {
    Below known = below;
    if (known == null) {
      double[] sums = weights.clone();
      Arrays.parallelPrefix(sums, Double::sum);
      known = new Below(sums, total);
      below = known;
    }
    return known;
  }

  /** How much of the weight is below a time. Immutable. */
  static final class Below {
    static final Below NOTHING = new Below(new double[Buckets.COUNT], 0);

    private final double[] sums;
    private final double total;

    private Below(double[] sums, double total) {
      this.sums = sums;
      this.total = total;
    }

    double total() {
      return total;
    }

    /** Weight of what took less; inside a bucket it is spread evenly. */
    double at(double millis) {
      double place = Math.max(0, Math.min(Buckets.COUNT, Buckets.place(millis)));
      int bucket = Math.min(Buckets.COUNT - 1, (int) place);
      double before = bucket == 0 ? 0 : sums[bucket - 1];
      return before + (sums[bucket] - before) * (place - bucket);
    }
  }
}
