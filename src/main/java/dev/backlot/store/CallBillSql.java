package dev.backlot.store;

/** Calls that are answered at once, and their rows in the export. */
final class CallBillSql {
  private CallBillSql() {}

  /**
   * A page of rows of calls that no call has, and that were not booked as foreign. $1 account, $2
   * from, $3 until, $4 and $5 time or null and key of the last one before, $6 limit.
   */
  static final String ROWS =
      """
      SELECT task_id, key, call, asset, amount, at FROM reconciliation_row r
       WHERE account_id = $1 AND day BETWEEN ($2::timestamptz AT TIME ZONE 'UTC')::date
                                         AND ($3::timestamptz AT TIME ZONE 'UTC')::date
         AND at >= $2 AND at < $3 AND call IS NOT NULL AND call_id IS NULL
         AND ($4::timestamptz IS NULL OR (at, key) > ($4::timestamptz, $5::text))
         AND NOT EXISTS (SELECT 1 FROM reconciliation_item i
                          WHERE i.account_id = $1 AND i.task_id = r.task_id
                            AND i.correction IS NOT NULL)
       ORDER BY at, key LIMIT $6""";

  /**
   * A page of calls that have no row yet. In doubt is an unknown one that a row of a task that
   * nobody knows may be, or whose row may be on a day before that was not read. Those rows are few,
   * and looked for once: for each call anew it would be all rows of three days. $1 account, $2
   * from, $3 until, $4 the last id before, $5 an id behind that time, $6 tolerance in milliseconds,
   * $7 day, $8 limit.
   */
  static final String CALLS =
      """
      WITH strange AS MATERIALIZED (
        SELECT asset, amount, at FROM reconciliation_row
         WHERE account_id = $1 AND call IS NULL AND NOT known
           AND day BETWEEN $7::date - 1 AND $7::date + 1
      ), unread AS MATERIALIZED (
        SELECT day::timestamp AT TIME ZONE 'UTC' + interval '1 day' AS ends
          FROM reconciliation_day
         WHERE account_id = $1 AND day = $7::date - 1 AND looked_at IS NULL
      )
      SELECT c.id, c.tenant_id, c.call, c.asset, c.amount, coalesce(c.billed, c.settled) AS booked,
             c.state = 'unknown' AS unknown, c.provider_task_id, c.sent_at, c.closed_at,
             CASE WHEN c.state = 'unknown' THEN
               EXISTS (SELECT 1 FROM strange r
                        WHERE r.asset = c.asset AND r.amount = c.amount
                          AND r.at BETWEEN c.sent_at - $6::bigint * interval '1 millisecond'
                                       AND c.closed_at + $6::bigint * interval '1 millisecond')
               OR EXISTS (SELECT 1 FROM unread
                           WHERE c.sent_at - $6::bigint * interval '1 millisecond' < unread.ends)
               ELSE false END AS doubtful
        FROM provider_call c
       WHERE c.id > $4::uuid AND c.id < $5::uuid AND c.account_id = $1 AND c.amount > 0
         AND c.state IN ('succeeded', 'unknown') AND c.sent_at >= $2 AND c.sent_at < $3
         AND (c.reconcile_mark IS NULL OR c.reconcile_mark = 'open')
         AND NOT EXISTS (SELECT 1 FROM reconciliation_row r WHERE r.call_id = c.id)
       ORDER BY c.id LIMIT $8""";

  /** Of calls that have none, and were not given back. $1 account, $2 tasks, $3 keys, $4 calls. */
  static final String OWN =
      """
      UPDATE reconciliation_row r SET call_id = given.call
        FROM unnest($2::text[], $3::text[], $4::uuid[]) AS given(task, key, call)
       WHERE r.account_id = $1 AND r.task_id = given.task AND r.key = given.key
         AND r.call_id IS NULL
         AND NOT EXISTS (SELECT 1 FROM reconciliation_row o WHERE o.call_id = given.call)
         AND NOT EXISTS (SELECT 1 FROM provider_call c
                          WHERE c.id = given.call AND c.reconcile_mark = 'refunded')""";

  /** Behind {@link #OWN}. $1 calls. */
  static final String KEEP =
      """
      UPDATE provider_call c SET reconcile_mark = 'kept'
       WHERE id = ANY($1::uuid[]) AND reconcile_mark = 'open'
         AND EXISTS (SELECT 1 FROM reconciliation_row r WHERE r.call_id = c.id)""";

  /** Behind {@link ChangeSql#LOCK_BALANCES}. $1 calls, $2 now. */
  static final String REFUND =
      """
      WITH refunded AS (
        UPDATE provider_call c SET reconcile_mark = 'refunded', settled = 0
         WHERE id = ANY($1::uuid[]) AND reconcile_mark = 'open'
           AND NOT EXISTS (SELECT 1 FROM reconciliation_row r WHERE r.call_id = c.id)
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

  /** Keeps the day open. $1 account, $2 day, $3 now. */
  static final String LIST_UNDECIDED =
      """
      INSERT INTO reconciliation_item (account_id, day, kind, task_id, at)
      VALUES ($1, $2, 'pending', '', $3)""";
}
