package dev.backlot.poll;

import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.job.JobError;
import dev.backlot.domain.job.TimeoutPolicy;
import dev.backlot.port.Endings.Ending;
import dev.backlot.port.Endings.Running;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When a job is given up: never before the provider was asked once more, so that a result which was
 * ready all along is not thrown away after we were down. A provider that does not answer is given
 * as much time again.
 *
 * @param standard for a job that does not ask for another policy
 * @param after age of the task
 */
record TimeOut(TimeoutPolicy standard, Duration after) {
  private static final JobError TOO_LATE =
      new JobError(
          ErrorCode.GENERATION_TIMEOUT,
          "The provider did not finish it in time, so it was given up. Nothing was charged; submit"
              + " the job again if you still want it.");

  /**
   * @param answered whether the provider has just said that the task is not at its end
   */
  Optional<Ending> givenUp(Running running, boolean answered, Instant now) {
    Instant end = running.runningSince().plus(answered ? after : after.multipliedBy(2));
    TimeoutPolicy policy = running.onTimeout() == null ? standard : running.onTimeout();
    return policy == TimeoutPolicy.GIVE_UP && !now.isBefore(end)
        ? Optional.of(new Ending.GivenUp(running.ref(), TOO_LATE))
        : Optional.empty();
  }
}
