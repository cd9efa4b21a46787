package dev.backlot.store;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.batch.BatchAdmission;
import dev.backlot.domain.batch.BatchId;
import dev.backlot.domain.batch.BatchState;
import dev.backlot.domain.batch.JobBatch;
import dev.backlot.domain.batch.SpendCap;
import dev.backlot.domain.job.JobState;
import dev.backlot.domain.job.Submission;
import dev.backlot.domain.job.Submission.Idempotency;
import dev.backlot.store.BatchIntake.Joining;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The transaction that repeats the failed items of a batch. Used once. */
final class BatchRepeat {
  private final TenantId tenant;
  private final BatchId id;
  private final String keyId;
  private final @Nullable Idempotency key;
  private final Supplier<UUID> ids;
  private final UUID owner;
  private final Statements transaction;
  private final BatchIntake intake;
  private final Instant now;
  private List<Joining> jobs = List.of();
  private @Nullable BatchAdmission refused;

  BatchRepeat(
      TenantId tenant,
      BatchId id,
      String keyId,
      @Nullable Idempotency key,
      Supplier<UUID> ids,
      Statements transaction,
      Instant now) {
    this.tenant = tenant;
    this.id = id;
    this.keyId = keyId;
    this.key = key;
    this.ids = ids;
    this.owner = ids.get();
    this.transaction = transaction;
    this.intake = new BatchIntake(transaction, tenant, now);
    this.now = now;
  }

  /** Everything but the events and the answer. */
  Future<BatchRepeat> store(Set<JobState> states) {
    return intake
        .claim(key, owner)
        .compose(used -> used.isPresent() ? refuse(used.get()) : lock(states))
        .map(stored -> this);
  }

  private Future<Void> lock(Set<JobState> states) {
    return transaction
        .execute(BatchSql.LOCK, Tuple.of(tenant.value(), id.value()))
        .compose(
            found -> {
              if (found.size() == 0) {
                return turnAway(new BatchAdmission.Unknown());
              }
              JobBatch batch = BatchRows.batch(found.iterator().next());
              return batch.state() == BatchState.CANCELED
                  ? turnAway(new BatchAdmission.Closed())
                  : select(batch, states);
            });
  }

  private Future<Void> select(JobBatch batch, Set<JobState> states) {
    String[] texts = states.stream().map(JobState::text).toArray(String[]::new);
    Future<RowSet<Row>> sums = transaction.execute(BatchSql.COMMITTED, Tuple.of(id.value()));
    return transaction
        .execute(BatchSql.TO_RETRY, Tuple.of(id.value(), (Object) texts))
        .compose(
            failed ->
                sums.compose(
                    committed -> {
                      jobs =
                          joining(
                              batch,
                              failed,
                              batch.terms().cap().room(BatchRows.amounts(committed, "committed")));
                      return jobs.isEmpty() ? Future.succeededFuture() : pay();
                    }));
  }

  private List<Joining> joining(JobBatch batch, RowSet<Row> failed, SpendCap.Room room) {
    String otherwise = batch.state() == BatchState.PAUSED ? BatchStep.HELD : null;
    List<Joining> joining = new ArrayList<>(failed.size());
    for (Row row : failed) {
      Submission job = BatchRetry.again(row, tenant, id.value(), ids.get(), keyId, now);
      boolean fits = room.take(job.asset(), job.cost());
      joining.add(new Joining(job, fits ? otherwise : SpendCap.HELD, row.getUUID("id")));
    }
    return joining;
  }

  private Future<Void> pay() {
    return intake
        .missing(jobs)
        .compose(missing -> missing.isPresent() ? turnAway(missing.get()) : intake.store(jobs));
  }

  private Future<Void> turnAway(BatchAdmission why) {
    intake.forget(key, owner);
    return refuse(why);
  }

  private Future<Void> refuse(BatchAdmission why) {
    refused = why;
    return Future.succeededFuture();
  }

  BatchAdmission finish() {
    if (refused != null) {
      return refused;
    }
    String answer =
        new JsonObject()
            .put("id", id.toString())
            .put("retried", jobs.size())
            .put("queued", jobs.stream().filter(each -> each.held() == null).count())
            .encode();
    if (key != null) {
      transaction.execute(BatchSql.ANSWER_OF_KEY, Tuple.of(tenant.value(), key.key(), answer));
    }
    if (!jobs.isEmpty()) {
      transaction.execute(BatchSql.LOOK_AGAIN, Tuple.of(id.value(), Rows.time(now)));
      intake.append(jobs, id.value());
    }
    return new BatchAdmission.Accepted(id, answer, jobs.size());
  }
}
