package dev.backlot.poll;

import dev.backlot.domain.job.PollCadence;
import dev.backlot.domain.render.RenderTime;
import dev.backlot.domain.render.RenderTimes;
import dev.backlot.port.Endings.Running;
import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/** When each task is asked for, by what is known of tasks like it. */
final class Pace {
  private final PollCadence cadence;
  private final RenderTimes times;
  private final RandomGenerator random;

  Pace(PollCadence cadence, RenderTimes times, RandomGenerator random) {
    this.cadence = cadence;
    this.times = times;
    this.random = random;
  }

  Instant first(Running running) {
    return running.runningSince().plus(cadence.first(time(running), random.nextDouble()));
  }

  Instant next(Running running, Instant now) {
    Duration age = Duration.between(running.runningSince(), now);
    return now.plus(cadence.next(time(running), age, random.nextDouble()));
  }

  /** When one is asked for that is not worth hurrying for. */
  Instant slow(Instant now) {
    return now.plus(cadence.overdueInterval());
  }

  /** What runs since before then is overdue. */
  Instant overdueBefore(Instant now) {
    return now.minus(cadence.overdue());
  }

  private RenderTime time(Running running) {
    return times.of(running.profile());
  }
}
