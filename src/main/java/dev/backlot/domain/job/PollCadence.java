package dev.backlot.domain.job;

import java.time.Duration;
import java.time.Instant;

/**
 * When a running task is asked for next: often while it is young, then in proportion to its age,
 * and slowly once it is overdue.
 *
 * @param first age at the first poll
 * @param shortest shortest pause
 * @param longest longest pause before the task is overdue
 * @param overdue age from which it counts as overdue
 * @param overdueInterval pause from then on
 */
public record PollCadence(
    Duration first,
    Duration shortest,
    Duration longest,
    Duration overdue,
    Duration overdueInterval) {
  /** A tenth of the age: what is noticed late is late by a tenth of what it took, at most. */
  private static final int SHARE_OF_AGE = 10;

  public Instant firstPoll(Instant runningSince) {
    return runningSince.plus(first);
  }

  public Instant nextPoll(Instant runningSince, Instant now) {
    Duration age = Duration.between(runningSince, now);
    if (age.compareTo(overdue) >= 0) {
      return now.plus(overdueInterval);
    }
    Duration pause = age.dividedBy(SHARE_OF_AGE);
    if (pause.compareTo(shortest) < 0) {
      return now.plus(shortest);
    }
    return now.plus(pause.compareTo(longest) > 0 ? longest : pause);
  }
}
