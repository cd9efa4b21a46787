package dev.backlot.poll;

import dev.backlot.domain.job.AttemptId;
import dev.backlot.domain.job.CancelPolicy;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Dispatches.Claiming;
import dev.backlot.port.Endings;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A store in which whatever ends comes to the same. */
record OneAnswer(Future<Finished> finished) implements Endings {
  @Override
  public Future<Finished> finish(List<Ending> endings, CancelPolicy policy, Instant now) {
    return finished;
  }

  @Override
  public Future<Refilled> finishAndRefill(
      List<Ending> endings, CancelPolicy policy, Claiming claiming, Instant now) {
    return Future.failedFuture("not asked");
  }

  @Override
  public Future<List<Running>> running(NodeLease lease, Collection<AttemptId> attempts) {
    return Future.failedFuture("not asked");
  }

  @Override
  public Future<List<Running>> allRunning(NodeLease lease, @Nullable AttemptId after, int limit) {
    return Future.failedFuture("not asked");
  }

  @Override
  public Future<List<JobId>> markOverdue(NodeLease lease, Instant runningBefore, int limit) {
    return Future.failedFuture("not asked");
  }
}
