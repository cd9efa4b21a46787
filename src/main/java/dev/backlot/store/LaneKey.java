package dev.backlot.store;

import dev.backlot.domain.access.TenantId;
import java.util.Comparator;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A place in the fair share: a tenant's lane of one class, and the batch below it.
 *
 * @param batch {@link #NO_BATCH} for jobs of their own
 */
record LaneKey(String pool, String slotClass, TenantId tenant, UUID batch)
    implements Comparable<LaneKey> {
  static final UUID NO_BATCH = new UUID(0, 0);

  private static final Comparator<LaneKey> ORDER =
      Comparator.comparing(LaneKey::pool)
          .thenComparing(LaneKey::slotClass)
          .thenComparing(LaneKey::tenant)
          .thenComparing(LaneKey::batch);

  static LaneKey of(String pool, String slotClass, TenantId tenant, @Nullable UUID batch) {
    return new LaneKey(pool, slotClass, tenant, batch == null ? NO_BATCH : batch);
  }

  /** The key of the tenant's lane alone: that of all its batches. */
  LaneKey ofTenant() {
    return new LaneKey(pool, slotClass, tenant, NO_BATCH);
  }

  @Override
  public int compareTo(LaneKey other) {
    return ORDER.compare(this, other);
  }
}
