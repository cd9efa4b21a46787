package dev.backlot.port;

import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.AttemptId;
import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.CancelPolicy;
import dev.backlot.domain.job.JobError;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.StandIn;
import dev.backlot.domain.job.TaskReport;
import dev.backlot.domain.job.TimeoutPolicy;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.domain.render.RenderProfile;
import dev.backlot.port.Dispatches.Claiming;
import dev.backlot.port.Dispatches.Claims;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The way of a job from running to its end. {@link #finish} is the only place that settles. */
public interface Endings {
  /** Most endings of one transaction. */
  int MAX_BATCH = 200;

  /**
   * A running attempt of ours, to be polled.
   *
   * @param onTimeout what its job asks for; null for the installation's policy
   * @param profile what decides how long its task takes
   */
  record Running(
      AttemptRef ref,
      String dialect,
      String taskId,
      String model,
      Instant runningSince,
      int jobAttempts,
      @Nullable TimeoutPolicy onTimeout,
      RenderProfile profile) {}

  /** Which of these attempts are running and ours: what a hint of the bus is checked against. */
  Future<List<Running>> running(NodeLease lease, Collection<AttemptId> attempts);

  /**
   * All our running attempts, page by page in the order of their ids: for start-up, take-over and
   * the fallback timer.
   *
   * @param after the last attempt of the page before; null for the first page
   */
  Future<List<Running>> allRunning(NodeLease lease, @Nullable AttemptId after, int limit);

  /**
   * Marks jobs of ours whose task runs for too long, each once. A mark is no transition: the job
   * keeps its state, its version, its slot and its reservation, and there is no event.
   *
   * @param runningBefore tasks that the provider took earlier are overdue
   * @return those that were marked by this call
   */
  Future<List<JobId>> markOverdue(NodeLease lease, Instant runningBefore, int limit);

  /** The end of an attempt. */
  sealed interface Ending {
    AttemptRef ref();

    /**
     * The task succeeded: the job succeeds, or is canceled when that was asked for and the policy
     * is DISCARD. Settled with the deduction, or with the reserved amount when the provider named
     * none; never above the reserved amount, the excess goes to provider-drift.
     */
    record Succeeded(AttemptRef ref, TaskReport.Succeeded report) implements Ending {}

    /**
     * The task failed for good: the job fails (or is canceled); the reservation is released. What
     * the provider charged all the same goes to provider-loss.
     */
    record Failed(AttemptRef ref, JobError error, @Nullable Credits deduction, String raw)
        implements Ending {}

    /**
     * The task failed and policy tries again: running -> queued, attempt counted and closed; a job
     * whose cancellation was asked for is canceled instead. A deduction goes to provider-loss.
     */
    record TryAgain(
        AttemptRef ref,
        JobError error,
        @Nullable Credits deduction,
        @Nullable Instant notBefore,
        String raw)
        implements Ending {}

    /**
     * The task runs for too long: the job fails (or is canceled, when that was asked for) and its
     * reservation is released. The attempt stays open as detached: it keeps its slot, and its bill
     * is provider-loss. Only for an attempt whose task is known, never for one with an unknown send
     * (promise P2).
     */
    record GivenUp(AttemptRef ref, JobError error) implements Ending {}

    /**
     * The task failed for good, and another model is to try: as {@link TryAgain}, at once, for that
     * model.
     */
    record Replaced(
        AttemptRef ref, JobError error, @Nullable Credits deduction, StandIn by, String raw)
        implements Ending {}
  }

  /**
   * Applies a batch of endings: job, attempt, slot, reservation, ledger, balance, events, in one
   * transaction, each exactly once. An ending whose job is not running under its fence any more
   * changes nothing, and so does a second ending of the same job.
   *
   * <p>One that the database refuses holds up no other: it is stored without what the provider
   * wrote freely, or, when that is refused too, left out; its task is then running still.
   */
  Future<Finished> finish(List<Ending> endings, CancelPolicy cancelPolicy, Instant now);

  /**
   * The same, and the transaction that frees slots gives them to queued jobs, by the rules of
   * {@link Dispatches#claim}: once it is committed, the next creates can be written without another
   * commit between. Only slots of the accounts and classes in which these endings free one are
   * given; all else is left to a claim.
   *
   * <p>No ending fails for the claim: what the claim makes fail is stored again without it. When
   * the connection dies at the commit, the claim is undone as one of {@link Dispatches#claim} is,
   * and the endings may or may not have been applied.
   */
  Future<Refilled> finishAndRefill(
      List<Ending> endings, CancelPolicy cancelPolicy, Claiming claiming, Instant now);

  /**
   * What a batch of endings has come to.
   *
   * @param applied those that were applied
   * @param freeSlots slots that they have freed and that a claim may find work for. None when all
   *     of them were given away at once; all of them when a tenant or a batch with a limit is among
   *     those that ended, because it may run again, also in slots that were free before
   * @param queued jobs that they have put back into the queue
   */
  record Finished(List<Ending> applied, int freeSlots, int queued) {
    public Finished {
      applied = List.copyOf(applied);
    }
  }

  /**
   * @param claims attempts that have taken slots; nothing of them has been sent yet
   */
  record Refilled(Finished finished, Claims claims) {}
}
