package dev.backlot.fallback;

import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.job.AttemptId;
import dev.backlot.domain.job.CancelPolicy;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.StandIn;
import dev.backlot.domain.node.NodeLease;
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
  public Future<List<Ending>> finish(List<Ending> batch, CancelPolicy policy, Instant now) {
    List<JobId> failed =
        batch.stream()
            .filter(FallbackEndings::isOfItsModel)
            .map(ending -> ending.ref().job())
            .toList();
    return models.of(failed).compose(standIns -> finish(batch, standIns, policy, now));
  }

  /** Answers with the endings as they were given: whoever gave them looks for those. */
  private Future<List<Ending>> finish(
      List<Ending> batch, Map<JobId, StandIn> standIns, CancelPolicy policy, Instant now) {
    List<Ending> decided = batch.stream().map(ending -> decide(ending, standIns)).toList();
    return endings
        .finish(decided, policy, now)
        .map(
            applied -> {
              Set<Ending> known = new HashSet<>(applied);
              return IntStream.range(0, batch.size())
                  .filter(i -> known.contains(decided.get(i)))
                  .mapToObj(batch::get)
                  .toList();
            });
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
