package dev.backlot.store;

/** Detached attempts and orphans. */
final class StraySql {
  private StraySql() {}

  /** $1 account, $2 and $3 dialect and id of the last one of the page before or null, $4 limit. */
  static final String OPEN =
      """
      SELECT *
        FROM (SELECT 'DETACHED' AS kind, id, account_id, dialect, path, task_id,
                     running_since AS since
                FROM attempt
               WHERE closed_at IS NULL AND detached AND account_id = $1
              UNION ALL
              SELECT 'ORPHAN', id, account_id, dialect, path, task_id, found_at
                FROM orphan
               WHERE closed_at IS NULL AND account_id = $1) AS stray
       WHERE $2::text IS NULL OR (dialect, id) > ($2::text, $3::uuid)
       ORDER BY dialect, id LIMIT $4""";

  /** By primary key: most hinted attempts are none of these. $1 attempts. */
  static final String DETACHED =
      """
      SELECT 'DETACHED' AS kind, id, account_id, dialect, path, task_id, running_since AS since
        FROM attempt
       WHERE id = ANY($1::uuid[]) AND closed_at IS NULL AND detached
       ORDER BY account_id, dialect, id""";

  static final String COUNTS =
      """
      SELECT 'detached' AS kind, 'open' AS state, count(*) AS strays
        FROM attempt WHERE closed_at IS NULL AND detached
       UNION ALL
      SELECT 'orphan', state, count(*) FROM orphan GROUP BY state""";

  /**
   * Their jobs have ended and never change again, so that nothing else is locked before them. $1
   * attempts.
   */
  static final String LOCK_DETACHED =
      """
      SELECT attempt.id, attempt.account_id, attempt.slot_class, attempt.slots,
             attempt.job_id, job.asset, job.cost AS estimate, job.pool_id, job.tenant_id,
             job.batch_id
        FROM attempt JOIN job ON job.id = attempt.job_id
       WHERE attempt.id = ANY($1::uuid[]) AND attempt.closed_at IS NULL AND attempt.detached
       ORDER BY attempt.id
         FOR UPDATE OF attempt""";

  /** $1 orphans. */
  static final String LOCK_ORPHANS =
      """
      SELECT id, job_id, asset, estimate
        FROM orphan
       WHERE id = ANY($1::uuid[]) AND closed_at IS NULL
       ORDER BY id
         FOR UPDATE""";

  /** $1 attempts, $2 states, $3 deductions, $4 results, $5 now. */
  static final String CLOSE_DETACHED =
      """
      UPDATE attempt
         SET state = given.state, deduction = given.deduction::numeric, result = given.result,
             closed_at = $5
        FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[])
             AS given(id, state, deduction, result)
       WHERE attempt.id = given.id""";

  /** $1 orphans, $2 states, $3 assets, $4 amounts billed, $5 now. */
  static final String CLOSE_ORPHANS =
      """
      UPDATE orphan
         SET state = given.state, asset = given.asset, billed = given.billed::numeric,
             closed_at = $5
        FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[])
             AS given(id, state, asset, billed)
       WHERE orphan.id = given.id""";
}
