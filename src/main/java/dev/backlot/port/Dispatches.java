package dev.backlot.port;

import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.FreeSlots;
import dev.backlot.domain.job.JobError;
import dev.backlot.domain.job.PlannedAttempt;
import dev.backlot.domain.job.QueuedJob;
import dev.backlot.domain.job.StandIn;
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
   * and quick. A job it leaves out stays queued, in its place; one that it leaves out although
   * there is room where it may go is not shown again for a while, so that those behind it have
   * their turn.
   */
  interface Planner extends BiFunction<List<QueuedJob>, List<FreeSlots>, List<PlannedAttempt>> {
    /**
     * Whether a job that it left out may be planned when other slots are free: it is shown again
     * after a second. Where only a restart with another configuration would change it, after a
     * minute.
     */
    default boolean mayPlanLater(QueuedJob job) {
      return true;
    }

    /**
     * Whether an account, with slots enough, may be given the job. False only where another account
     * of its pool can carry it: it waits in its place for a slot there, and what stands behind it
     * may have the slots here. What none can carry may be tried anywhere.
     */
    default boolean mayGo(QueuedJob job, String account) {
      return true;
    }
  }

  /**
   * Takes queued jobs, by fair share between tenants and between the batches of each, and in their
   * own order inside a batch; at most as many as there are free slots. Moves them to submitting,
   * inserts their attempts, takes their slots and appends the events.
   *
   * <p>The plan is held to what was locked: an attempt for a job or a slot that the planner was not
   * shown, or that no slot is left for, is dropped. A node whose registration has been replaced by
   * a newer one claims nothing.
   *
   * <p>When the connection dies at the commit, the claim is undone before the future fails: nothing
   * of it has been sent, so its attempts are closed as {@code unsent}. Should that fail too, they
   * come back through {@link #unresolved}.
   *
   * @param pools the pools that this node can reach
   * @param accounts the accounts that may be used now (not parked, breaker closed)
   * @param shut of these accounts, what may not be used all the same: no job of such a pack is
   *     given to its account
   * @return nothing of it has been sent yet
   */
  Future<Claims> claim(
      NodeLease lease,
      List<String> pools,
      List<String> accounts,
      List<Pack> shut,
      int limit,
      Planner planner,
      Instant now);

  /**
   * What pays for an account's tasks of one type.
   *
   * @param type such as {@code image}: the last part of their slot classes
   */
  record Pack(String account, String type) {}

  /**
   * Who claims, what it can reach and what it wants: all but the time of a {@link #claim}.
   *
   * @param pools the pools that this node can reach
   * @param accounts the accounts that may be used now (not parked, breaker closed)
   * @param shut packs of these accounts that may not
   * @param limit most jobs; above {@link #MAX_BATCH} it counts as that
   * @param planner asked inside the transaction, on the caller's event loop
   */
  record Claiming(
      NodeLease lease,
      List<String> pools,
      List<String> accounts,
      List<Pack> shut,
      int limit,
      Planner planner) {
    public Claiming {
      pools = List.copyOf(pools);
      accounts = List.copyOf(accounts);
      shut = List.copyOf(shut);
    }
  }

  /**
   * What a claim has come to.
   *
   * @param attempts committed and ours
   * @param more whether lanes without work were in the way, or a lane had more batches than were
   *     looked at: the next claim looks at others. Known later than the attempts, which need not
   *     wait for it. Never fails
   */
  record Claims(List<Claimed> attempts, Future<Boolean> more) {
    public Claims {
      attempts = List.copyOf(attempts);
    }
  }

  /**
   * Makes queued jobs due whose time has come, so that claims see them; those that have waited
   * longest first.
   *
   * @return how many
   */
  Future<Integer> ripen(int limit, Instant now);

  /**
   * Ends waiting jobs that were not started in time: they expire, and what they reserved is
   * released.
   *
   * @return how many
   */
  Future<Integer> expire(int limit, Instant now);

  /**
   * An attempt that may be sent.
   *
   * @param acceptedAt when the job was accepted, for the measure of enqueue-to-start
   * @param jobAttempts counted attempts of the job before this one
   */
  record Claimed(AttemptRef ref, PlannedAttempt plan, Instant acceptedAt, int jobAttempts) {}

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
     * The attempt is closed and its slot freed; the job is queued again in its old place. A job
     * whose cancellation was asked for is canceled instead, and its reservation released.
     *
     * @param why how the attempt is closed
     * @param counted whether it counts as a try of the job
     * @param notBefore earliest next claim; null for at once
     * @param reason for the tenant: one of our own short words, nothing of the provider's
     * @param full the provider has no slot left (1303): the learnt ceiling of the account shrinks
     *     to what is in flight once this attempt's slot is freed, even to zero: then nothing is
     *     sent until the ceiling probes back up, at most one job per probe. In the same
     *     transaction, or else the next claim would take the slot again before the ceiling shrinks
     */
    record BackToQueue(
        AttemptRef ref,
        Closing why,
        boolean counted,
        @Nullable Instant notBefore,
        String reason,
        boolean full)
        implements Fact {}

    /**
     * The attempt is closed, uncounted, and its slot freed; the job is queued again in its old
     * place, for another model. A job whose cancellation was asked for is canceled instead.
     *
     * @param reason as of {@link BackToQueue}
     */
    record Replaced(AttemptRef ref, Closing why, StandIn by, String reason) implements Fact {}

    /**
     * The attempt is closed, uncounted, and its slot freed; the job is held, with its reservation.
     * A job whose cancellation was asked for is canceled instead.
     *
     * @param reason as of {@link BackToQueue}
     */
    record HeldBack(AttemptRef ref, Closing why, String reason) implements Fact {}

    /**
     * The attempt is closed, its slot freed, the job failed (or canceled, when that was asked for)
     * and its reservation released.
     */
    record Rejected(AttemptRef ref, JobError error, Closing why) implements Fact {}
  }

  /**
   * How an attempt without a task is closed (promise P2). One with an unknown send behind it is
   * closed only as {@link #ABSENT} or {@link #ABANDONED}: a fact with another closing is not
   * applied to it.
   */
  enum Closing {
    /** The provider refused it, and no send of it was ever unknown. */
    REFUSED,
    /** No byte of it was ever written. */
    UNSENT,
    /** Surely not there, in a look-up made at least the unknown-horizon after its last send. */
    ABSENT,
    /**
     * Nobody can say whether it is there, because its route has no look-up. Ends the job; never
     * makes room for another attempt. A bill that comes for it all the same is provider-loss.
     */
    ABANDONED
  }

  /**
   * Records a batch of facts in one transaction; a second fact about the same job goes into a
   * second one. The task id of an {@link Fact.Accepted} that came too late is kept with the attempt
   * all the same, to be found when the provider's bill is compared. A fact that the database
   * refuses holds up no other: it is left out, and its attempt is {@link #unresolved} from then on.
   *
   * @return those that were applied; the others had lost their fence or were recorded before
   */
  Future<List<Fact>> record(List<Fact> facts, Instant now);

  /**
   * Lets ceilings that were last changed before {@code before} grow, up to their limit: by one slot
   * after a refusal, and by twice as many each time while all of them were made use of.
   */
  Future<Integer> probeCeilings(Instant before, Instant now);

  /**
   * Our attempts whose outcome is unknown, longest unknown first. Among them are those of nodes
   * that are gone, and those that were claimed before {@code claimedBefore} and of which nothing
   * has been recorded since: the caller leaves out what it is sending at this moment.
   */
  Future<List<Unresolved>> unresolved(NodeLease lease, Instant claimedBefore, int limit);

  /**
   * Creates the slot rows of the configured accounts and adapts those that exist: a ceiling that
   * stood at the old limit follows it up, and no ceiling stays above its limit. Run once at start.
   */
  Future<Void> configureSlots(List<SlotLimit> limits, Instant now);

  record SlotLimit(String pool, String account, String slotClass, int limit) {}

  /** Slots by account and class, for metrics and the console. */
  Future<List<SlotUse>> slotUse();

  /**
   * @param ceiling what the provider was last seen to grant
   * @param learntAt when the ceiling was last changed; null while it is the limit
   */
  record SlotUse(
      String account,
      String slotClass,
      int inFlight,
      int ceiling,
      int limit,
      @Nullable Instant learntAt) {}
}
