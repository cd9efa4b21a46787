package dev.backlot.store;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.batch.BatchAdmission;
import dev.backlot.domain.batch.BatchId;
import dev.backlot.domain.batch.SpendCap;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.Submission;
import dev.backlot.domain.job.Submission.Idempotency;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Puts thousands of jobs of one tenant into one transaction, by the statements that groups of
 * single jobs use. A thousand at a time, each answered before the next is made ready: no turn of
 * the event loop is long, and no message is larger than some megabytes.
 */
final class BatchIntake {
  private static final int CHUNK = 1_000;

  private final Statements transaction;
  private final TenantId tenant;
  private final Instant now;

  /**
   * A job that joins a batch.
   *
   * @param held why it is not queued; null when it is
   * @param repeats the failed job of the same item; null for none
   */
  record Joining(Submission job, @Nullable String held, @Nullable UUID repeats) {
    private JobId id() {
      return job.id();
    }

    /** One that the cap does not let in yet is paid for when it is let in. */
    private boolean isPaid() {
      return !SpendCap.HELD.equals(held);
    }
  }

  BatchIntake(Statements transaction, TenantId tenant, Instant now) {
    this.transaction = transaction;
    this.tenant = tenant;
    this.now = now;
  }

  /**
   * Claims the key.
   *
   * @param owner marks it as ours: never used before
   * @return the answer, when it belongs to somebody else already
   */
  Future<Optional<BatchAdmission>> claim(@Nullable Idempotency key, UUID owner) {
    if (key == null) {
      return Future.succeededFuture(Optional.empty());
    }
    transaction.execute(
        AdmissionSql.CLAIM_KEYS,
        Rows.arguments(
            new UUID[] {tenant.value()},
            new String[] {key.key()},
            new UUID[] {owner},
            new Buffer[] {Rows.bytes(key.bodyDigest())},
            new String[] {key.answer()},
            new OffsetDateTime[] {Rows.time(key.expiresAt())},
            Rows.time(now)));
    return transaction
        .execute(BatchSql.KEY_OWNER, Tuple.of(tenant.value(), key.key()))
        .map(
            rows ->
                rows.stream()
                    .filter(row -> !row.getUUID("job_id").equals(owner))
                    .findFirst()
                    .map(row -> used(row, key)));
  }

  private static BatchAdmission used(Row row, Idempotency key) {
    return Rows.bytes(key.bodyDigest()).equals(row.getBuffer("body_sha256"))
        ? new BatchAdmission.Replayed(
            new BatchId(row.getUUID("job_id")), String.valueOf(row.getString("answer")))
        : new BatchAdmission.KeyReused();
  }

  /** A refusal is not remembered. */
  void forget(@Nullable Idempotency key, UUID owner) {
    if (key != null) {
      transaction.execute(BatchSql.FORGET_KEY, Tuple.of(tenant.value(), key.key(), owner));
    }
  }

  /** Locks the balances, and says of which there is too little for all that are let in now. */
  Future<Optional<BatchAdmission.TooLittleCredit>> missing(List<Joining> jobs) {
    Map<Asset, Credits> needed = new EnumMap<>(Asset.class);
    jobs.stream()
        .filter(Joining::isPaid)
        .forEach(each -> needed.merge(each.job().asset(), each.job().cost(), Credits::plus));
    List<Asset> assets = List.copyOf(needed.keySet());
    transaction.execute(
        AdmissionSql.LOCK_BALANCES,
        Tuple.of(
            Rows.column(assets, asset -> tenant.value(), UUID[]::new),
            (Object) Rows.column(assets, Asset::text, String[]::new)));
    return transaction
        .execute(BatchSql.AVAILABLE, Tuple.of(tenant.value()))
        .map(rows -> missing(needed, BatchRows.amounts(rows, "available")));
  }

  private static Optional<BatchAdmission.TooLittleCredit> missing(
      Map<Asset, Credits> needed, Map<Asset, Credits> available) {
    return needed.entrySet().stream()
        .map(
            each ->
                new BatchAdmission.TooLittleCredit(
                    each.getKey(),
                    each.getValue(),
                    available.getOrDefault(each.getKey(), Credits.ZERO)))
        .filter(each -> each.needed().compareTo(each.available()) > 0)
        .findFirst();
  }

  /** After {@link #missing} has found nothing: all of them are stored, and paid ones reserved. */
  Future<Void> store(List<Joining> jobs) {
    transaction.execute(SilenceSql.ALLOW);
    Future<Void> stored = Future.succeededFuture();
    for (int from = 0; from < jobs.size(); from += CHUNK) {
      List<Joining> chunk = jobs.subList(from, Math.min(jobs.size(), from + CHUNK));
      stored = stored.compose(before -> storeChunk(chunk));
    }
    return stored;
  }

  private Future<Void> storeChunk(List<Joining> jobs) {
    Map<Boolean, List<Joining>> byPaid =
        jobs.stream().collect(Collectors.partitioningBy(Joining::isPaid));
    Future<?> accepted = insert(AdmissionSql.ACCEPT, byPaid.getOrDefault(true, List.of()));
    List<Joining> unpaid = byPaid.getOrDefault(false, List.of());
    if (!unpaid.isEmpty()) {
      accepted = insert(AdmissionSql.ACCEPT_UNPAID, unpaid);
    }
    List<Joining> held = jobs.stream().filter(each -> each.held() != null).toList();
    if (!held.isEmpty()) {
      accepted =
          transaction.execute(
              BatchSql.HOLD_NEW,
              Tuple.of(ids(held), (Object) Rows.column(held, Joining::held, String[]::new)));
    }
    List<Joining> again = jobs.stream().filter(each -> each.repeats() != null).toList();
    if (!again.isEmpty()) {
      Tuple repeats =
          Tuple.of(ids(again), (Object) Rows.column(again, Joining::repeats, UUID[]::new));
      transaction.execute(BatchSql.REPEAT, repeats);
      accepted = transaction.execute(JobWebhookSql.REPEAT, repeats);
    }
    return accepted.mapEmpty();
  }

  private Future<?> insert(String sql, List<Joining> jobs) {
    AdmissionGroup group = new AdmissionGroup(jobs.stream().map(Joining::job).toList());
    Future<?> stored = transaction.execute(sql, group.jobs());
    return group
        .webhooks()
        .<Future<?>>map(webhooks -> transaction.execute(JobWebhookSql.ATTACH, webhooks))
        .orElse(stored);
  }

  /** The lanes of those that may start at once, and the events: the last of the transaction. */
  void append(List<Joining> jobs, UUID batch) {
    transaction.execute(SilenceSql.END);
    Lanes.tell(
        batch,
        jobs.stream()
            .filter(each -> each.held() == null && each.job().isDue())
            .map(Joining::job)
            .map(job -> LaneKey.of(job.pool(), job.slotClass(), tenant, batch))
            .collect(Collectors.toSet()),
        transaction);
    List<Submission> all = new ArrayList<>(jobs.size());
    jobs.forEach(each -> all.add(each.job()));
    transaction.execute(EventSql.LOCK_LOG);
    transaction.execute(
        BatchSql.APPEND_NEW,
        Tuple.of(ids(jobs), (Object) Rows.column(all, Submission::eventData, String[]::new)));
  }

  private static UUID[] ids(List<Joining> jobs) {
    return Rows.column(jobs, each -> each.id().value(), UUID[]::new);
  }
}
