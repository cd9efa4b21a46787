package dev.backlot.store;

/** Calls that are answered at once, and their rows in the export. */
final class CallBillSql {
  private CallBillSql() {}

  /**
   * Rows of calls that no call has, and that were not booked as foreign. $1 account, $2 from, $3
   * until, $4 limit.
   */
  static final String ROWS =
      """
      SELECT task_id, key, call, asset, amount, at, day FROM reconciliation_row r
       WHERE account_id = $1 AND day BETWEEN ($2::timestamptz AT TIME ZONE 'UTC')::date
                                         AND ($3::timestamptz AT TIME ZONE 'UTC')::date
         AND at >= $2 AND at < $3 AND call IS NOT NULL AND call_id IS NULL
         AND NOT EXISTS (SELECT 1 FROM reconciliation_item i
                          WHERE i.account_id = $1 AND i.task_id = r.task_id
                            AND i.correction IS NOT NULL)
       ORDER BY at, key LIMIT $4""";

  /**
   * Calls of a day that have no row yet. In doubt is one that a row of a task that nobody knows may
   * be, or whose row may be on a day before that was not read. Those rows are few, and looked for
   * once: for each call anew it would be all rows of three days. $1 account, $2 from, $3 until, $4
   * and $5 ids made in that time, $6 tolerance in milliseconds, $7 the day before, $8 limit.
   */
  static final String CALLS =
      """
      WITH strange AS MATERIALIZED (
        SELECT asset, amount, at FROM reconciliation_row
         WHERE account_id = $1 AND call IS NULL AND NOT known
           AND day BETWEEN $7::date AND $7::date + 2
      )
      SELECT c.id, c.tenant_id, c.call, c.asset, c.amount, coalesce(c.billed, c.settled) AS booked,
             c.state = 'unknown' AS unknown, c.provider_task_id, c.sent_at, c.closed_at,
             EXISTS (SELECT 1 FROM strange r
                      WHERE r.asset = c.asset AND r.amount = c.amount
                        AND r.at BETWEEN c.sent_at - $6::bigint * interval '1 millisecond'
                                     AND c.closed_at + $6::bigint * interval '1 millisecond')
               OR c.sent_at - $6::bigint * interval '1 millisecond' < $2
                  AND EXISTS (SELECT 1 FROM reconciliation_day d
                               WHERE d.account_id = $1 AND d.day = $7::date
                                 AND d.looked_at IS NULL) AS doubtful
        FROM provider_call c
       WHERE c.id >= $4::uuid AND c.id < $5::uuid AND c.account_id = $1 AND c.amount > 0
         AND c.state IN ('succeeded', 'unknown') AND c.sent_at >= $2 AND c.sent_at < $3
         AND (c.reconcile_mark IS NULL OR c.reconcile_mark = 'open')
         AND NOT EXISTS (SELECT 1 FROM reconciliation_row r WHERE r.call_id = c.id)
       ORDER BY c.sent_at, c.id LIMIT $8""";

  /** $1 account, $2 tasks, $3 keys, $4 calls. */
  static final String OWN =
      """
      UPDATE reconciliation_row r SET call_id = given.call
        FROM unnest($2::text[], $3::text[], $4::uuid[]) AS given(task, key, call)
       WHERE r.account_id = $1 AND r.task_id = given.task AND r.key = given.key
         AND r.call_id IS NULL""";

  /** $1 calls. */
  static final String KEEP =
      """
      UPDATE provider_call SET reconcile_mark = 'kept'
       WHERE id = ANY($1::uuid[]) AND reconcile_mark = 'open'""";

  /** Behind {@link ChangeSql#LOCK_BALANCES}. $1 calls, $2 now. */
  static final String REFUND =
      """
      WITH refunded AS (
        UPDATE provider_call SET reconcile_mark = 'refunded', settled = 0
         WHERE id = ANY($1::uuid[]) AND reconcile_mark = 'open'
        RETURNING id, tenant_id, asset, amount
      ), moved AS (
        INSERT INTO transfer (kind, debit_account, credit_account, asset, amount, call_id, at)
        SELECT 'refund', b.spent_account, b.available_account, r.asset, r.amount, r.id,
               $2::timestamptz
          FROM refunded r JOIN balance b ON b.tenant_id = r.tenant_id AND b.asset = r.asset
      )
      UPDATE balance b SET spent = b.spent - s.amount, available = b.available + s.amount
        FROM (SELECT tenant_id, asset, sum(amount) AS amount FROM refunded
               GROUP BY tenant_id, asset) AS s
       WHERE b.tenant_id = s.tenant_id AND b.asset = s.asset""";
}
