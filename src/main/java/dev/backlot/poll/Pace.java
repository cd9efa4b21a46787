package dev.backlot.poll;

import dev.backlot.domain.job.Announcements;
import dev.backlot.domain.job.PollCadence;
import dev.backlot.domain.render.RenderTime;
import dev.backlot.domain.render.RenderTimes;
import dev.backlot.port.Endings.Running;
import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/**
 * When each task is asked for, by what is known of tasks like it and of the callbacks of its
 * account and dialect: an account may have them in one dialect only, because those of the other
 * come without the signature that is required. Confined to one event loop.
 */
final class Pace {
  /** Bounds the arithmetic only: more than a million times the shortest pause. */
  private static final int DOUBLINGS_MAX = 20;

  private final PollCadence cadence;
  private final RenderTimes times;
  private final RandomGenerator random;
  private final Announcements announcements = new Announcements();

  Pace(PollCadence cadence, RenderTimes times, RandomGenerator random) {
    this.cadence = cadence;
    this.times = times;
    this.random = random;
  }

  Instant first(Running running) {
    return running
        .runningSince()
        .plus(cadence.first(time(running), missing(running), random.nextDouble()));
  }

  Instant next(Running running, Instant now) {
    Duration age = Duration.between(running.runningSince(), now);
    return now.plus(cadence.next(time(running), age, missing(running), random.nextDouble()));
  }

  /**
   * When to ask again after an answer that says nothing of the task: soon, because the task may
   * have ended meanwhile, but after pauses that double, because a provider in trouble is not helped
   * by being asked more. Never later than usual.
   *
   * @param unclear such answers in a row, from 1
   */
  Instant again(Running running, int unclear, Instant now) {
    long doubled = cadence.shortest().toMillis() << Math.min(unclear - 1, DOUBLINGS_MAX);
    Instant soon = now.plusMillis(Math.round(doubled * (1 + random.nextDouble())));
    Instant usual = next(running, now);
    return soon.isBefore(usual) ? soon : usual;
  }

  /**
   * A task has ended.
   *
   * @param told whether a callback had told of it before somebody asked
   * @return whether {@link #isToldLike others like it} were due too late for what is expected of
   *     callbacks now
   */
  boolean ended(Running running, boolean told) {
    return announcements.ended(source(running), told);
  }

  /** Whether callbacks tell of both for the same reasons. */
  static boolean isToldLike(Running one, Running other) {
    return one.ref().account().equals(other.ref().account())
        && one.dialect().equals(other.dialect());
  }

  /** Within the longest pause that there is without callbacks; at random, or all came at once. */
  Instant withoutCallbacks(Instant now) {
    return now.plusMillis(Math.round(random.nextDouble() * cadence.longest().toMillis()));
  }

  /** When one is asked for that is not worth hurrying for. */
  Instant slow(Instant now) {
    return now.plus(cadence.overdueInterval());
  }

  /** What runs since before then is overdue. */
  Instant overdueBefore(Instant now) {
    return now.minus(cadence.overdue());
  }

  private double missing(Running running) {
    return announcements.missing(source(running));
  }

  private static String source(Running running) {
    return running.dialect() + " " + running.ref().account();
  }

  private RenderTime time(Running running) {
    return times.of(running.profile());
  }
}
