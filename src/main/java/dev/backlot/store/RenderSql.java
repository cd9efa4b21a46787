package dev.backlot.store;

/** Measured render times, one row for each level. */
final class RenderSql {
  private RenderSql() {}

  /** $1 limit. */
  static final String LOAD =
      "SELECT level, weights FROM render_time ORDER BY changed_at DESC, level LIMIT $1";

  /**
   * Adds bucket by bucket. Beyond $4 in all, everything is scaled down to half of that, so that
   * older tasks fade. $1 level, $2 weights, $3 now, $4 most weight.
   */
  static final String ADD =
      """
      INSERT INTO render_time AS kept (level, weights, changed_at) VALUES ($1, $2, $3)
      ON CONFLICT (level) DO UPDATE
         SET changed_at = greatest(kept.changed_at, excluded.changed_at),
             weights = (
               SELECT array_agg(CASE WHEN summed.total > $4::float8
                                     THEN summed.weight * $4::float8 / (2 * summed.total)
                                     ELSE summed.weight END ORDER BY summed.bucket)
                 FROM (SELECT each.bucket, each.old + each.new AS weight,
                              sum(each.old + each.new) OVER () AS total
                         FROM unnest(kept.weights, excluded.weights) WITH ORDINALITY
                              AS each(old, new, bucket)) AS summed)""";

  /** $1 levels that stay. */
  static final String FORGET =
      """
      DELETE FROM render_time
       WHERE level IN (SELECT level FROM render_time ORDER BY changed_at DESC, level OFFSET $1)""";
}
