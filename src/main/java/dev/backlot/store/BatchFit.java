package dev.backlot.store;

import dev.backlot.domain.batch.BatchState;
import dev.backlot.domain.batch.JobBatch;
import dev.backlot.domain.batch.SpendCap;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import io.vertx.sqlclient.data.Numeric;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Finds the jobs of an open batch that its cap has not let in, and that fit and can be paid now.
 * Its row is locked, so nobody else lets any in. Used once.
 */
final class BatchFit {
  private final JobBatch batch;
  private final int limit;
  private final Statements transaction;

  /** What the cap leaves, and whether jobs are at work whose end may make it more. */
  private record Measured(SpendCap.Room room, boolean atWork) {}

  BatchFit(JobBatch batch, int limit, Statements transaction) {
    this.batch = batch;
    this.limit = limit;
    this.transaction = transaction;
  }

  /** These, and the balances that pay them, are locked. */
  Future<BatchStep.Locked> lock() {
    return measure()
        .compose(
            measured ->
                available()
                    .compose(available -> candidates(measured.room().payableFrom(available)))
                    .compose(
                        candidates ->
                            candidates.isEmpty() ? nothing(measured) : pay(candidates, measured)));
  }

  private Future<Measured> measure() {
    Future<Boolean> atWork =
        transaction
            .execute(BatchSql.AT_WORK, Tuple.of(id()))
            .map(rows -> rows.iterator().next().getBoolean("any"));
    // After it: what ends in between is missed by neither.
    Future<Map<Asset, Credits>> committed =
        transaction
            .execute(BatchSql.COMMITTED, Tuple.of(id()))
            .map(rows -> BatchRows.amounts(rows, "committed"));
    return Future.all(atWork, committed)
        .map(both -> new Measured(batch.terms().cap().room(committed.result()), atWork.result()));
  }

  private Future<Map<Asset, Credits>> available() {
    return transaction
        .execute(BatchSql.AVAILABLE, Tuple.of(batch.tenant().value()))
        .map(rows -> BatchRows.amounts(rows, "available"));
  }

  private Future<List<WaitingJob>> candidates(SpendCap.Room room) {
    return transaction
        .execute(BatchSql.FITTING, room(room, Tuple.of(id(), limit)))
        .map(rows -> Reads.list(rows, WaitingJob::read));
  }

  /** What was available may have been spent since: it is read again under its lock. */
  private Future<BatchStep.Locked> pay(List<WaitingJob> candidates, Measured measured) {
    List<Asset> assets = candidates.stream().map(WaitingJob::asset).distinct().toList();
    transaction.execute(
        AdmissionSql.LOCK_BALANCES,
        Tuple.of(
            Rows.column(assets, asset -> batch.tenant().value(), UUID[]::new),
            (Object) Rows.column(assets, Asset::text, String[]::new)));
    return available()
        .map(
            available -> {
              SpendCap.Room room = measured.room().payableFrom(available);
              List<WaitingJob> paid =
                  candidates.stream().filter(job -> room.take(job.asset(), job.cost())).toList();
              boolean full = candidates.size() == limit && !paid.isEmpty();
              return new BatchStep.Locked(BatchState.OPEN, paid, full, true);
            });
  }

  /** Nothing fits, or nothing can be paid. A grant of credit is noticed by looking again. */
  private Future<BatchStep.Locked> nothing(Measured measured) {
    return transaction
        .execute(BatchSql.FITS, room(measured.room(), Tuple.of(id())))
        .map(rows -> rows.iterator().next().getBoolean("any"))
        .map(
            poor ->
                new BatchStep.Locked(BatchState.OPEN, List.of(), false, poor || measured.atWork()));
  }

  /** Adds the assets, and what is left of each. */
  private static Tuple room(SpendCap.Room room, Tuple before) {
    List<Map.Entry<Asset, Credits>> left = List.copyOf(room.left().entrySet());
    return before
        .addArrayOfString(Rows.column(left, each -> each.getKey().text(), String[]::new))
        .addValue(Rows.column(left, each -> Rows.numeric(each.getValue()), Numeric[]::new));
  }

  private UUID id() {
    return batch.id().value();
  }
}
