package dev.backlot.port;

import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.FreeSlots;
import dev.backlot.domain.job.JobError;
import dev.backlot.domain.job.PlannedAttempt;
import dev.backlot.domain.job.QueuedJob;
import dev.backlot.domain.node.NodeLease;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The way of a job from the queue to the provider. Each method is one transaction per batch; moves
 * are compare-and-set on state and fence, and a move that came too late is left out of the answer.
 */
public interface Dispatches {
  /** Most jobs of one claim, and most outcomes of one record. */
  int MAX_BATCH = 200;

  /**
   * Decides, inside the claim's transaction, which of the locked jobs are tried where. Must be pure
   * and quick. A job it leaves out stays queued, in its place.
   */
  interface Planner extends BiFunction<List<QueuedJob>, List<FreeSlots>, List<PlannedAttempt>> {}

  /**
   * Takes queued jobs in their order, at most as many as there are free slots, moves them to
   * submitting, inserts their attempts, takes their slots and appends the events.
   *
   * @param pools the pools that this node can reach
   * @param accounts the accounts that may be used now (not parked, breaker closed)
   * @return the attempts, committed and ours; nothing has been sent yet
   */
  Future<List<Claimed>> claim(
      NodeLease lease,
      List<String> pools,
      List<String> accounts,
      int limit,
      Planner planner,
      Instant now);

  /**
   * An attempt that may be sent.
   *
   * @param sentBefore an earlier send of it may have arrived
   */
  record Claimed(AttemptRef ref, PlannedAttempt plan, Instant acceptedAt, boolean sentBefore) {}

  /** Where an open attempt without task id stands, for the resolution of unknown outcomes. */
  record Unresolved(
      AttemptRef ref,
      PlannedAttempt plan,
      Instant firstSentAt,
      Instant lastUnknownSendAt,
      int sends,
      int jobAttempts) {}

  /** A fact about an attempt, to be recorded. */
  sealed interface Fact {
    AttemptRef ref();

    /** submitting -> running; also when the task was found by look-up. */
    record Accepted(AttemptRef ref, String taskId) implements Fact {}

    /** The attempt stays open, as unknown; the job stays submitting. No event. */
    record SendUnknown(AttemptRef ref, String reason) implements Fact {}

    /** About to be sent again under the same external id: counts a send. No event. */
    record SendingAgain(AttemptRef ref) implements Fact {}

    /**
     * The attempt is closed and its slot freed; the job is queued again in its old place.
     *
     * @param why closing state of the attempt: {@code refused}, {@code unsent} or {@code absent}
     * @param counted whether it counts as a try of the job
     * @param notBefore earliest next claim; null for at once
     */
    record BackToQueue(
        AttemptRef ref, String why, boolean counted, @Nullable Instant notBefore, String reason)
        implements Fact {}

    /** The attempt is closed, its slot freed, the job failed and its reservation released. */
    record Rejected(AttemptRef ref, JobError error, String why) implements Fact {}
  }

  /**
   * Records a batch of facts.
   *
   * @return those that were applied; the others had lost their fence or were recorded before
   */
  Future<List<Fact>> record(List<Fact> facts, Instant now);

  /** Shrinks the learnt ceiling of an account to what is in flight, after a 1303 (promise P4). */
  Future<Void> shrinkCeiling(String account, String slotClass, Instant now);

  /** Lets ceilings that were last changed before {@code before} grow by one, up to their limit. */
  Future<Integer> probeCeilings(Instant before, Instant now);

  /** Our attempts whose outcome is unknown, or that were claimed by a node that is gone. */
  Future<List<Unresolved>> unresolved(NodeLease lease, int limit);

  /** Creates and widens the slot rows of the configured accounts. Run once at start. */
  Future<Void> configureSlots(List<SlotLimit> limits);

  record SlotLimit(String pool, String account, String slotClass, int limit) {}

  /** Slots by account and class, for metrics and the console. */
  Future<List<SlotUse>> slotUse();

  record SlotUse(String account, String slotClass, int inFlight, int ceiling, int limit) {}
}
