package dev.backlot.store;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.HeldReason;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobState;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A queued or held job that a transaction has locked.
 *
 * @param heldReason null unless it is held
 * @param ripeAt when it is looked at again: not before it may start, nor before its last pause ends
 */
record WaitingJob(
    JobId id,
    TenantId tenant,
    @Nullable UUID batch,
    LaneKey lane,
    int version,
    JobState state,
    @Nullable String heldReason,
    Asset asset,
    Credits cost,
    Instant ripeAt) {

  /** What its batch has not let in yet has no reservation; all others that wait have one. */
  boolean isPaid() {
    return !HeldReason.SPEND_CAP.equals(heldReason);
  }

  /** A row of the locks of {@link WaitingSql}, or of those of {@link BatchSql}. */
  static WaitingJob read(Row row) {
    TenantId tenant = Rows.tenant(row, "tenant_id");
    UUID batch = row.getUUID("batch_id");
    return new WaitingJob(
        Rows.jobId(row, "id"),
        tenant,
        batch,
        LaneKey.of(row.getString("pool_id"), row.getString("slot_class"), tenant, batch),
        row.getInteger("version"),
        JobState.parse(row.getString("state")),
        row.getString("held_reason"),
        Asset.parse(row.getString("asset")),
        Rows.credits(row, "cost"),
        Rows.instant(row, "ripe_at"));
  }
}
