package dev.backlot.store;

import dev.backlot.port.Dispatches.Claimed;
import dev.backlot.port.Dispatches.Closing;
import dev.backlot.port.Dispatches.Fact;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/**
 * Takes back a claim whose commit is in doubt: nothing of it has been sent. Tried at most {@value
 * #TRIES} times, because the first connection from the pool may be the one that has just died.
 */
final class ClaimUndo {
  private static final String CLAIM_IN_DOUBT = "claim-in-doubt";
  private static final int TRIES = 4;
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final Vertx vertx;
  private final PgTransactions transactions;
  private final Function<List<Fact>, Future<List<Fact>>> record;

  /**
   * @param record applies facts; a fact that was applied before changes nothing
   */
  ClaimUndo(
      Vertx vertx, PgTransactions transactions, Function<List<Fact>, Future<List<Fact>>> record) {
    this.vertx = vertx;
    this.transactions = transactions;
    this.record = record;
  }

  Future<Void> undo(List<Claimed> claimed) {
    return claimed.isEmpty() ? Future.succeededFuture() : undo(claimed, TRIES);
  }

  private Future<Void> undo(List<Claimed> claimed, int tries) {
    return awaitCommit(claimed)
        .compose(ended -> record.apply(claimed.stream().map(ClaimUndo::unsent).toList()))
        .<Void>mapEmpty()
        .recover(
            failure ->
                tries == 1
                    ? Future.failedFuture(failure)
                    : vertx.timer(PAUSE.toMillis()).compose(paused -> undo(claimed, tries - 1)));
  }

  /**
   * The commit may still be under way. The lock that facts take would not wait for it, because the
   * jobs are not yet under the fence of the claim.
   */
  private Future<Void> awaitCommit(List<Claimed> claimed) {
    UUID[] jobs = Rows.column(claimed, each -> each.ref().job().value(), UUID[]::new);
    return transactions.inOneFlight(
        transaction ->
            transaction.execute(DispatchSql.AWAIT_JOBS, Tuple.of((Object) jobs)).mapEmpty());
  }

  private static Fact unsent(Claimed claimed) {
    return new Fact.BackToQueue(claimed.ref(), Closing.UNSENT, false, null, CLAIM_IN_DOUBT, false);
  }
}
