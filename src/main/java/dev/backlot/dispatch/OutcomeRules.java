package dev.backlot.dispatch;

import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.ErrorKind;
import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.JobError;
import dev.backlot.domain.job.PlannedAttempt;
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
  private final Peers peers;

  /**
   * @param pauseAfterRefusal how long a job waits after a passing refusal by an account
   * @param peers who else may run what an account has refused
   */
  OutcomeRules(Function<String, Duration> pauseAfterRefusal, Peers peers) {
    this.pauseAfterRefusal = pauseAfterRefusal;
    this.peers = peers;
  }

  /**
   * @param plan of the attempt
   * @param sentBefore an earlier send of this attempt is, or may be, unknown
   * @return the fact to record; empty when nothing new is known: the attempt stays unknown
   */
  Optional<Fact> fact(
      AttemptRef ref, PlannedAttempt plan, SubmitOutcome outcome, boolean sentBefore, Instant now) {
    peers.note(plan.account(), plan.slotClass(), outcome, now);
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
      return Optional.of(again(ref, plan, Closing.UNSENT, neverSent.code(), now));
    }
    return Optional.of(refusal(ref, plan, (Refused) outcome, now));
  }

  /**
   * What a refusal that only its sender can mend comes to once the attempt is surely closed; empty
   * for any other, and for one that says nothing of the other accounts.
   */
  Optional<JobError> verdict(PlannedAttempt plan, Refused refused, Instant now) {
    ErrorKind kind = refused.code().kind();
    if (kind != ErrorKind.CALLER && kind != ErrorKind.CONTENT) {
      return Optional.empty();
    }
    if (refused.code() != ErrorCode.MODEL_NOT_GRANTED) {
      return Optional.of(new JobError(refused.code(), refused.detail()));
    }
    return peers.mayBeGranted(plan, now)
        ? Optional.empty()
        : Optional.of(new JobError(ErrorCode.MODEL_UNAVAILABLE, refused.detail()));
  }

  private Fact refusal(AttemptRef ref, PlannedAttempt plan, Refused refused, Instant now) {
    ErrorCode code = refused.code();
    return switch (code.kind()) {
      // Without a verdict the account has not bought the model: its slots of that class shrink as
      // if it were full, so that the job finds another, and one job at a time asks it again.
      case CALLER, CONTENT ->
          verdict(plan, refused, now)
              .<Fact>map(error -> new Fact.Rejected(ref, error, Closing.REFUSED))
              .orElseGet(() -> atOnce(ref, Closing.REFUSED, code, true));
      // The shrunk ceiling keeps the job from being claimed too early.
      case CAPACITY -> atOnce(ref, Closing.REFUSED, code, code == ErrorCode.PROVIDER_BUSY);
      case ACCOUNT, TRANSIENT -> again(ref, plan, Closing.REFUSED, code, now);
      case AMBIGUOUS, DEFECT -> new Fact.SendUnknown(ref, code.slug());
    };
  }

  /**
   * An account that needs its operator is parked by its own answer, or only one of its packs is, so
   * a job that another sound one can take need not wait for anything. Otherwise it pauses: what the
   * account refuses one job it may grant the next.
   */
  private Fact again(
      AttemptRef ref, PlannedAttempt plan, Closing why, ErrorCode code, Instant now) {
    return code.kind() == ErrorKind.ACCOUNT && peers.isAnotherSound(plan, now)
        ? atOnce(ref, why, code, false)
        : later(ref, why, code.slug(), now);
  }

  private static Fact atOnce(AttemptRef ref, Closing why, ErrorCode code, boolean full) {
    return new Fact.BackToQueue(ref, why, false, null, code.slug(), full);
  }

  private Fact later(AttemptRef ref, Closing why, String reason, Instant now) {
    Instant notBefore = now.plus(pauseAfterRefusal.apply(ref.account()));
    return new Fact.BackToQueue(ref, why, false, notBefore, reason, false);
  }
}
