package dev.backlot.poll;

import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.job.JobError;
import dev.backlot.domain.job.TaskReport;
import dev.backlot.port.Endings.Ending;
import dev.backlot.port.Endings.Running;
import java.util.Optional;

/** What the provider's word on a task means for its job. */
final class EndingRules {
  private final int maxFailedTasks;

  /**
   * @param maxFailedTasks most tasks of one job that may fail before the job fails
   */
  EndingRules(int maxFailedTasks) {
    this.maxFailedTasks = maxFailedTasks;
  }

  /** Empty while the task is not at its end. */
  Optional<Ending> ending(Running running, TaskReport report) {
    if (report instanceof TaskReport.Succeeded succeeded) {
      return Optional.of(new Ending.Succeeded(running.ref(), succeeded));
    }
    if (report instanceof TaskReport.Failed failed) {
      return Optional.of(failure(running, failed));
    }
    return Optional.empty();
  }

  /** Content and input are never tried again unchanged; a plain failure may be. */
  private Ending failure(Running running, TaskReport.Failed failed) {
    JobError error = new JobError(failed.code(), failed.detail());
    boolean again =
        failed.code() == ErrorCode.GENERATION_FAILED && running.jobAttempts() + 1 < maxFailedTasks;
    return again
        ? new Ending.TryAgain(running.ref(), error, failed.deduction(), null, failed.raw())
        : new Ending.Failed(running.ref(), error, failed.deduction(), failed.raw());
  }
}
