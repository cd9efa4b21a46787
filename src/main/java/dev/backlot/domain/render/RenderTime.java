package dev.backlot.domain.render;

import dev.backlot.domain.render.Histogram.Below;
import java.time.Duration;

/**
 * How long a task of one profile takes from its creation to its end, as a distribution: what was
 * measured of the profile, what its model's tasks took in parts of what was expected of them, the
 * same of all models, and what is expected of it, in this order of weight. Immutable.
 */
public final class RenderTime {
  /** How many measured tasks each more general level counts for; fewer, and it says less. */
  private static final double GENERAL = 4;

  /** Sigma of what is expected: one in three is off by more than a factor of two. */
  private static final double SPREAD = 0.7;

  /**
   * A hundredth of the tasks may take any time. What has run for longer than everything that was
   * measured is then expected to run for as long again, instead of to end at once.
   */
  private static final double ODD = 0.01;

  /** From then on measured times are believed to say when a task cannot have ended yet. */
  private static final double ENOUGH = 5;

  /** To what part of a bucket an answer is exact. */
  private static final int HALVINGS = 20;

  private final double expectedMillis;
  private final Below all;
  private final Below model;
  private final Below own;

  /**
   * @param all in normal times, see {@link RenderTimes#NORMAL_MILLIS}
   * @param model in normal times
   */
  RenderTime(double expectedMillis, Below all, Below model, Below own) {
    this.expectedMillis = expectedMillis;
    this.all = all;
    this.model = model;
    this.own = own;
  }

  /** Whether enough was measured, of the profile or its like. */
  public boolean isMeasured() {
    return own.total() + model.total() >= ENOUGH;
  }

  /** How many tasks of this very profile count, the older the less. */
  public double measured() {
    return own.total();
  }

  /** Within which time the part {@code p} of the tasks ends. */
  public Duration quantile(double p) {
    return remaining(Duration.ZERO, p);
  }

  /**
   * Within how much more time the part {@code p} of those tasks ends that have run for {@code age}
   * already.
   *
   * @param p above 0 and below 1
   */
  public Duration remaining(Duration age, double p) {
    if (!(p > 0 && p < 1)) {
      throw new IllegalArgumentException("no part: " + p);
    }
    double from = Math.max(0, age.toMillis());
    double goal = (1 - p) * lasting(from);
    double low = from <= 0 ? 0 : Buckets.place(from);
    double high = Math.max(Buckets.COUNT, low + 1);
    while (lasting(Buckets.millis(high)) > goal) {
      high += Buckets.COUNT;
    }
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (low + high) / 2;
      if (lasting(Buckets.millis(middle)) > goal) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return Duration.ofMillis(Math.max(1, Math.round(Buckets.millis(high) - from)));
  }

  /** Which part of the tasks takes longer. Never 0. */
  public double lasting(Duration age) {
    return lasting((double) age.toMillis());
  }

  private double lasting(double millis) {
    double odd = expectedMillis / (expectedMillis + Math.max(0, millis));
    return (1 - ODD) * (1 - ended(millis)) + ODD * odd;
  }

  private double ended(double millis) {
    if (millis <= 0) {
      return 0;
    }
    double normal = millis / expectedMillis * RenderTimes.NORMAL_MILLIS;
    double expected = Normal.below(Math.log(millis / expectedMillis) / SPREAD);
    return blend(own, millis, blend(model, normal, blend(all, normal, expected)));
  }

  private static double blend(Below measured, double millis, double general) {
    return (measured.at(millis) + GENERAL * general) / (measured.total() + GENERAL);
  }
}
