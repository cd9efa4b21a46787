package dev.backlot.store;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.catalog.LookupBy;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.AttemptId;
import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobState;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An open attempt and its job, read while the job is locked under the fence of the caller: what is
 * decided on it stays true until the transaction ends.
 *
 * @param number of the attempt among those of its job, from 1
 * @param reserved amount of the job's open reservation; null when there is none
 * @param doubtful an earlier send of it is, or was, unknown
 */
record OpenAttempt(
    AttemptId id,
    int number,
    String state,
    boolean doubtful,
    LookupBy lookup,
    String account,
    String pool,
    String slotClass,
    int slots,
    JobId job,
    TenantId tenant,
    @Nullable UUID batch,
    int version,
    long fence,
    JobState jobState,
    boolean cancelRequested,
    Asset asset,
    Credits cost,
    @Nullable Credits reserved) {

  LaneKey lane() {
    return LaneKey.of(pool, slotClass, tenant, batch);
  }

  Credits reservedOrZero() {
    return reserved == null ? Credits.ZERO : reserved;
  }

  /** Locks the jobs, and answers those attempts that are still open under their fence. */
  static Future<Map<AttemptId, OpenAttempt>> lock(Statements transaction, List<AttemptRef> refs) {
    UUID[] jobs = Rows.column(refs, ref -> ref.job().value(), UUID[]::new);
    UUID[] attempts = Rows.column(refs, ref -> ref.id().value(), UUID[]::new);
    Long[] fences = Rows.column(refs, AttemptRef::fence, Long[]::new);
    transaction.execute(ChangeSql.LOCK_JOBS, Tuple.of(jobs, (Object) fences));
    return transaction
        .execute(ChangeSql.LOAD, Tuple.of(jobs, attempts, fences))
        .map(
            rows -> {
              Map<AttemptId, OpenAttempt> open = new HashMap<>();
              rows.forEach(row -> open.put(new AttemptId(row.getUUID("attempt")), read(row)));
              return open;
            });
  }

  private static OpenAttempt read(Row row) {
    return new OpenAttempt(
        new AttemptId(row.getUUID("attempt")),
        row.getInteger("number"),
        row.getString("attempt_state"),
        row.getBoolean("doubtful"),
        LookupBy.parse(row.getString("lookup")),
        row.getString("account_id"),
        row.getString("pool_id"),
        row.getString("slot_class"),
        row.getInteger("slots"),
        Rows.jobId(row, "job"),
        Rows.tenant(row, "tenant_id"),
        row.getUUID("batch_id"),
        row.getInteger("version"),
        row.getLong("fence"),
        JobState.parse(row.getString("state")),
        row.getBoolean("cancel_requested"),
        Asset.parse(row.getString("asset")),
        Rows.credits(row, "cost"),
        Rows.creditsOrNull(row, "reserved"));
  }
}
