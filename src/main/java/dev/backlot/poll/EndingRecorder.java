package dev.backlot.poll;

import dev.backlot.bus.Addresses;
import dev.backlot.bus.Addresses.JobsQueued;
import dev.backlot.bus.Addresses.LogAdvanced;
import dev.backlot.bus.Addresses.SlotsFreed;
import dev.backlot.bus.Bus;
import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.job.CancelPolicy;
import dev.backlot.groupcommit.GroupCommit;
import dev.backlot.port.Endings;
import dev.backlot.port.Endings.Ending;
import dev.backlot.port.Endings.Finished;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Ends jobs in batches, and wakes dispatch for slots that are still free and the tail for the
 * events.
 */
final class EndingRecorder {
  private final Endings store;
  private final Bus bus;
  private final InstantSource clock;
  private final CancelPolicy onCancel;
  private final GroupCommit<Ending, Boolean> commits;

  EndingRecorder(
      Endings store, Bus bus, InstantSource clock, CancelPolicy onCancel, int maxWaiting) {
    this.store = store;
    this.bus = bus;
    this.clock = clock;
    this.onCancel = onCancel;
    this.commits = new GroupCommit<>(this::finish, Endings.MAX_BATCH, 1, maxWaiting);
  }

  /**
   * @return whether the ending was applied, false when the job was no longer ours. Fails when the
   *     database cannot be reached or too many endings wait: the task will be polled again
   */
  Future<Boolean> record(Ending ending) {
    return commits
        .offer(ending)
        .orElseGet(
            () -> Future.failedFuture(new IllegalStateException("too many endings are waiting")));
  }

  boolean isIdle() {
    return commits.isIdle();
  }

  private Future<List<Boolean>> finish(List<Ending> endings) {
    return store
        .finish(endings, onCancel, clock.instant())
        .onFailure(failure -> announceDoubt(endings.size(), failure))
        .map(finished -> announce(endings, finished));
  }

  /** They may have been committed, and what they had claimed may be back in the queue. */
  private void announceDoubt(int endings, Throwable failure) {
    if (failure instanceof BacklotException known && known.code() == ErrorCode.OUTCOME_UNKNOWN) {
      bus.publish(Addresses.SLOTS_FREED, new SlotsFreed(endings));
      bus.publish(Addresses.LOG_ADVANCED, new LogAdvanced(0));
      bus.publish(Addresses.JOBS_QUEUED, new JobsQueued(endings));
    }
  }

  private List<Boolean> announce(List<Ending> endings, Finished finished) {
    if (finished.freeSlots() > 0) {
      bus.publish(Addresses.SLOTS_FREED, new SlotsFreed(finished.freeSlots()));
    }
    if (!finished.applied().isEmpty()) {
      bus.publish(Addresses.LOG_ADVANCED, new LogAdvanced(0));
    }
    if (finished.queued() > 0) {
      bus.publish(Addresses.JOBS_QUEUED, new JobsQueued(finished.queued()));
    }
    Set<Ending> known = new HashSet<>(finished.applied());
    return endings.stream().map(known::contains).toList();
  }
}
