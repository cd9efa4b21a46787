package dev.backlot.store;

/** What looks at the provider's bills have found. */
final class BillDaySql {
  private BillDaySql() {}

  private static final String DAY =
      """
      SELECT d.account_id, d.day, d.state, d.phase IS NOT NULL OR d.asked_at IS NOT NULL AS looking,
             d.looked_at, d.closed_at, d.pending, d.missing, d.unreadable,
             coalesce((SELECT json_agg(json_build_object(
                                'asset', s.asset, 'billed', s.billed::text, 'rows', s.rows,
                                'foreign', s.foreign_rows, 'drift', s.drift::text,
                                'loss', s.loss::text, 'missing', s.missing::text)
                              ORDER BY s.asset)
                         FROM reconciliation_sum s
                        WHERE s.account_id = d.account_id AND s.day = d.day), '[]') AS sums
        FROM reconciliation_day d""";

  /** $1 account or null, $2 from, $3 to, $4 and $5 day and account of the last one, $6 limit. */
  static final String DAYS =
      DAY
          + """

             WHERE ($1::text IS NULL OR d.account_id = $1::text) AND d.day BETWEEN $2 AND $3
               AND ($4::date IS NULL OR d.day < $4::date
                    OR d.day = $4::date AND d.account_id > $5::text)
             ORDER BY d.day DESC, d.account_id LIMIT $6""";

  /** $1 account, $2 day. */
  static final String ONE = DAY + " WHERE d.account_id = $1 AND d.day = $2";

  /** $1 account or null, $2 day or null, $3 kind or null, $4 before, $5 limit. */
  static final String ITEMS =
      """
      SELECT id, account_id, day, kind, task_id, asset, billed, booked, correction, house,
             attempt_id, job_id, at
        FROM reconciliation_item
       WHERE ($1::text IS NULL OR account_id = $1::text) AND ($2::date IS NULL OR day = $2::date)
         AND ($3::text IS NULL OR kind = $3::text) AND id < $4
       ORDER BY id DESC LIMIT $5""";

  /** $1 account, $2 day, $3 now. */
  static final String ASK =
      """
      INSERT INTO reconciliation_day (account_id, day, asked_at) VALUES ($1, $2, $3)
      ON CONFLICT (account_id, day) DO UPDATE SET asked_at = excluded.asked_at""";

  /** $1 looked after. */
  static final String DRIFT =
      """
      SELECT s.account_id, s.asset, sum(s.billed) AS billed, sum(s.apart + s.missing) AS apart
        FROM reconciliation_day d
        JOIN reconciliation_sum s ON s.account_id = d.account_id AND s.day = d.day
       WHERE d.looked_at > $1
       GROUP BY s.account_id, s.asset ORDER BY s.account_id, s.asset""";

  /** $1 sent before. */
  static final String UNDECIDED =
      """
      SELECT account_id, count(*)::int AS calls, min(sent_at) AS oldest FROM provider_call
       WHERE reconcile_mark = 'open' AND sent_at < $1
       GROUP BY account_id ORDER BY account_id""";

  static final String LAST_LOOKS =
      """
      SELECT account_id, max(looked_at) AS looked_at FROM reconciliation_day
       WHERE looked_at IS NOT NULL GROUP BY account_id ORDER BY account_id""";
}
