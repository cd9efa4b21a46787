package dev.backlot.store;

import dev.backlot.domain.schedule.FairShare.Candidate;
import io.vertx.sqlclient.Row;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A lane that a claim has locked, with one of its first jobs.
 *
 * @param lane of the batch where there is one that may run, else of the tenant
 * @param left slots that the tenant may still take; null without a limit
 * @param batchLeft slots that the batch may still take; null without a limit
 * @param job null when there is nothing to run
 */
record LaneHead(
    LaneKey lane,
    double tag,
    int weight,
    @Nullable Integer left,
    double batchTag,
    int batchWeight,
    @Nullable Integer batchLeft,
    @Nullable LockedJob job) {

  /** A row of {@link ClaimSql#LOCK_HEADS}. */
  static LaneHead read(Row row) {
    LaneKey lane =
        LaneKey.of(
            row.getString("lane_pool"),
            row.getString("lane_class"),
            Rows.tenant(row, "lane_tenant"),
            row.getUUID("lane_batch"));
    boolean hasBatch = row.getUUID("lane_batch") != null;
    return new LaneHead(
        lane,
        row.getDouble("lane_tag"),
        row.getInteger("lane_weight"),
        row.getInteger("lane_left"),
        hasBatch ? row.getDouble("batch_tag") : 0,
        hasBatch ? row.getInteger("batch_weight") : 1,
        row.getInteger("batch_left"),
        row.getUUID("id") == null ? null : LockedJob.read(row));
  }

  /** The same lane with another of its jobs. */
  LaneHead with(LockedJob other) {
    return new LaneHead(lane, tag, weight, left, batchTag, batchWeight, batchLeft, other);
  }

  boolean isEmpty() {
    return job == null;
  }

  Candidate<LaneHead, LaneKey, LaneKey> candidate() {
    return new Candidate<>(
        this,
        lane.ofTenant(),
        tag,
        weight,
        lane,
        batchTag,
        batchWeight,
        locked().cost().value().doubleValue());
  }

  /** To be asked only when there is one. */
  LockedJob locked() {
    return Objects.requireNonNull(job);
  }
}
