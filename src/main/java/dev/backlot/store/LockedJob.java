package dev.backlot.store;

import dev.backlot.domain.access.TenantId;
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
    Instant acceptedAt) {

  /** A row of {@link DispatchSql#LOCK_QUEUED}. */
  static LockedJob read(Row row) {
    QueuedJob queued =
        new QueuedJob(
            Rows.jobId(row, "id"),
            row.getString("kind"),
            row.getString("model"),
            row.getString("pool_id"),
            row.getString("slot_class"),
            row.getInteger("slots"),
            row.getString("input"),
            row.getInteger("attempts"));
    return new LockedJob(
        queued,
        Rows.tenant(row, "tenant_id"),
        row.getUUID("batch_id"),
        row.getInteger("version"),
        row.getLong("fence"),
        Rows.instant(row, "accepted_at"));
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
