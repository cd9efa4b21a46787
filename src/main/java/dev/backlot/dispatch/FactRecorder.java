package dev.backlot.dispatch;

import dev.backlot.bus.Addresses;
import dev.backlot.bus.Addresses.AttemptsRunning;
import dev.backlot.bus.Addresses.JobsQueued;
import dev.backlot.bus.Addresses.LogAdvanced;
import dev.backlot.bus.Addresses.SlotsFreed;
import dev.backlot.bus.Bus;
import dev.backlot.domain.job.Backoff;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.groupcommit.GroupCommit;
import dev.backlot.port.Dispatches;
import dev.backlot.port.Dispatches.Fact;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down what is known of attempts, in batches, and wakes whoever waits for it. A fact is
 * offered again until it is recorded or our lease is lost: then the next owner looks it up.
 */
final class FactRecorder {
  private static final Logger LOG = LoggerFactory.getLogger(FactRecorder.class);

  private final Dispatches store;
  private final Bus bus;
  private final NodeLease lease;
  private final InstantSource clock;
  private final Backoff backoff;
  private final Function<Duration, Future<?>> pause;
  private final GroupCommit<Fact, Boolean> commits;

  /**
   * @param maxWaiting most facts that may wait; the number of slots bounds them in practice
   * @param pause completes after a duration, on this event loop
   */
  FactRecorder(
      Dispatches store,
      Bus bus,
      NodeLease lease,
      InstantSource clock,
      Backoff backoff,
      Function<Duration, Future<?>> pause,
      int maxWaiting) {
    this.store = store;
    this.bus = bus;
    this.lease = lease;
    this.clock = clock;
    this.backoff = backoff;
    this.pause = pause;
    this.commits = new GroupCommit<>(this::store, Dispatches.MAX_BATCH, 2, maxWaiting);
  }

  /**
   * @return whether the fact was applied; false when the job was no longer ours
   */
  Future<Boolean> record(Fact fact) {
    return record(fact, 1);
  }

  boolean isIdle() {
    return commits.isIdle();
  }

  private Future<Boolean> record(Fact fact, int attempt) {
    Optional<Future<Boolean>> offered = commits.offer(fact);
    if (offered.isPresent()) {
      return offered.get().recover(failure -> again(fact, attempt, failure));
    }
    return again(fact, attempt, new IllegalStateException("too many facts are waiting"));
  }

  private Future<Boolean> again(Fact fact, int attempt, Throwable failure) {
    LOG.atWarn()
        .setCause(failure)
        .addKeyValue("jobId", fact.ref().job())
        .addKeyValue("attemptId", fact.ref().id())
        .addKeyValue("try", attempt)
        .log("an outcome could not be recorded yet");
    return pause
        .apply(backoff.pause(attempt))
        .compose(
            waited -> lease.isHeld() ? record(fact, attempt + 1) : Future.succeededFuture(false));
  }

  private Future<List<Boolean>> store(List<Fact> facts) {
    return store.record(facts, clock.instant()).map(applied -> announce(facts, applied));
  }

  private List<Boolean> announce(List<Fact> facts, List<Fact> applied) {
    List<UUID> running =
        applied.stream()
            .filter(Fact.Accepted.class::isInstance)
            .map(fact -> fact.ref().id().value())
            .toList();
    long queued = applied.stream().filter(Fact.BackToQueue.class::isInstance).count();
    long rejected = applied.stream().filter(Fact.Rejected.class::isInstance).count();
    if (!running.isEmpty()) {
      bus.publish(Addresses.ATTEMPTS_RUNNING, new AttemptsRunning(running));
    }
    if (queued + rejected > 0) {
      bus.publish(Addresses.SLOTS_FREED, new SlotsFreed((int) (queued + rejected)));
    }
    if (queued > 0) {
      bus.publish(Addresses.JOBS_QUEUED, new JobsQueued((int) queued));
    }
    if (running.size() + queued + rejected > 0) {
      bus.publish(Addresses.LOG_ADVANCED, new LogAdvanced(0));
    }
    Set<Fact> known = new HashSet<>(applied);
    return facts.stream().map(known::contains).toList();
  }
}
