package dev.backlot.store;

import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.TaskReport;
import dev.backlot.port.Strays.End;
import dev.backlot.port.Strays.Kind;
import io.vertx.sqlclient.Row;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The end of a stray, together with its row, which is locked.
 *
 * @param asset of its bill
 * @param estimate what its job was to cost; null without a job
 * @param held the slots of a detached attempt; null for an orphan, which holds none here
 */
record StrayEnd(
    End end,
    UUID id,
    @Nullable UUID job,
    Asset asset,
    @Nullable Credits estimate,
    @Nullable Held held) {
  private static final String IMAGE = "image";

  record Held(SlotChanges.Place place, LaneKey lane, int slots) {}

  static StrayEnd of(End end, Row row) {
    String asset = row.getString("asset");
    return new StrayEnd(
        end,
        row.getUUID("id"),
        row.getUUID("job_id"),
        asset == null ? byOutputs(end) : Asset.parse(asset),
        Rows.creditsOrNull(row, "estimate"),
        end.stray().kind() == Kind.DETACHED ? held(row) : null);
  }

  private static Held held(Row row) {
    return new Held(
        new SlotChanges.Place(row.getString("account_id"), row.getString("slot_class")),
        LaneKey.of(
            row.getString("pool_id"),
            row.getString("slot_class"),
            Rows.tenant(row, "tenant_id"),
            row.getUUID("batch_id")),
        row.getInteger("slots"));
  }

  Kind kind() {
    return end.stray().kind();
  }

  /** An orphan's loss names its job alone: what guards it against being booked twice is its row. */
  @Nullable UUID attempt() {
    return kind() == Kind.DETACHED ? id : null;
  }

  /** An attempt that was forgotten has failed, as far as anybody will ever know. */
  String attemptState() {
    return state().equals("succeeded") ? "succeeded" : "failed";
  }

  String state() {
    if (end instanceof End.Reported reported) {
      return reported.report() instanceof TaskReport.Succeeded ? "succeeded" : "failed";
    }
    return "forgotten";
  }

  @Nullable Credits deduction() {
    if (!(end instanceof End.Reported reported)) {
      return null;
    }
    return reported.report() instanceof TaskReport.Succeeded succeeded
        ? succeeded.deduction()
        : reported.report() instanceof TaskReport.Failed failed ? failed.deduction() : null;
  }

  @Nullable String raw() {
    if (!(end instanceof End.Reported reported)) {
      return null;
    }
    return reported.report() instanceof TaskReport.Succeeded succeeded
        ? succeeded.raw()
        : reported.report() instanceof TaskReport.Failed failed ? failed.raw() : null;
  }

  /** Null when there is no bill, or nobody knows of how much. */
  @Nullable Credits billed() {
    Credits named = deduction();
    return named == null && state().equals("succeeded") ? estimate : named;
  }

  Credits loss() {
    Credits billed = billed();
    return billed == null ? Credits.ZERO : billed;
  }

  /** Of a task that no job of ours knows. What made nothing, and costs all the same, is a clip. */
  private static Asset byOutputs(End end) {
    boolean images =
        end instanceof End.Reported reported
            && reported.report() instanceof TaskReport.Succeeded succeeded
            && succeeded.outputs().stream().anyMatch(output -> output.type().equals(IMAGE));
    return images ? Asset.IMAGE_UNIT : Asset.VIDEO_UNIT;
  }
}
