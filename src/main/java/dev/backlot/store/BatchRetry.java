package dev.backlot.store;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.input.Parts;
import dev.backlot.domain.job.BatchItem;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.Submission;
import dev.backlot.domain.job.Terms;
import dev.backlot.domain.job.TimeoutPolicy;
import dev.backlot.domain.job.Uses;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * Makes the job that repeats a failed one: the same work with the model that was asked for, at the
 * price that was agreed, under a new id.
 */
final class BatchRetry {
  private BatchRetry() {}

  /**
   * What was said of its times belonged to the first: a start that has passed is now, and an expiry
   * would end it at once.
   *
   * @param row of {@link BatchSql#TO_RETRY}
   * @param keyId the API key that asks for it
   */
  static Submission again(
      Row row, TenantId tenant, UUID batch, UUID id, String keyId, Instant now) {
    String onTimeout = row.getString("on_timeout");
    Duration ahead =
        Duration.between(Rows.instant(row, "sort_key"), Rows.instant(row, "accepted_at"));
    return new Submission(
        new JobId(id),
        tenant,
        keyId,
        row.getString("kind"),
        row.getString("model"),
        row.getString("input"),
        row.getString("metadata"),
        row.getInteger("priority"),
        row.getString("pool_id"),
        row.getString("slot_class"),
        row.getInteger("slots"),
        now,
        now.minus(ahead),
        Asset.parse(row.getString("asset")),
        Rows.credits(row, "cost"),
        row.getString("price_version"),
        eventData(row),
        null,
        Parts.NONE,
        new Terms(
                null,
                null,
                row.getBoolean("fallback"),
                onTimeout == null ? null : TimeoutPolicy.parse(onTimeout),
                new BatchItem(batch, row.getInteger("batch_item")))
            .using(new Uses(List.of(), Rows.pinned(row.getString("pinned")))),
        row.getString("mode"),
        row.getInteger("seconds"));
  }

  private static String eventData(Row row) {
    return new JsonObject()
        .put("state", "queued")
        .put("version", 1)
        .put("kind", row.getString("kind"))
        .put("model", row.getString("model"))
        .put("cost", Rows.credits(row, "cost").toString())
        .put("retry_of", row.getUUID("id").toString())
        .encode();
  }
}
