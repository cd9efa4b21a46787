package dev.backlot.store;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobState;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A waiting job of a batch, locked.
 *
 * @param reserved amount of its open reservation; null when there is none
 */
record MovableJob(
    JobId id,
    TenantId tenant,
    UUID batch,
    int version,
    JobState state,
    LaneKey lane,
    Asset asset,
    Credits cost,
    @Nullable Credits reserved,
    Instant startAt) {

  static MovableJob read(Row row) {
    return new MovableJob(
        Rows.jobId(row, "id"),
        Rows.tenant(row, "tenant_id"),
        row.getUUID("batch_id"),
        row.getInteger("version"),
        JobState.parse(row.getString("state")),
        LaneKey.of(
            row.getString("pool_id"),
            row.getString("slot_class"),
            Rows.tenant(row, "tenant_id"),
            row.getUUID("batch_id")),
        Asset.parse(row.getString("asset")),
        Rows.credits(row, "cost"),
        Rows.creditsOrNull(row, "reserved"),
        Rows.instant(row, "start_at"));
  }

  Credits reservedOrZero() {
    return reserved == null ? Credits.ZERO : reserved;
  }

  NewEvent event(JobState next, JsonObject facts) {
    return NewEvent.of(tenant, id, batch, version + 1, next, facts);
  }
}
