package dev.backlot.dispatch;

import dev.backlot.domain.job.AttemptId;
import dev.backlot.domain.job.CancelPolicy;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Dispatches.Claiming;
import dev.backlot.port.Endings;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Endings whose transaction claims the next jobs for the slots that it frees (promise P4): what it
 * has claimed is sent the moment it is committed, without a wake-up, a pass and another commit
 * between.
 *
 * <p>Called on any event loop, and answers there. The transaction itself runs on the loop of
 * dispatch, because a claim asks dispatch what is refused, stuck and being sent, which is confined
 * to that loop. Polling has a loop of its own, so that reading ten thousand states does not hold up
 * a create. As long as dispatch is not at work on this node, endings claim nothing.
 */
public final class RefillingEndings implements Endings {
  private final Endings endings;
  private volatile @Nullable Desk desk;

  /** Where claims are made. */
  private record Desk(Dispatcher dispatcher, Context loop) {}

  public RefillingEndings(Endings endings) {
    this.endings = endings;
  }

  /** From now on slots are given away; called on the dispatcher's event loop. */
  void open(Dispatcher dispatcher, Context loop) {
    desk = new Desk(dispatcher, loop);
  }

  /** No claim begins any more; the dispatcher is not idle before those under way have ended. */
  void close() {
    desk = null;
  }

  @Override
  public Future<Finished> finish(List<Ending> batch, CancelPolicy policy, Instant now) {
    Desk at = desk;
    if (at == null) {
      return endings.finish(batch, policy, now);
    }
    Context caller = Vertx.currentContext();
    Promise<Finished> answer = Promise.promise();
    at.loop()
        .runOnContext(
            there ->
                Future.succeededFuture()
                    .compose(begin -> refilling(at.dispatcher(), batch, policy, now))
                    .onComplete(
                        (finished, failure) ->
                            on(caller, () -> answer.complete(finished, failure))));
    return answer.future();
  }

  /** Outside of any event loop there is nothing to go back to. */
  private static void on(@Nullable Context caller, Runnable work) {
    if (caller == null) {
      work.run();
    } else {
      caller.runOnContext(back -> work.run());
    }
  }

  private Future<Finished> refilling(
      Dispatcher dispatcher, List<Ending> batch, CancelPolicy policy, Instant now) {
    return dispatcher
        .refill()
        .map(round -> refilling(round, dispatcher, batch, policy, now))
        .orElseGet(() -> endings.finish(batch, policy, now));
  }

  private Future<Finished> refilling(
      Dispatcher.Round round,
      Dispatcher dispatcher,
      List<Ending> batch,
      CancelPolicy policy,
      Instant now) {
    return Future.succeededFuture()
        .compose(begin -> endings.finishAndRefill(batch, policy, round.claiming(), now))
        .onFailure(failure -> dispatcher.refilledNothing(round))
        .map(
            refilled -> {
              dispatcher.refilled(round, refilled.claims());
              return refilled.finished();
            });
  }

  @Override
  public Future<Refilled> finishAndRefill(
      List<Ending> batch, CancelPolicy policy, Claiming claiming, Instant now) {
    return endings.finishAndRefill(batch, policy, claiming, now);
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
