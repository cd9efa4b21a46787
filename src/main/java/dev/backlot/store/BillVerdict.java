package dev.backlot.store;

import dev.backlot.domain.bill.Finding;
import dev.backlot.domain.bill.Matching;
import dev.backlot.domain.bill.OurTask;
import dev.backlot.domain.bill.TaskBill;
import dev.backlot.domain.bill.Verdict;
import dev.backlot.domain.credit.Asset;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What follows for one task and asset, together with its row.
 *
 * @param isOnDay the export has a row of the task on the day that is looked at
 */
record BillVerdict(TaskBill task, Verdict verdict, boolean isOnDay) {

  static BillVerdict of(Row row, Instant listedBy) {
    TaskBill task =
        new TaskBill(
            row.getString("task_id"),
            Asset.parse(row.getString("asset")),
            Rows.credits(row, "billed"),
            row.getInteger("rows"),
            row.getBoolean("listed"),
            row.getBoolean("ours") ? ours(row) : null,
            Rows.credits(row, "corrected"),
            row.getInteger("corrections"));
    return new BillVerdict(task, Matching.judge(task, listedBy), row.getBoolean("on_day"));
  }

  /** An orphan that has not ended may not know its asset yet: that of its rows does as well. */
  private static OurTask ours(Row row) {
    String asset = row.getString("our_asset");
    return new OurTask(
        row.getUUID("attempt_id"),
        row.getUUID("job_id"),
        Asset.parse(asset == null ? row.getString("asset") : asset),
        row.getBoolean("open"),
        row.getBoolean("paid"),
        Rows.credits(row, "booked"),
        Rows.instantOrNull(row, "closed_at"));
  }

  boolean isKnown() {
    return task.ours() != null;
  }

  /** What is only listed is listed by one day: that of its rows or, without any, of its end. */
  boolean isListedBy(LocalDate day) {
    return verdict instanceof Verdict.Listed listed
        && (listed.finding() == Finding.MISSING ? day.equals(closedOn()) : isOnDay);
  }

  private @Nullable LocalDate closedOn() {
    Instant closedAt = Objects.requireNonNull(task.ours()).closedAt();
    return closedAt == null ? null : LocalDate.ofInstant(closedAt, ZoneOffset.UTC);
  }

  Verdict.Correction correction() {
    return (Verdict.Correction) verdict;
  }

  Verdict.Listed listed() {
    return (Verdict.Listed) verdict;
  }

  @Nullable UUID attempt() {
    return task.ours() == null ? null : task.ours().attempt();
  }

  @Nullable UUID job() {
    return task.ours() == null ? null : task.ours().job();
  }
}
