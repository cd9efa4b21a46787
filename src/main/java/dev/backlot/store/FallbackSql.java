package dev.backlot.store;

/** Jobs for which another model may be chosen. */
final class FallbackSql {
  private FallbackSql() {}

  /** By primary key, as all of {@link ChangeSql}. $1 jobs. */
  static final String CANDIDATES =
      """
      SELECT id, pool_id, kind, coalesce(requested_model, model) AS requested_model, model,
             input::text AS input, asset, cost, pinned ->> 'account' AS only_account
        FROM job
       WHERE id = ANY($1::uuid[]) AND fallback""";

  /**
   * One page of what is held for a reason; what waits for its batch besides is left out. $1 reason,
   * $2 the last of the page before or null, $3 limit.
   */
  static final String HELD =
      """
      SELECT id, pool_id, kind, coalesce(requested_model, model) AS requested_model, model,
             input::text AS input, asset, cost, pinned ->> 'account' AS only_account, fallback
        FROM job
       WHERE state = 'held' AND held_reason = $1 AND ($2::uuid IS NULL OR id > $2)
         AND (batch_id IS NULL OR (SELECT state FROM batch WHERE id = job.batch_id) = 'open')
       ORDER BY id LIMIT $3""";
}
