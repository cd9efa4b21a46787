package dev.backlot.dispatch;

import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.JobError;
import dev.backlot.domain.job.SubmitOutcome;
import dev.backlot.domain.job.SubmitOutcome.Accepted;
import dev.backlot.domain.job.SubmitOutcome.NeverSent;
import dev.backlot.domain.job.SubmitOutcome.Refused;
import dev.backlot.domain.job.SubmitOutcome.Unknown;
import dev.backlot.port.Dispatches.Closing;
import dev.backlot.port.Dispatches.Fact;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/**
 * What follows from the outcome of one send (promise P2). A refusal closes an attempt only when no
 * earlier send of it may have arrived; after one that may, it proves nothing and the attempt stays
 * unknown.
 */
final class OutcomeRules {
  private final Function<String, Duration> pauseAfterRefusal;

  /**
   * @param pauseAfterRefusal how long a job waits after a passing refusal by an account
   */
  OutcomeRules(Function<String, Duration> pauseAfterRefusal) {
    this.pauseAfterRefusal = pauseAfterRefusal;
  }

  /**
   * @param sentBefore an earlier send of this attempt is, or may be, unknown
   * @return the fact to record; empty when nothing new is known: the attempt stays unknown
   */
  Optional<Fact> fact(AttemptRef ref, SubmitOutcome outcome, boolean sentBefore, Instant now) {
    if (outcome instanceof Accepted accepted) {
      return Optional.of(new Fact.Accepted(ref, accepted.taskId()));
    }
    if (outcome instanceof Unknown unknown) {
      return Optional.of(new Fact.SendUnknown(ref, unknown.reason()));
    }
    if (sentBefore) {
      return Optional.empty();
    }
    if (outcome instanceof NeverSent neverSent) {
      return Optional.of(later(ref, Closing.UNSENT, neverSent.code().slug(), now));
    }
    return Optional.of(refusal(ref, (Refused) outcome, now));
  }

  private Fact refusal(AttemptRef ref, Refused refused, Instant now) {
    ErrorCode code = refused.code();
    return switch (code.kind()) {
      case CALLER, CONTENT ->
          new Fact.Rejected(ref, new JobError(code, refused.detail()), Closing.REFUSED);
      // The shrunk ceiling keeps the job from being claimed too early.
      case CAPACITY ->
          new Fact.BackToQueue(
              ref, Closing.REFUSED, false, null, code.slug(), code == ErrorCode.PROVIDER_BUSY);
      // What the account refuses one job it may grant another: the pause lets that one try.
      case ACCOUNT, TRANSIENT -> later(ref, Closing.REFUSED, code.slug(), now);
      case AMBIGUOUS, DEFECT -> new Fact.SendUnknown(ref, code.slug());
    };
  }

  private Fact later(AttemptRef ref, Closing why, String reason, Instant now) {
    Instant notBefore = now.plus(pauseAfterRefusal.apply(ref.account()));
    return new Fact.BackToQueue(ref, why, false, notBefore, reason, false);
  }
}
