package dev.backlot.store;

/** Orphans, and how far the lists of the accounts have been read. */
final class OrphanSql {
  private OrphanSql() {}

  /** $1 account, $2 list. */
  static final String SWEPT_TO =
      """
      SELECT coalesce((SELECT swept_to FROM sweep WHERE account_id = $1 AND list = $2), created_at)
             AS swept_to
        FROM installation""";

  /**
   * What may still be adopted by an open attempt is looked at again next time, however long that
   * attempt takes. $1 account, $2 list, $3 when the reading began.
   */
  static final String SWEPT =
      """
      INSERT INTO sweep (account_id, list, swept_to)
      SELECT $1, $2,
             least($3::timestamptz,
                   (SELECT min(first_sent_at) FROM attempt
                     WHERE closed_at IS NULL AND NOT detached AND account_id = $1
                       AND state IN ('claimed', 'unknown')))
          ON CONFLICT (account_id, list) DO UPDATE
         SET swept_to = greatest(sweep.swept_to, excluded.swept_to)""";

  /**
   * An attempt that succeeded or failed has booked its own task already. $1 ids, $2 tasks, $3
   * external ids, $4 account, $5 dialect and $6 path of the list, $7 now.
   */
  static final String RECORD =
      """
      INSERT INTO orphan (id, account_id, task_id, external_id, dialect, path, attempt_id, job_id,
                          asset, estimate, found_at)
      SELECT given.id, $4, given.task, given.external, coalesce(attempt.dialect, $5),
             coalesce(attempt.path, $6), attempt.id, attempt.job_id, job.asset, job.cost, $7
        FROM unnest($1::uuid[], $2::text[], $3::text[]) AS given(id, task, external)
        LEFT JOIN attempt ON attempt.account_id = $4 AND attempt.external_id = given.external
        LEFT JOIN job ON job.id = attempt.job_id
       WHERE attempt.id IS NULL
          OR attempt.closed_at IS NOT NULL
         AND (attempt.state NOT IN ('succeeded', 'failed')
              OR attempt.task_id IS DISTINCT FROM given.task)
       ORDER BY given.task
          ON CONFLICT (account_id, task_id) DO NOTHING
      RETURNING id, task_id, attempt_id, job_id""";

  /** As evidence. $1 ids of new orphans, and others. */
  static final String KEEP_TASK_IDS =
      """
      UPDATE attempt SET task_id = orphan.task_id
        FROM orphan
       WHERE orphan.id = ANY($1::uuid[]) AND attempt.id = orphan.attempt_id
         AND attempt.task_id IS NULL AND attempt.closed_at IS NOT NULL""";

  /** $1 found since. */
  static final String TALLY =
      """
      SELECT account_id, count(*) FILTER (WHERE closed_at IS NULL) AS open, count(*) AS found
        FROM orphan
       WHERE closed_at IS NULL OR found_at > $1
       GROUP BY account_id ORDER BY account_id""";
}
