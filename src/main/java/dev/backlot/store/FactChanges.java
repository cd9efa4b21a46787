package dev.backlot.store;

import dev.backlot.domain.catalog.LookupBy;
import dev.backlot.domain.credit.Settlement;
import dev.backlot.domain.job.JobState;
import dev.backlot.port.Dispatches.Closing;
import dev.backlot.port.Dispatches.Fact;
import java.util.Optional;

/** What each fact changes, decided on locked rows. Pure. */
final class FactChanges {
  private FactChanges() {}

  /** Empty when the fact comes too late, or would close an attempt that may still bill. */
  static Optional<Change> decide(OpenAttempt open, Fact fact) {
    if (open.jobState() != JobState.SUBMITTING) {
      return Optional.empty();
    }
    if (fact instanceof Fact.Accepted accepted) {
      return Optional.of(
          Change.of(open, AttemptMove.accepted(accepted.taskId()), JobMove.to(JobState.RUNNING)));
    }
    if (fact instanceof Fact.SendUnknown unknown) {
      return Optional.of(Change.of(open, AttemptMove.doubted(unknown.reason())));
    }
    if (fact instanceof Fact.SendingAgain) {
      return Optional.of(Change.of(open, AttemptMove.sentAgain()));
    }
    if (fact instanceof Fact.BackToQueue back) {
      return backToQueue(open, back);
    }
    if (fact instanceof Fact.Replaced replaced) {
      return setAside(open, replaced.why(), JobMove.replaced(replaced.by(), replaced.reason()));
    }
    if (fact instanceof Fact.HeldBack held) {
      return setAside(open, held.why(), JobMove.held(held.reason()));
    }
    return rejected(open, (Fact.Rejected) fact);
  }

  /** No try of the job: its model could not even begin. */
  private static Optional<Change> setAside(OpenAttempt open, Closing why, JobMove move) {
    if (why == Closing.ABANDONED || !mayClose(open, why)) {
      return Optional.empty();
    }
    AttemptMove closed = AttemptMove.closed(why, false, String.valueOf(move.reason()));
    return Optional.of(
        open.cancelRequested()
            ? unpaid(open, closed, JobMove.to(JobState.CANCELED))
            : Change.of(open, closed, move));
  }

  private static Optional<Change> backToQueue(OpenAttempt open, Fact.BackToQueue back) {
    if (back.why() == Closing.ABANDONED || !mayClose(open, back.why())) {
      return Optional.empty();
    }
    AttemptMove closed = AttemptMove.closed(back.why(), back.counted(), back.reason());
    Change change =
        open.cancelRequested()
            ? unpaid(open, closed, JobMove.to(JobState.CANCELED))
            : Change.of(open, closed, JobMove.queued(back.notBefore(), back.reason()));
    return Optional.of(change.withCeilingTooHigh(back.full()));
  }

  private static Optional<Change> rejected(OpenAttempt open, Fact.Rejected rejected) {
    if (!mayClose(open, rejected.why())) {
      return Optional.empty();
    }
    AttemptMove closed = AttemptMove.closed(rejected.why(), true, rejected.error().code().slug());
    return Optional.of(
        unpaid(
            open,
            closed,
            open.cancelRequested()
                ? JobMove.to(JobState.CANCELED)
                : JobMove.failed(rejected.error())));
  }

  private static boolean mayClose(OpenAttempt open, Closing why) {
    return switch (why) {
      case REFUSED, UNSENT -> !open.doubtful();
      case ABSENT -> open.lookup() != LookupBy.NONE;
      case ABANDONED -> open.lookup() == LookupBy.NONE;
    };
  }

  private static Change unpaid(OpenAttempt open, AttemptMove closed, JobMove end) {
    return Change.of(open, closed, end).settled(Settlement.ofFailure(open.reservedOrZero(), null));
  }
}
