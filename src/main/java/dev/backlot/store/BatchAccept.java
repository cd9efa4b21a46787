package dev.backlot.store;

import dev.backlot.domain.batch.BatchAdmission;
import dev.backlot.domain.batch.NewBatch;
import dev.backlot.domain.batch.SpendCap;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.Submission;
import dev.backlot.store.BatchIntake.Joining;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The transaction that takes a batch in. Used once. */
final class BatchAccept {
  private final NewBatch batch;
  private final Statements transaction;
  private final BatchIntake intake;
  private final List<Joining> jobs;
  private @Nullable BatchAdmission refused;

  BatchAccept(NewBatch batch, Statements transaction) {
    this.batch = batch;
    this.transaction = transaction;
    this.intake = new BatchIntake(transaction, batch.tenant(), batch.acceptedAt());
    this.jobs = joining(batch);
  }

  private static List<Joining> joining(NewBatch batch) {
    Set<JobId> beyond = batch.beyondCap();
    return batch.jobs().stream()
        .map(job -> new Joining(job, beyond.contains(job.id()) ? SpendCap.HELD : null, null))
        .toList();
  }

  /** Everything but the events. */
  Future<BatchAccept> store() {
    return intake
        .claim(batch.idempotency(), id())
        .compose(used -> used.isPresent() ? refuse(used.get()) : pay())
        .map(stored -> this);
  }

  private Future<Void> pay() {
    return intake
        .missing(jobs)
        .compose(missing -> missing.isPresent() ? turnAway(missing.get()) : insert());
  }

  private Future<Void> turnAway(BatchAdmission.TooLittleCredit missing) {
    intake.forget(batch.idempotency(), id());
    return refuse(missing);
  }

  private Future<Void> refuse(BatchAdmission why) {
    refused = why;
    return Future.succeededFuture();
  }

  private Future<Void> insert() {
    Instant now = batch.acceptedAt();
    boolean looksAgain = jobs.stream().anyMatch(each -> each.held() != null);
    transaction.execute(
        BatchSql.INSERT,
        Rows.arguments(
            id(),
            batch.tenant().value(),
            batch.keyId(),
            batch.terms().name(),
            batch.terms().weight(),
            batch.terms().maxInFlight(),
            BatchRows.text(batch.terms().cap()),
            batch.items(),
            BatchRows.text(batch.refused()),
            batch.refused().size(),
            looksAgain ? Rows.time(now) : null,
            Rows.time(now)));
    return intake.store(jobs);
  }

  /** The events and the answer. */
  BatchAdmission finish() {
    if (refused != null) {
      return refused;
    }
    intake.append(jobs, id());
    String answer =
        Optional.ofNullable(batch.idempotency()).map(Submission.Idempotency::answer).orElse("");
    return new BatchAdmission.Accepted(batch.id(), answer, jobs.size());
  }

  private UUID id() {
    return batch.id().value();
  }
}
