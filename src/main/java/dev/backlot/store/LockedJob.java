package dev.backlot.store;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.JobState;
import dev.backlot.domain.job.PlannedAttempt;
import dev.backlot.domain.job.QueuedJob;
import dev.backlot.port.Dispatches.Claimed;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A queued job that a claim has locked. */
record LockedJob(
    QueuedJob queued,
    TenantId tenant,
    @Nullable UUID batch,
    int version,
    long fence,
    Instant acceptedAt,
    Credits cost,
    @Nullable Instant expiresAt) {

  /** A row of {@link ClaimSql#LOCK_HEADS} with a job in it. */
  static LockedJob read(Row row) {
    return new LockedJob(
        Rows.queuedJob(row),
        Rows.tenant(row, "tenant_id"),
        row.getUUID("batch_id"),
        row.getInteger("version"),
        row.getLong("fence"),
        Rows.instant(row, "accepted_at"),
        Rows.credits(row, "cost"),
        Rows.instantOrNull(row, "expires_at"));
  }

  LaneKey lane() {
    return LaneKey.of(queued.pool(), queued.slotClass(), tenant, batch);
  }

  boolean hasExpired(Instant now) {
    return expiresAt != null && !expiresAt.isAfter(now);
  }

  NewEvent submitting() {
    return NewEvent.of(
        tenant, queued.id(), batch, version + 1, JobState.SUBMITTING, new JsonObject());
  }

  /** The attempt under the fence that the claim gives to the job. */
  Claimed claimed(PlannedAttempt plan) {
    AttemptRef ref =
        new AttemptRef(
            plan.id(),
            plan.job(),
            tenant,
            fence + 1,
            plan.account(),
            plan.path(),
            plan.externalId());
    return new Claimed(ref, plan, acceptedAt, queued.attempts());
  }
}
