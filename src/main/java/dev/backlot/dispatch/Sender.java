package dev.backlot.dispatch;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.catalog.SlotClass;
import dev.backlot.domain.input.PartPlace;
import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.PlannedAttempt;
import dev.backlot.domain.job.SubmitOutcome;
import dev.backlot.domain.job.SubmitOutcome.Accepted;
import dev.backlot.port.Dispatches.Fact;
import dev.backlot.port.VideoProvider;
import dev.backlot.port.VideoProvider.Create;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends one create under the lease, and records an acceptance that comes after its deadline. The
 * long values of its body are fetched first; when they cannot be, nothing was sent.
 */
final class Sender {
  private static final Logger LOG = LoggerFactory.getLogger(Sender.class);

  private final VideoProvider provider;
  private final FactRecorder recorder;
  private final PartLoader loader;

  Sender(VideoProvider provider, FactRecorder recorder, PartLoader loader) {
    this.provider = provider;
    this.loader = loader;
    this.recorder = recorder;
  }

  /**
   * @param sentBefore an earlier send of this attempt is, or may be, unknown
   * @param permit of the lease under which the attempt became ours to send
   */
  Future<SubmitOutcome> send(
      AttemptRef ref, PlannedAttempt plan, boolean sentBefore, BooleanSupplier permit) {
    List<PartPlace> places = PartPlace.in(plan.body());
    if (places.isEmpty()) {
      return create(ref, create(plan, sentBefore, List.of()), permit);
    }
    return loader
        .with(ref, places, parts -> create(ref, create(plan, sentBefore, parts), permit))
        .recover(failure -> Future.succeededFuture(notLoaded(ref, failure)));
  }

  private static Create create(PlannedAttempt plan, boolean sentBefore, List<byte[]> parts) {
    return new Create(
        plan.account(),
        plan.dialect(),
        plan.path(),
        plan.externalId(),
        plan.body(),
        sentBefore,
        SlotClass.parse(plan.slotClass()).pack(),
        parts);
  }

  private Future<SubmitOutcome> create(AttemptRef ref, Create create, BooleanSupplier permit) {
    return provider.create(create, permit, late -> recordLate(ref, late));
  }

  private static SubmitOutcome notLoaded(AttemptRef ref, Throwable failure) {
    LOG.atWarn()
        .setCause(failure)
        .addKeyValue("jobId", ref.job())
        .addKeyValue("attemptId", ref.id())
        .log("the input could not be read; nothing was sent");
    ErrorCode code =
        failure instanceof BacklotException known ? known.code() : ErrorCode.STORE_UNAVAILABLE;
    return new SubmitOutcome.NeverSent(code, "input not read");
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
