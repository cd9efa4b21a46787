package dev.backlot.store;

/** Weights and limits of tenants. */
final class ShareSql {
  private ShareSql() {}

  /** $1 tenant. */
  static final String FIND = "SELECT weight, max_in_flight FROM tenant WHERE id = $1";

  /** $1 tenant, $2 weight, $3 limit or null. */
  static final String CHANGE = "UPDATE tenant SET weight = $2, max_in_flight = $3 WHERE id = $1";

  /** In the order that all transactions keep. $1 tenant. */
  static final String LOCK_LANES =
      """
      SELECT 1 FROM lane WHERE tenant_id = $1
       ORDER BY pool_id, slot_class, tenant_id
         FOR NO KEY UPDATE""";

  /**
   * A lane that could not run comes in at the current virtual time. $1 tenant, $2 limit or null.
   */
  static final String LIMIT_LANES =
      """
      UPDATE lane
         SET max_in_flight = $2,
             tag = CASE WHEN lane.runnable THEN lane.tag
               ELSE greatest(lane.tag, (SELECT virtual_time FROM lane_clock c
                                         WHERE c.pool_id = lane.pool_id
                                           AND c.slot_class = lane.slot_class)) END
       WHERE tenant_id = $1""";
}
