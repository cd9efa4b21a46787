package dev.backlot.domain.job;

import dev.backlot.domain.render.RenderTime;
import java.time.Duration;

/**
 * When a running task is asked for next. A question too many costs a request, and one too late
 * costs waiting. With both costs weighed, tasks whose chance to end within the next moment is h are
 * to be looked at every sqrt(2 w / h), where a request is {@code worth} w of waiting: the optimum
 * for the inspection of what ends at random (J. B. Keller, Optimum checking schedules for systems
 * subject to random failure, Management Science 21(3), 1974, 256-260). So pauses are long while a
 * task can hardly have ended, and short around its expected end; four times the chance halves the
 * pause. A pause that looks ahead takes the chance that adds up over it, so that none sleeps
 * through the beginning of the dense part.
 *
 * <p>Where callbacks tell of ends, a question is worth only what they leave out: with h the chance
 * of an end that none tells of, the same optimum holds. When they leave out one of nine, pauses are
 * three times as long.
 *
 * @param first age before which nothing is asked
 * @param shortest shortest pause
 * @param longest longest pause before the task is overdue
 * @param longestAnnounced the same where callbacks tell of nearly every end; counts when it is
 *     longer
 * @param overdue age from which it counts as overdue
 * @param overdueInterval pause from then on
 * @param worth waiting that one request is worth
 */
public record PollCadence(
    Duration first,
    Duration shortest,
    Duration longest,
    Duration longestAnnounced,
    Duration overdue,
    Duration overdueInterval,
    Duration worth) {
  private static final int HALVINGS = 14;

  /** Tasks that began together do not stay together: pauses differ by so much. */
  private static final double JITTER = 0.1;

  /**
   * The pause before the first question.
   *
   * @param time what is known of tasks like this
   * @param missing which part of the ends no callback tells of, above 0; 1 without callbacks
   * @param jitter from 0 to 1, at random
   */
  public Duration first(RenderTime time, double missing, double jitter) {
    if (!time.isMeasured()) {
      return first;
    }
    Duration pause = pause(time, Duration.ZERO, missing, jitter);
    return pause.compareTo(first) < 0 ? first : pause;
  }

  /**
   * The pause before the next question. As long as nothing was measured, what is expected may be
   * far from true: then no pause is longer than the age, so that few questions find out.
   *
   * @param age since the provider took it
   * @param missing which part of the ends no callback tells of, above 0; 1 without callbacks
   * @param jitter from 0 to 1, at random: pauses become shorter by a tenth of it
   */
  public Duration next(RenderTime time, Duration age, double missing, double jitter) {
    if (age.compareTo(overdue) >= 0) {
      return overdueInterval;
    }
    Duration pause = pause(time, age, missing, jitter);
    return time.isMeasured() || pause.compareTo(age) <= 0 ? pause : atLeastShortest(age);
  }

  private Duration pause(RenderTime time, Duration age, double missing, double jitter) {
    double millis = millis(time, age, missing) * (1 - JITTER * jitter);
    return atLeastShortest(Duration.ofMillis(Math.round(millis)));
  }

  private Duration atLeastShortest(Duration pause) {
    return pause.compareTo(shortest) < 0 ? shortest : pause;
  }

  private double millis(RenderTime time, Duration age, double missing) {
    double low = shortest.toMillis();
    double high = longestMillis(missing);
    for (int i = 0; i < HALVINGS && low < high; i++) {
      double middle = (low + high) / 2;
      if (isWorthARequest(time, age, missing, middle)) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return high;
  }

  private double longestMillis(double missing) {
    double usual = longest.toMillis();
    double most = longestAnnounced.toMillis();
    return Math.max(usual, Math.min(usual / Math.sqrt(missing), most));
  }

  /** Whether pause times chance, which is twice the waiting to expect, is worth a request. */
  private boolean isWorthARequest(RenderTime time, Duration age, double missing, double pause) {
    Duration then = age.plusMillis(Math.round(pause));
    double chance = missing * Math.log(time.lasting(age) / time.lasting(then));
    return pause * chance >= 2 * worth.toMillis();
  }
}
