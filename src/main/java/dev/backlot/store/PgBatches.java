package dev.backlot.store;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.Page;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.batch.BatchAdmission;
import dev.backlot.domain.batch.BatchChange;
import dev.backlot.domain.batch.BatchId;
import dev.backlot.domain.batch.BatchLine;
import dev.backlot.domain.batch.BatchProgress;
import dev.backlot.domain.batch.BatchState;
import dev.backlot.domain.batch.BatchTerms;
import dev.backlot.domain.batch.JobBatch;
import dev.backlot.domain.batch.NewBatch;
import dev.backlot.domain.batch.RefusedItem;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobState;
import dev.backlot.domain.job.Submission.Idempotency;
import dev.backlot.port.Batches;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Reads batches, and runs the transactions that make and move them. */
public final class PgBatches implements Batches {
  private final Pool pool;
  private final PgTransactions transactions;
  private final Supplier<UUID> ids;

  /**
   * @param ids of jobs that repeat others
   */
  public PgBatches(Vertx vertx, Pool pool, RandomGenerator random, Supplier<UUID> ids) {
    this.pool = pool;
    this.transactions = new PgTransactions(vertx, pool, random);
    this.ids = ids;
  }

  @Override
  public Future<BatchAdmission> admit(NewBatch batch) {
    return transactions.inTwoFlights(
        transaction -> new BatchAccept(batch, transaction).store(),
        (accept, transaction) -> Future.succeededFuture(accept.finish()));
  }

  @Override
  public Future<BatchAdmission> retry(
      TenantId tenant,
      BatchId id,
      Set<JobState> states,
      String keyId,
      @Nullable Idempotency key,
      Instant now) {
    return transactions.inTwoFlights(
        transaction -> new BatchRepeat(tenant, id, keyId, key, ids, transaction, now).store(states),
        (repeat, transaction) -> Future.succeededFuture(repeat.finish()));
  }

  @Override
  public Future<Optional<JobBatch>> find(TenantId tenant, BatchId id) {
    return Reads.list(pool, BatchSql.FIND, Tuple.of(tenant.value(), id.value()), BatchRows::batch)
        .map(found -> found.stream().findFirst());
  }

  @Override
  public Future<Page<JobBatch>> list(TenantId tenant, @Nullable String cursor, int limit) {
    UUID after;
    try {
      after = JobCursor.parse(cursor);
    } catch (BacklotException notOurs) {
      return Future.failedFuture(notOurs);
    }
    return Reads.list(
            pool, BatchSql.LIST, Tuple.of(tenant.value(), after, limit + 1), BatchRows::batch)
        .map(found -> page(found, limit));
  }

  /**
   * @param found one more than the page has, when there is another page
   */
  private static Page<JobBatch> page(List<JobBatch> found, int limit) {
    if (found.size() <= limit) {
      return new Page<>(found, null);
    }
    List<JobBatch> batches = found.subList(0, limit);
    return new Page<>(batches, JobCursor.after(new JobId(batches.get(limit - 1).id().value())));
  }

  @Override
  public Future<BatchProgress> progress(TenantId tenant, BatchId id) {
    return Reads.execute(pool, BatchSql.PROGRESS, Tuple.of(tenant.value(), id.value()))
        .map(BatchRows::progress)
        .recover(failure -> Future.failedFuture(PgErrors.ofRead(failure)));
  }

  @Override
  public Future<List<BatchLine>> lines(
      TenantId tenant, BatchId id, Set<JobState> states, int after, int limit) {
    Tuple page = Tuple.of(tenant.value(), id.value(), after, Math.min(limit, PAGE_MAX));
    if (states.isEmpty()) {
      return Reads.list(pool, BatchSql.LINES, page, BatchRows::line);
    }
    String[] texts = states.stream().map(JobState::text).toArray(String[]::new);
    return Reads.list(
        pool, BatchSql.LINES_IN_STATES, page.addArrayOfString(texts), BatchRows::line);
  }

  @Override
  public Future<List<RefusedItem>> refused(TenantId tenant, BatchId id) {
    return Reads.list(
            pool,
            BatchSql.REFUSED,
            Tuple.of(tenant.value(), id.value()),
            row -> BatchRows.refused(String.valueOf(row.getString("refused"))))
        .map(found -> found.stream().findFirst().orElse(List.of()));
  }

  @Override
  public Future<BatchChange> change(TenantId tenant, BatchId id, BatchState wanted, Instant now) {
    Tuple which = Tuple.of(tenant.value(), id.value());
    return transactions.inTwoFlights(
        transaction ->
            transaction
                .execute(BatchSql.LOCK, which)
                .compose(found -> lanes(id, transaction).map(lanes -> new Wanted(found, lanes))),
        (before, transaction) -> {
          RowSet<Row> found = before.found();
          if (found.size() == 0) {
            return Future.succeededFuture(new BatchChange.Unknown());
          }
          if (isClosed(found) && wanted != BatchState.CANCELED) {
            return Future.succeededFuture(new BatchChange.Closed());
          }
          transaction.execute(BatchSql.WANT, Tuple.of(id.value(), wanted.text(), Rows.time(now)));
          // What was not yet held may be claimed again.
          Lanes.tell(
              id.value(), wanted == BatchState.OPEN ? before.lanes() : List.of(), transaction);
          return transaction.execute(BatchSql.FIND, which).map(PgBatches::changed);
        });
  }

  @Override
  public Future<BatchChange> change(
      TenantId tenant, BatchId id, UnaryOperator<BatchTerms> terms, Instant now) {
    return transactions.inTwoFlights(
        transaction -> new BatchTermsChange(tenant, id, transaction, now).lock(terms),
        (change, transaction) -> change.write());
  }

  @Override
  public Future<Step> step(BatchId id, int limit, Duration recheck, Instant now) {
    BatchStep step = new BatchStep(id.value(), limit, now);
    return transactions.inTwoFlights(
        step::lock,
        (locked, transaction) -> Future.succeededFuture(step.write(locked, recheck, transaction)));
  }

  @Override
  public Future<List<BatchId>> due(Instant now, int limit) {
    return Reads.list(
        pool, BatchSql.DUE, Tuple.of(Rows.time(now), limit), row -> new BatchId(row.getUUID("id")));
  }

  /** A batch that is locked, and its lanes. */
  private record Wanted(RowSet<Row> found, List<LaneKey> lanes) {}

  private static Future<List<LaneKey>> lanes(BatchId id, Statements transaction) {
    return transaction
        .execute(BatchSql.LANES, Tuple.of(id.value()))
        .map(
            rows ->
                Reads.list(
                    rows,
                    row ->
                        LaneKey.of(
                            row.getString("pool_id"),
                            row.getString("slot_class"),
                            Rows.tenant(row, "tenant_id"),
                            row.getUUID("batch_id"))));
  }

  private static boolean isClosed(RowSet<Row> found) {
    return BatchRows.batch(found.iterator().next()).state() == BatchState.CANCELED;
  }

  static BatchChange changed(RowSet<Row> found) {
    return new BatchChange.Changed(BatchRows.batch(found.iterator().next()));
  }
}
