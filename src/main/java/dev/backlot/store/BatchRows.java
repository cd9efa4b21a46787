package dev.backlot.store;

import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.batch.BatchId;
import dev.backlot.domain.batch.BatchLine;
import dev.backlot.domain.batch.BatchProgress;
import dev.backlot.domain.batch.BatchProgress.Totals;
import dev.backlot.domain.batch.BatchState;
import dev.backlot.domain.batch.BatchTerms;
import dev.backlot.domain.batch.JobBatch;
import dev.backlot.domain.batch.RefusedItem;
import dev.backlot.domain.batch.SpendCap;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.JobError;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobState;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Rows of {@link BatchSql}, and what its columns hold. */
final class BatchRows {
  private BatchRows() {}

  static JobBatch batch(Row row) {
    return new JobBatch(
        new BatchId(row.getUUID("id")),
        Rows.tenant(row, "tenant_id"),
        new BatchTerms(
            row.getString("name"),
            row.getInteger("weight"),
            row.getInteger("max_in_flight"),
            cap(row.getString("spend_cap"))),
        BatchState.parse(row.getString("state")),
        row.getInteger("items"),
        row.getInteger("refused_items"),
        Rows.instant(row, "created_at"),
        Rows.instant(row, "updated_at"));
  }

  private static SpendCap cap(String text) {
    Map<Asset, Credits> amounts = new EnumMap<>(Asset.class);
    new JsonObject(text)
        .forEach(
            each ->
                amounts.put(
                    Asset.parse(each.getKey()), Credits.of(String.valueOf(each.getValue()))));
    return new SpendCap(amounts);
  }

  static String text(SpendCap cap) {
    JsonObject amounts = new JsonObject();
    cap.amounts().forEach((asset, amount) -> amounts.put(asset.text(), amount.toString()));
    return amounts.encode();
  }

  static String text(List<RefusedItem> refused) {
    JsonArray items = new JsonArray();
    for (RefusedItem each : refused) {
      items.add(
          new JsonObject()
              .put("item", each.item())
              .put("code", each.code().number())
              .put("field", each.field())
              .put("detail", each.detail()));
    }
    return items.encode();
  }

  static List<RefusedItem> refused(String text) {
    return new JsonArray(text)
        .stream().map(JsonObject.class::cast).map(BatchRows::refusedItem).toList();
  }

  private static RefusedItem refusedItem(JsonObject item) {
    return new RefusedItem(
        item.getInteger("item"),
        Rows.errorCode(item.getInteger("code")),
        item.getString("field"),
        item.getString("detail"));
  }

  static BatchLine line(Row row) {
    UUID retryOf = row.getUUID("retry_of");
    return new BatchLine(
        row.getInteger("batch_item"),
        Rows.jobId(row, "id"),
        row.getString("kind"),
        row.getString("model"),
        JobState.parse(row.getString("state")),
        row.getString("held_reason"),
        row.getString("metadata"),
        Asset.parse(row.getString("asset")),
        Rows.credits(row, "cost"),
        Rows.creditsOrNull(row, "charged"),
        error(row),
        Rows.outputs(row.getString("outputs")),
        row.getInteger("attempts"),
        retryOf == null ? null : new JobId(retryOf),
        Rows.instant(row, "updated_at"),
        Rows.instantOrNull(row, "ended_at"));
  }

  private static @Nullable JobError error(Row row) {
    Integer number = row.getInteger("error_number");
    if (number == null) {
      return null;
    }
    ErrorCode code = Rows.errorCode(number);
    String detail = row.getString("error_detail");
    return new JobError(code, detail == null ? "" : detail);
  }

  /** Rows of {@link BatchSql#PROGRESS}: one for each state and asset. */
  static BatchProgress progress(Iterable<Row> rows) {
    Map<JobState, Long> counts = new EnumMap<>(JobState.class);
    Map<Asset, Totals> totals = new EnumMap<>(Asset.class);
    for (Row row : rows) {
      long jobs = row.getLong("jobs");
      if (jobs > 0) {
        counts.merge(JobState.parse(row.getString("state")), jobs, Long::sum);
      }
      Totals part =
          new Totals(
              Asset.parse(row.getString("asset")),
              Rows.credits(row, "cost"),
              Rows.credits(row, "charged"),
              Rows.credits(row, "reserved"));
      totals.merge(part.asset(), part, BatchRows::sum);
    }
    return new BatchProgress(counts, new ArrayList<>(totals.values()));
  }

  private static Totals sum(Totals one, Totals other) {
    return new Totals(
        one.asset(),
        one.cost().plus(other.cost()),
        one.charged().plus(other.charged()),
        one.reserved().plus(other.reserved()));
  }

  /** Rows with an asset and an amount in this column. */
  static Map<Asset, Credits> amounts(Iterable<Row> rows, String column) {
    Map<Asset, Credits> amounts = new EnumMap<>(Asset.class);
    rows.forEach(
        row -> amounts.put(Asset.parse(row.getString("asset")), Rows.credits(row, column)));
    return amounts;
  }
}
