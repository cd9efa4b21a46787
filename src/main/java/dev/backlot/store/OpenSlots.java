package dev.backlot.store;

import dev.backlot.domain.job.FreeSlots;
import io.vertx.sqlclient.Row;

/**
 * Slots that a claim has locked.
 *
 * @param ceiling slots that there are, free or not
 */
record OpenSlots(FreeSlots free, int ceiling) {

  /** A row of {@link SlotSql#LOCK_FREE}. */
  static OpenSlots read(Row row) {
    FreeSlots free =
        new FreeSlots(
            row.getString("pool_id"),
            row.getString("account_id"),
            row.getString("slot_class"),
            row.getInteger("free"));
    return new OpenSlots(free, row.getInteger("ceiling"));
  }

  boolean areOfClassOf(LockedJob job) {
    return free.pool().equals(job.queued().pool())
        && free.slotClass().equals(job.queued().slotClass());
  }
}
