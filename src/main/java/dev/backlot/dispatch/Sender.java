package dev.backlot.dispatch;

import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.PlannedAttempt;
import dev.backlot.domain.job.SubmitOutcome;
import dev.backlot.domain.job.SubmitOutcome.Accepted;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Dispatches.Fact;
import dev.backlot.port.VideoProvider;
import dev.backlot.port.VideoProvider.Create;
import io.vertx.core.Future;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends one create under the lease, and records an acceptance that comes after its deadline. */
final class Sender {
  private static final Logger LOG = LoggerFactory.getLogger(Sender.class);

  private final VideoProvider provider;
  private final NodeLease lease;
  private final FactRecorder recorder;

  Sender(VideoProvider provider, NodeLease lease, FactRecorder recorder) {
    this.provider = provider;
    this.lease = lease;
    this.recorder = recorder;
  }

  /**
   * @param sentBefore an earlier send of this attempt is, or may be, unknown
   */
  Future<SubmitOutcome> send(AttemptRef ref, PlannedAttempt plan, boolean sentBefore) {
    long epoch = lease.epoch();
    // A lease that was lost and won again is another epoch: the job may have had another owner.
    BooleanSupplier permit = () -> lease.isHeld() && lease.epoch() == epoch;
    Create create =
        new Create(
            plan.account(),
            plan.dialect(),
            plan.path(),
            plan.externalId(),
            plan.body(),
            sentBefore);
    return provider.create(create, permit, late -> recordLate(ref, late));
  }

  /**
   * Only an acceptance is taken from a late answer: the attempt is unknown by then, and a refusal
   * of one send proves nothing about the others.
   */
  private void recordLate(AttemptRef ref, SubmitOutcome late) {
    LOG.atInfo()
        .addKeyValue("jobId", ref.job())
        .addKeyValue("attemptId", ref.id())
        .addKeyValue("outcome", late.getClass().getSimpleName())
        .log("an answer came after its deadline");
    if (late instanceof Accepted accepted) {
      recorder.record(new Fact.Accepted(ref, accepted.taskId()));
    }
  }
}
