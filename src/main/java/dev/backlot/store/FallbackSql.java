package dev.backlot.store;

/** Jobs for which another model may be chosen. */
final class FallbackSql {
  private FallbackSql() {}

  /** By primary key, as all of {@link ChangeSql}. $1 jobs. */
  static final String CANDIDATES =
      """
      SELECT id, pool_id, kind, coalesce(requested_model, model) AS requested_model, model,
             input::text AS input, asset, cost
        FROM job
       WHERE id = ANY($1::uuid[]) AND fallback""";
}
