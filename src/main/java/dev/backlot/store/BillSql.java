package dev.backlot.store;

/** Looks at the provider's bills: days, rows as they are read, and what differs. */
final class BillSql {
  private BillSql() {}

  static final String INSTALLED_AT = "SELECT created_at FROM installation";

  /** The row of the account's duty while it is ours. $1 account, $2 node, $3 epoch. */
  private static final String HOLDER =
      """
      holder AS MATERIALIZED (
        SELECT 1 FROM duty
         WHERE name = 'reconciliation/' || $1::text AND owner = $2::uuid AND epoch = $3::bigint
           AND expires_at > backlot_now()
           FOR SHARE)""";

  /** $1 account, $2 first day, $3 last day. */
  static final String OPEN_DAYS =
      """
      INSERT INTO reconciliation_day (account_id, day)
      SELECT $1::text, day::date FROM generate_series($2::date, $3::date, interval '1 day') AS day
      ON CONFLICT DO NOTHING""";

  /**
   * A look that was left comes first, then what an operator asked for, then the oldest day. $1
   * account, $2 node, $3 epoch, $4 last day, $5 looked before, $6 stale, $7 now.
   */
  static final String NEXT =
      """
      WITH %s,
      due AS MATERIALIZED (
        SELECT account_id, day, phase IS NULL OR begun_at < $6 AS fresh FROM reconciliation_day
         WHERE account_id = $1 AND EXISTS (SELECT 1 FROM holder)
           AND (phase IS NOT NULL OR asked_at IS NOT NULL
                OR state = 'open' AND day <= $4::date
                   AND (begun_at IS NULL OR begun_at <= $5))
         ORDER BY (phase IS NULL), (asked_at IS NULL), day LIMIT 1
           FOR UPDATE)
      UPDATE reconciliation_day d
         SET look = d.look + 1,
             phase = CASE WHEN due.fresh THEN 'package' ELSE d.phase END,
             cursor = CASE WHEN due.fresh THEN NULL ELSE d.cursor END,
             begun_at = CASE WHEN due.fresh THEN $7 ELSE d.begun_at END,
             asked_at = CASE WHEN due.fresh THEN NULL ELSE d.asked_at END
        FROM due
       WHERE d.account_id = due.account_id AND d.day = due.day
      RETURNING d.account_id, d.day, d.look, d.phase, d.cursor, d.begun_at"""
          .formatted(HOLDER);

  /**
   * The look, while it and the duty are ours. A row comes back, and stays locked. $1 account, $2
   * node, $3 epoch, $4 day, $5 number of the look.
   */
  static final String HOLD =
      """
      WITH %s
      SELECT 1 AS held FROM reconciliation_day
       WHERE account_id = $1 AND day = $4 AND look = $5 AND phase IS NOT NULL
         AND EXISTS (SELECT 1 FROM holder)
         FOR UPDATE"""
          .formatted(HOLDER);

  /**
   * Rows of calls are nobody's task, and known as such. $1 account, $2 tasks, $3 keys, $4 times, $5
   * assets, $6 amounts, $7 calls, or empty.
   */
  static final String KEEP_ROWS =
      """
      INSERT INTO reconciliation_row (account_id, task_id, key, day, at, asset, amount, call, known)
      SELECT $1, given.task, given.key, (given.at AT TIME ZONE 'UTC')::date, given.at, given.asset,
             given.amount, nullif(given.call, ''), given.call <> ''
        FROM unnest($2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::numeric[],
                    $7::text[])
             AS given(task, key, at, asset, amount, call)
      ON CONFLICT DO NOTHING""";

  /** $1 account, $2 day, $3 tasks, $4 keys, $5 now. */
  static final String LIST_UNREADABLE =
      """
      INSERT INTO reconciliation_item (account_id, day, kind, task_id, key, at)
      SELECT $1, $2, 'unreadable', given.task, given.key, $5
        FROM unnest($3::text[], $4::text[]) AS given(task, key)
      ON CONFLICT DO NOTHING""";

  /** $1 account, $2 day, $3 phase, $4 cursor. */
  static final String MOVE_ON =
      "UPDATE reconciliation_day SET phase = $3, cursor = $4 WHERE account_id = $1 AND day = $2";

  /** $1 account, $2 day, $3 number of the look. */
  static final String DROP =
      """
      UPDATE reconciliation_day SET phase = NULL, cursor = NULL
       WHERE account_id = $1 AND day = $2 AND look = $3""";

  /** $1 account, $2 day. */
  static final String FORGET_LISTED =
      """
      DELETE FROM reconciliation_item
       WHERE account_id = $1 AND day = $2 AND correction IS NULL
         AND kind IN ('different', 'missing', 'pending')""";

  /** By primary key, which is made of time. $1 account, $2 from, $3 until, $4 after, $5 limit. */
  static final String ATTEMPTS =
      """
      SELECT id FROM attempt
       WHERE id >= $2::uuid AND id < $3::uuid AND ($4::uuid IS NULL OR id > $4::uuid)
         AND account_id = $1 AND task_id IS NOT NULL
       ORDER BY id LIMIT $5""";

  /** $1 account, $2 day, $3 after, $4 limit. */
  static final String UNOWNED =
      """
      SELECT task.id,
             NOT EXISTS (SELECT 1 FROM reconciliation_item i
                          WHERE i.account_id = $1 AND i.task_id = task.id
                            AND i.correction IS NOT NULL) AS fresh
        FROM (SELECT DISTINCT task_id AS id FROM reconciliation_row
               WHERE day = $2 AND account_id = $1 AND NOT known AND task_id > $3
               ORDER BY task_id LIMIT $4) AS task
       ORDER BY task.id""";

  /** $1 account, $2 tasks, $3 from, $4 until. */
  static final String MAKERS =
      """
      SELECT id, task_id FROM attempt
       WHERE id >= $3::uuid AND id < $4::uuid AND account_id = $1 AND task_id = ANY($2::text[])""";

  /** $1 account, $2 tasks. */
  static final String KNOW =
      """
      UPDATE reconciliation_row SET known = true
       WHERE account_id = $1 AND task_id = ANY($2::text[]) AND NOT known""";

  /**
   * Each correction with its transfer, its item and its part in the day's sums, all or none. $1
   * account, $2 day, $3 now, $4 tasks, $5 assets, $6 kinds, $7 houses, $8 billed, $9 booked, $10
   * amounts, $11 numbers, $12 attempts, $13 jobs.
   */
  static final String CORRECT =
      """
      WITH given AS MATERIALIZED (
        SELECT *, $1::text || '/' || task || '/' || asset || '/' || number AS reference
          FROM unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::numeric[],
                      $9::numeric[], $10::numeric[], $11::int[], $12::uuid[], $13::uuid[])
               AS g(task, asset, kind, house, billed, booked, amount, number, attempt, job)
      ), booked AS (
        INSERT INTO transfer (kind, debit_account, credit_account, asset, amount, job_id,
                              attempt_id, reference, at)
        SELECT 'correction', CASE WHEN g.amount > 0 THEN bill.id ELSE house.id END,
               CASE WHEN g.amount > 0 THEN house.id ELSE bill.id END, g.asset, abs(g.amount),
               g.job, g.attempt, g.reference, $3::timestamptz
          FROM given g
          JOIN ledger_account bill ON bill.tenant_id IS NULL AND bill.asset = g.asset
           AND bill.role = 'provider_bill'
          JOIN ledger_account house ON house.tenant_id IS NULL AND house.asset = g.asset
           AND house.role = 'provider_' || g.house
        ON CONFLICT (reference) WHERE kind = 'correction' DO NOTHING
        RETURNING reference
      ), done AS (
        SELECT g.* FROM given g JOIN booked USING (reference)
      ), item AS (
        INSERT INTO reconciliation_item (account_id, day, kind, task_id, asset, billed, booked,
                                         number, house, correction, attempt_id, job_id, at)
        SELECT $1, $2::date, kind, task, asset, billed, booked, number, house, amount, attempt,
               job, $3::timestamptz
          FROM done
      )
      INSERT INTO reconciliation_sum AS s (account_id, day, asset, drift, loss, apart)
      SELECT $1, $2::date, asset, coalesce(sum(amount) FILTER (WHERE house = 'drift'), 0),
             coalesce(sum(amount) FILTER (WHERE house = 'loss'), 0), sum(abs(amount))
        FROM done GROUP BY asset
      ON CONFLICT (account_id, day, asset) DO UPDATE
         SET drift = s.drift + excluded.drift, loss = s.loss + excluded.loss,
             apart = s.apart + excluded.apart""";

  /**
   * $1 account, $2 day, $3 now, $4 tasks, $5 assets, $6 kinds, $7 billed, $8 booked, $9 attempts,
   * $10 jobs.
   */
  static final String LIST =
      """
      INSERT INTO reconciliation_item (account_id, day, kind, task_id, asset, billed, booked,
                                       attempt_id, job_id, at)
      SELECT $1, $2::date, kind, task, asset, billed, booked, attempt, job, $3::timestamptz
        FROM unnest($4::text[], $5::text[], $6::text[], $7::numeric[], $8::numeric[],
                    $9::uuid[], $10::uuid[])
             AS g(task, asset, kind, billed, booked, attempt, job)""";

  /** $1 account, $2 day. */
  static final String SUM_UP =
      """
      INSERT INTO reconciliation_sum AS s (account_id, day, asset, billed, rows, foreign_rows,
                                           missing)
      SELECT $1::text, $2::date, asset, sum(billed), sum(rows), sum(strange), sum(missing)
        FROM (SELECT asset, sum(amount) AS billed, count(*) AS rows,
                     count(*) FILTER (WHERE NOT known) AS strange, 0::numeric AS missing
                FROM reconciliation_row WHERE day = $2::date AND account_id = $1::text GROUP BY asset
               UNION ALL
              SELECT asset, 0, 0, 0, sum(booked) FROM reconciliation_item
               WHERE day = $2::date AND account_id = $1::text AND kind = 'missing' GROUP BY asset
               UNION ALL
              SELECT asset, 0, 0, 0, 0 FROM reconciliation_sum
               WHERE account_id = $1::text AND day = $2::date) AS part
       GROUP BY asset
      ON CONFLICT (account_id, day, asset) DO UPDATE
         SET billed = excluded.billed, rows = excluded.rows,
             foreign_rows = excluded.foreign_rows, missing = excluded.missing""";

  /** $1 account, $2 day, $3 whether it is complete, $4 whether it was the last look, $5 now. */
  static final String FINISH =
      """
      UPDATE reconciliation_day d
         SET phase = NULL, cursor = NULL, looked_at = d.begun_at, pending = found.pending,
             missing = found.missing, unreadable = found.unreadable,
             state = CASE WHEN found.settled THEN 'closed' ELSE 'open' END,
             closed_at = CASE WHEN found.settled THEN coalesce(d.closed_at, $5::timestamptz) END
        FROM (SELECT pending, missing, unreadable,
                     $4::bool OR $3::bool AND pending = 0 AND missing = 0 AS settled
                FROM (SELECT count(*) FILTER (WHERE kind = 'pending') AS pending,
                             count(*) FILTER (WHERE kind = 'missing') AS missing,
                             count(*) FILTER (WHERE kind = 'unreadable') AS unreadable
                        FROM reconciliation_item
                       WHERE account_id = $1 AND day = $2) AS counted) AS found
       WHERE d.account_id = $1 AND d.day = $2""";
}
