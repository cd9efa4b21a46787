package dev.backlot.store;

import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.credit.Settlement;
import dev.backlot.domain.job.CancelPolicy;
import dev.backlot.domain.job.JobState;
import dev.backlot.domain.job.TaskReport;
import dev.backlot.port.Endings.Ending;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What each ending changes, decided on locked rows. Pure. */
final class EndingChanges {
  private EndingChanges() {}

  /** Empty when the ending comes too late. */
  static Optional<Change> decide(OpenAttempt open, Ending ending, CancelPolicy cancelPolicy) {
    if (open.jobState() != JobState.RUNNING) {
      return Optional.empty();
    }
    if (ending instanceof Ending.Succeeded succeeded) {
      return Optional.of(succeeded(open, succeeded.report(), cancelPolicy));
    }
    if (ending instanceof Ending.Failed failed) {
      return Optional.of(failed(open, failed));
    }
    if (ending instanceof Ending.GivenUp givenUp) {
      return Optional.of(givenUp(open, givenUp));
    }
    if (ending instanceof Ending.Replaced replaced) {
      return Optional.of(replaced(open, replaced));
    }
    return Optional.of(tryAgain(open, (Ending.TryAgain) ending));
  }

  private static Change succeeded(
      OpenAttempt open, TaskReport.Succeeded report, CancelPolicy cancelPolicy) {
    boolean drop = open.cancelRequested() && cancelPolicy == CancelPolicy.DISCARD;
    return Change.of(
            open,
            AttemptMove.succeeded(report.deduction(), report.raw()),
            drop ? JobMove.to(JobState.CANCELED) : JobMove.succeeded(report.outputs()))
        .settled(Settlement.ofSuccess(open.reservedOrZero(), report.deduction()));
  }

  private static Change failed(OpenAttempt open, Ending.Failed failed) {
    return Change.of(
            open,
            AttemptMove.failed(failed.deduction(), failed.raw(), failed.error().code().slug()),
            open.cancelRequested() ? JobMove.to(JobState.CANCELED) : JobMove.failed(failed.error()))
        .settled(Settlement.ofFailure(open.reservedOrZero(), failed.deduction()));
  }

  /** A running job has a running attempt: one with an unknown send is never detached. */
  private static Change givenUp(OpenAttempt open, Ending.GivenUp givenUp) {
    return Change.of(
            open,
            AttemptMove.detached(givenUp.error().code().slug()),
            open.cancelRequested()
                ? JobMove.to(JobState.CANCELED)
                : JobMove.failed(givenUp.error()))
        .settled(Settlement.ofFailure(open.reservedOrZero(), null));
  }

  private static Change tryAgain(OpenAttempt open, Ending.TryAgain again) {
    String reason = again.error().code().slug();
    return again(
        open,
        AttemptMove.failed(again.deduction(), again.raw(), reason),
        again.deduction(),
        JobMove.queued(again.notBefore(), reason));
  }

  private static Change replaced(OpenAttempt open, Ending.Replaced replaced) {
    String reason = replaced.error().code().slug();
    return again(
        open,
        AttemptMove.failed(replaced.deduction(), replaced.raw(), reason),
        replaced.deduction(),
        JobMove.replaced(replaced.by(), reason));
  }

  private static Change again(
      OpenAttempt open, AttemptMove failed, @Nullable Credits deduction, JobMove queued) {
    if (open.cancelRequested()) {
      return Change.of(open, failed, JobMove.to(JobState.CANCELED))
          .settled(Settlement.ofFailure(open.reservedOrZero(), deduction));
    }
    // The reservation stays open for the next attempt; this one's bill is nobody's.
    return Change.of(open, failed, queued).settled(Settlement.ofFailure(Credits.ZERO, deduction));
  }
}
