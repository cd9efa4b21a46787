package dev.backlot.intake;

import dev.backlot.bus.Addresses;
import dev.backlot.bus.Addresses.JobsQueued;
import dev.backlot.bus.Addresses.LogAdvanced;
import dev.backlot.bus.Bus;
import dev.backlot.config.IntakeConfig;
import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.job.Admission;
import dev.backlot.domain.job.Submission;
import dev.backlot.groupcommit.GroupCommit;
import dev.backlot.groupcommit.GroupCommit.Patience;
import dev.backlot.port.Admissions;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeoutException;

/**
 * Stores submissions in groups: while one group is being committed, the next one gathers. Groups
 * are confined to one event loop.
 */
final class Intake {
  private final Admissions admissions;
  private final Bus bus;
  private final InstantSource clock;
  private final GroupCommit<Submission, Admission> groups;

  /**
   * @param patience longest that a submission waits for its group
   */
  Intake(
      Admissions admissions, Bus bus, IntakeConfig config, Duration patience, InstantSource clock) {
    this.admissions = admissions;
    this.bus = bus;
    this.clock = clock;
    this.groups =
        new GroupCommit<>(
            this::commit,
            config.maxGroup(),
            config.groupsInFlight(),
            config.maxWaiting(),
            new Patience(patience, System::nanoTime));
  }

  /**
   * Fails with {@code OVERLOADED} when too many are waiting, or this one has waited for too long:
   * then nothing was stored.
   */
  Future<Admission> submit(Submission submission) {
    return groups
        .offer(submission)
        .orElseGet(() -> Future.failedFuture(overloaded()))
        .recover(
            failure ->
                Future.failedFuture(failure instanceof TimeoutException ? overloaded() : failure));
  }

  /**
   * Stores one in a transaction of its own: a group would have to wait for its megabytes. Callable
   * from any event loop; the bytes that large bodies may take bound how many there are at a time.
   */
  Future<Admission> submitAlone(Submission submission) {
    return commit(List.of(submission)).map(admissions -> admissions.get(0));
  }

  static BacklotException overloaded() {
    return new BacklotException(
        ErrorCode.OVERLOADED, "Nothing was stored. Send the request again after a moment.");
  }

  private Future<List<Admission>> commit(List<Submission> group) {
    return admissions.admit(group, clock.instant()).onSuccess(this::announce);
  }

  private void announce(List<Admission> admissions) {
    int accepted = 0;
    for (Admission admission : admissions) {
      if (admission instanceof Admission.Accepted) {
        accepted++;
      }
    }
    if (accepted > 0) {
      bus.publish(Addresses.JOBS_QUEUED, new JobsQueued(accepted));
      bus.publish(Addresses.LOG_ADVANCED, new LogAdvanced(0));
    }
  }
}
