package dev.backlot.store;

/** Tasks at the provider, with what the export and the books say of each in each asset. */
final class BillMatchSql {
  private BillMatchSql() {}

  /**
   * What was booked for an attempt when it ended; the audit of the ledger counts in the same way.
   * With it an orphan of the same task, which has a bill of its own. $1 account, $2 attempts, $3
   * day.
   */
  static final String OF_ATTEMPTS =
      withSums(
          """
          SELECT t.task_id, t.id AS attempt_id, t.job_id, true AS ours, j.asset AS our_asset,
                 t.closed_at IS NULL OR (o.id IS NOT NULL AND o.closed_at IS NULL) AS open,
                 r.job_id IS NOT NULL AS paid,
                 coalesce(t.deduction, r.settled,
                          CASE WHEN t.detached AND t.state = 'succeeded' THEN j.cost END, 0)
                   + coalesce(o.billed, 0) AS booked,
                 t.closed_at
            FROM attempt t
            JOIN job j ON j.id = t.job_id
            LEFT JOIN reservation r
              ON r.job_id = t.job_id AND r.outcome = 'settled' AND t.state = 'succeeded'
             AND NOT t.detached
            LEFT JOIN orphan o ON o.account_id = t.account_id AND o.task_id = t.task_id
           WHERE t.id = ANY($2::uuid[]) AND t.account_id = $1 AND t.task_id IS NOT NULL""");

  /** $1 account, $2 tasks, $3 day. */
  static final String OF_OTHERS =
      withSums(
          """
          SELECT given.id AS task_id, o.attempt_id, o.job_id, o.id IS NOT NULL AS ours,
                 o.asset AS our_asset, o.id IS NOT NULL AND o.closed_at IS NULL AS open,
                 false AS paid, coalesce(o.billed, 0) AS booked, o.closed_at
            FROM unnest($2::text[]) AS given(id)
            LEFT JOIN orphan o ON o.account_id = $1 AND o.task_id = given.id""");

  private static String withSums(String tasks) {
    return """
        WITH task AS MATERIALIZED (
        %s)
        SELECT task.*, s.*,
               EXISTS (SELECT 1 FROM reconciliation_row r
                        WHERE r.account_id = $1 AND r.task_id = task.task_id) AS listed,
               EXISTS (SELECT 1 FROM reconciliation_row r
                        WHERE r.account_id = $1 AND r.task_id = task.task_id
                          AND r.day = $3::date) AS on_day
          FROM task
         CROSS JOIN LATERAL (
               SELECT asset, sum(billed) AS billed, sum(rows)::int AS rows,
                      sum(corrected) AS corrected, sum(corrections)::int AS corrections
                 FROM (SELECT asset, amount AS billed, 1 AS rows, 0 AS corrected, 0 AS corrections
                         FROM reconciliation_row r
                        WHERE r.account_id = $1 AND r.task_id = task.task_id
                       UNION ALL
                       SELECT asset, 0, 0, correction, 1 FROM reconciliation_item i
                        WHERE i.account_id = $1 AND i.task_id = task.task_id
                          AND i.correction IS NOT NULL
                       UNION ALL
                       SELECT task.our_asset, 0, 0, 0, 0 WHERE task.our_asset IS NOT NULL) AS part
                GROUP BY asset) AS s"""
        .formatted(tasks);
  }
}
