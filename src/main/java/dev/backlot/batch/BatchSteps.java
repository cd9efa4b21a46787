package dev.backlot.batch;

import dev.backlot.bus.Addresses;
import dev.backlot.bus.Addresses.JobsQueued;
import dev.backlot.bus.Addresses.LogAdvanced;
import dev.backlot.bus.Bus;
import dev.backlot.config.BatchConfig;
import dev.backlot.domain.batch.BatchId;
import dev.backlot.port.Batches;
import dev.backlot.port.Batches.Step;
import io.vertx.core.Future;
import java.time.InstantSource;

/** Makes the jobs of a batch follow what its tenant wants. Callable from any event loop. */
public final class BatchSteps {
  /** Enough for every batch; what joins meanwhile is left to the duty. */
  private static final int STEPS_MAX = 100;

  private final Batches batches;
  private final Bus bus;
  private final BatchConfig config;
  private final InstantSource clock;

  public BatchSteps(Batches batches, Bus bus, BatchConfig config, InstantSource clock) {
    this.batches = batches;
    this.bus = bus;
    this.config = config;
    this.clock = clock;
  }

  /**
   * Step by step, until nothing is left to be moved now. When it fails on the way, the batch stays
   * due, and the duty goes on with it.
   *
   * @return how many jobs were moved
   */
  Future<Integer> run(BatchId id) {
    return run(id, STEPS_MAX, 0);
  }

  private Future<Integer> run(BatchId id, int steps, int moved) {
    return batches
        .step(id, config.step(), config.recheck(), clock.instant())
        .compose(
            step -> {
              tell(step);
              int sum = moved + step.moved();
              return step.more() && steps > 1
                  ? run(id, steps - 1, sum)
                  : Future.succeededFuture(sum);
            });
  }

  private void tell(Step step) {
    if (step.moved() > 0) {
      bus.publish(Addresses.LOG_ADVANCED, new LogAdvanced(0));
    }
    if (step.queued()) {
      bus.publish(Addresses.JOBS_QUEUED, new JobsQueued(step.moved()));
    }
  }
}
