package dev.backlot.batch;

import dev.backlot.config.BatchConfig;
import dev.backlot.domain.batch.BatchId;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Batches;
import dev.backlot.port.Membership;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after batches whose jobs are not yet where they belong, when the duty is ours: those that a
 * crash has left half-way, and those that wait for jobs at work. Confined to one event loop.
 */
public final class BatchDuty {
  private static final Logger LOG = LoggerFactory.getLogger(BatchDuty.class);
  private static final String DUTY = "batches";

  /** Batches of one pass; the others have waited for less long. */
  private static final int BATCHES_MAX = 20;

  private final Batches batches;
  private final BatchSteps steps;
  private final Membership membership;
  private final NodeLease lease;
  private final BatchConfig config;
  private final InstantSource clock;

  public BatchDuty(
      Batches batches,
      BatchSteps steps,
      Membership membership,
      NodeLease lease,
      BatchConfig config,
      InstantSource clock) {
    this.batches = batches;
    this.steps = steps;
    this.membership = membership;
    this.lease = lease;
    this.config = config;
    this.clock = clock;
  }

  /**
   * One batch after the other.
   *
   * @return whether there may be more that are due now
   */
  public Future<Boolean> runOnce() {
    if (!lease.isHeld()) {
      return Future.succeededFuture(false);
    }
    return membership
        .holdDuty(lease, DUTY, config.interval().multipliedBy(5))
        .compose(
            ours ->
                ours
                    ? batches.due(clock.instant(), BATCHES_MAX).compose(this::follow)
                    : Future.succeededFuture(false));
  }

  private Future<Boolean> follow(List<BatchId> due) {
    Future<Integer> moved = Future.succeededFuture(0);
    for (BatchId id : due) {
      moved = moved.compose(before -> steps.run(id).recover(failure -> leave(id, failure)));
    }
    return moved.map(done -> due.size() == BATCHES_MAX);
  }

  /** One that cannot be followed now keeps no other from its turn. */
  private static Future<Integer> leave(BatchId id, Throwable failure) {
    LOG.atWarn().setCause(failure).addKeyValue("batchId", id).log("a batch was not followed yet");
    return Future.succeededFuture(0);
  }
}
