package dev.backlot.store;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.batch.BatchChange;
import dev.backlot.domain.batch.BatchId;
import dev.backlot.domain.batch.BatchState;
import dev.backlot.domain.batch.BatchTerms;
import dev.backlot.domain.batch.JobBatch;
import dev.backlot.domain.batch.SpendCap;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.JobState;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The transaction that gives a batch new terms. Under a lower cap the last items leave the queue
 * until the rest fits. Used once.
 */
final class BatchTermsChange {
  private final Tuple which;
  private final BatchId id;
  private final Statements transaction;
  private final Instant now;
  private final List<WaitingJob> beyond = new ArrayList<>();
  private @Nullable BatchTerms terms;
  private @Nullable BatchChange refused;

  BatchTermsChange(TenantId tenant, BatchId id, Statements transaction, Instant now) {
    this.which = Tuple.of(tenant.value(), id.value());
    this.id = id;
    this.transaction = transaction;
    this.now = now;
  }

  Future<BatchTermsChange> lock(UnaryOperator<BatchTerms> change) {
    return transaction
        .execute(BatchSql.LOCK, which)
        .compose(
            found -> found.size() == 0 ? refuse(new BatchChange.Unknown()) : apply(change, found))
        .map(locked -> this);
  }

  private Future<Void> apply(UnaryOperator<BatchTerms> change, RowSet<Row> found) {
    JobBatch batch = BatchRows.batch(found.iterator().next());
    if (batch.state() == BatchState.CANCELED) {
      return refuse(new BatchChange.Closed());
    }
    BatchTerms wanted = change.apply(batch.terms());
    terms = wanted;
    return wanted.cap().isSet() ? fit(wanted.cap()) : Future.succeededFuture();
  }

  private Future<Void> fit(SpendCap cap) {
    return transaction
        .execute(BatchSql.COMMITTED, Tuple.of(id.value()))
        .map(sums -> BatchRows.amounts(sums, "committed"))
        .compose(
            committed -> {
              Optional<Asset> unnamed =
                  committed.keySet().stream()
                      .filter(asset -> !cap.amounts().containsKey(asset))
                      .findFirst();
              if (unnamed.isPresent()) {
                return refuse(new BatchChange.CapIncomplete(unnamed.get()));
              }
              return exceeds(cap, committed) ? shrink(cap, committed) : Future.succeededFuture();
            });
  }

  private static boolean exceeds(SpendCap cap, Map<Asset, Credits> committed) {
    return over(cap, committed).findFirst().isPresent();
  }

  private static Stream<Asset> over(SpendCap cap, Map<Asset, Credits> committed) {
    return committed.entrySet().stream()
        .filter(
            each ->
                each.getValue()
                        .compareTo(
                            Objects.requireNonNull(cap.amounts().get(each.getKey()), "in the cap"))
                    > 0)
        .map(Map.Entry::getKey);
  }

  private Future<Void> shrink(SpendCap cap, Map<Asset, Credits> committed) {
    return transaction
        .execute(BatchSql.COMMITTED_WAITING, Tuple.of(id.value()))
        .compose(
            rows -> {
              Map<Asset, Credits> left = new EnumMap<>(committed);
              for (WaitingJob job : Reads.list(rows, WaitingJob::read)) {
                Credits before = Objects.requireNonNull(left.get(job.asset()), "it was summed");
                Credits most = Objects.requireNonNull(cap.amounts().get(job.asset()), "named");
                if (before.compareTo(most) > 0) {
                  left.put(job.asset(), before.minus(job.cost()));
                  beyond.add(job);
                }
              }
              return over(cap, left)
                  .findFirst()
                  .map(
                      asset ->
                          refuse(
                              new BatchChange.CapTooLow(
                                  asset, Objects.requireNonNull(left.get(asset)))))
                  .orElseGet(Future::succeededFuture);
            });
  }

  private Future<Void> refuse(BatchChange why) {
    refused = why;
    return Future.succeededFuture();
  }

  Future<BatchChange> write() {
    if (refused != null) {
      return Future.succeededFuture(refused);
    }
    BatchTerms wanted = Objects.requireNonNull(terms, "it was locked");
    BatchMoves moves = new BatchMoves(id.value(), transaction, now);
    moves.hold(
        beyond.stream().filter(job -> job.state() == JobState.QUEUED).toList(), SpendCap.HELD);
    moves.holdFor(
        beyond.stream().filter(job -> job.state() == JobState.HELD).toList(), SpendCap.HELD);
    transaction.execute(
        BatchSql.CHANGE,
        Rows.arguments(
            id.value(),
            wanted.name(),
            wanted.weight(),
            wanted.maxInFlight(),
            BatchRows.text(wanted.cap()),
            Rows.time(now)));
    Future<BatchChange> changed = transaction.execute(BatchSql.FIND, which).map(PgBatches::changed);
    moves.append();
    return changed;
  }
}
