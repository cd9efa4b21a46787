package dev.backlot.store;

/** How jobs have ended, read from the end of the log. */
final class OutcomeSql {
  private OutcomeSql() {}

  /** $1 from, $2 most events. */
  static final String SINCE =
      """
      SELECT date_bin('10 seconds', at, 'epoch') AS bin, data->'error'->>'code' AS code,
             count(*)::int AS jobs
        FROM (SELECT at, type, data FROM event ORDER BY position DESC LIMIT $2) AS newest
       WHERE at >= $1 AND type IN ('job.succeeded', 'job.failed')
       GROUP BY 1, 2
       ORDER BY 1, 2""";
}
