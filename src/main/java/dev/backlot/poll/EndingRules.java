package dev.backlot.poll;

import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.job.JobError;
import dev.backlot.domain.job.TaskLookup;
import dev.backlot.domain.job.TaskLookup.Found;
import dev.backlot.domain.job.TaskReport;
import dev.backlot.port.Endings.Ending;
import dev.backlot.port.Endings.Running;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.IntFunction;

/** What the provider's word on a task means for its job. */
final class EndingRules {
  private final int maxFailedTasks;
  private final IntFunction<Duration> pause;
  private final TimeOut timeOut;

  /**
   * @param maxFailedTasks most tasks of one job that may fail before the job fails
   * @param pause before the next task of a job of which so many have failed
   */
  EndingRules(int maxFailedTasks, IntFunction<Duration> pause, TimeOut timeOut) {
    this.maxFailedTasks = maxFailedTasks;
    this.pause = pause;
    this.timeOut = timeOut;
  }

  /**
   * Empty while the task is not at its end and not to be given up. "Not there" for a task that was
   * accepted is an answer about the query, not about the task.
   */
  Optional<Ending> ending(Running running, TaskLookup answer, Instant now) {
    if (answer instanceof Found found) {
      if (found.report() instanceof TaskReport.Succeeded succeeded) {
        return Optional.of(new Ending.Succeeded(running.ref(), succeeded));
      }
      if (found.report() instanceof TaskReport.Failed failed) {
        return Optional.of(failure(running, failed, now));
      }
    }
    return timeOut.givenUp(running, !(answer instanceof TaskLookup.Unclear), now);
  }

  /** Content and input are never tried again unchanged; a plain failure may be, after a pause. */
  private Ending failure(Running running, TaskReport.Failed failed, Instant now) {
    JobError error = new JobError(failed.code(), failed.detail());
    int tries = running.jobAttempts() + 1;
    if (failed.code() != ErrorCode.GENERATION_FAILED || tries >= maxFailedTasks) {
      return new Ending.Failed(running.ref(), error, failed.deduction(), failed.raw());
    }
    Instant notBefore = now.plus(pause.apply(tries));
    return new Ending.TryAgain(running.ref(), error, failed.deduction(), notBefore, failed.raw());
  }
}
