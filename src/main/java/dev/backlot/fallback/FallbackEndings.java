package dev.backlot.fallback;

import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.job.AttemptId;
import dev.backlot.domain.job.CancelPolicy;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.StandIn;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Dispatches.Claiming;
import dev.backlot.port.Endings;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Endings in which another model takes a job over when the tasks of its own keep failing. What
 * fails for its content or its input would fail with any model, and is left as it is.
 */
public final class FallbackEndings implements Endings {
  private final Endings endings;
  private final ModelChoice models;

  public FallbackEndings(Endings endings, ModelChoice models) {
    this.endings = endings;
    this.models = models;
  }

  @Override
  public Future<Finished> finish(List<Ending> batch, CancelPolicy policy, Instant now) {
    return decided(batch)
        .compose(
            decided ->
                endings
                    .finish(decided, policy, now)
                    .map(finished -> asGiven(batch, decided, finished)));
  }

  @Override
  public Future<Refilled> finishAndRefill(
      List<Ending> batch, CancelPolicy policy, Claiming claiming, Instant now) {
    return decided(batch)
        .compose(
            decided ->
                endings
                    .finishAndRefill(decided, policy, claiming, now)
                    .map(
                        refilled ->
                            new Refilled(
                                asGiven(batch, decided, refilled.finished()), refilled.claims())));
  }

  private Future<List<Ending>> decided(List<Ending> batch) {
    List<JobId> failed =
        batch.stream()
            .filter(FallbackEndings::isOfItsModel)
            .map(ending -> ending.ref().job())
            .toList();
    return models
        .of(failed)
        .map(standIns -> batch.stream().map(ending -> decide(ending, standIns)).toList());
  }

  /** The endings as they were given: whoever gave them looks for those. */
  private static Finished asGiven(List<Ending> batch, List<Ending> decided, Finished finished) {
    Set<Ending> known = new HashSet<>(finished.applied());
    List<Ending> applied =
        IntStream.range(0, batch.size())
            .filter(i -> known.contains(decided.get(i)))
            .mapToObj(batch::get)
            .toList();
    return new Finished(applied, finished.freeSlots(), finished.queued());
  }

  private static Ending decide(Ending ending, Map<JobId, StandIn> standIns) {
    StandIn by = standIns.get(ending.ref().job());
    return by != null && isOfItsModel(ending) && ending instanceof Ending.Failed failed
        ? new Ending.Replaced(failed.ref(), failed.error(), failed.deduction(), by, failed.raw())
        : ending;
  }

  private static boolean isOfItsModel(Ending ending) {
    return ending instanceof Ending.Failed failed
        && failed.error().code() == ErrorCode.GENERATION_FAILED;
  }

  @Override
  public Future<List<Running>> running(NodeLease lease, Collection<AttemptId> attempts) {
    return endings.running(lease, attempts);
  }

  @Override
  public Future<List<Running>> allRunning(NodeLease lease, @Nullable AttemptId after, int limit) {
    return endings.allRunning(lease, after, limit);
  }

  @Override
  public Future<List<JobId>> markOverdue(NodeLease lease, Instant runningBefore, int limit) {
    return endings.markOverdue(lease, runningBefore, limit);
  }
}
