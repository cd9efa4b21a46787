package dev.backlot.store;

/** Claims, and attempts whose outcome is not known. */
final class DispatchSql {
  private DispatchSql() {}

  /** $1 jobs, $2 node, $3 epoch, $4 now. */
  static final String SUBMIT =
      """
      UPDATE job
         SET state = 'submitting', owner = $2, epoch = $3, fence = fence + 1,
             version = version + 1, started_at = coalesce(started_at, $4), updated_at = $4
       WHERE id = ANY($1::uuid[]) AND state = 'queued'""";

  /**
   * The jobs are locked, so the highest number of each is final. $1 attempts, $2 jobs, $3 accounts,
   * $4 dialects, $5 paths, $6 external ids, $7 bodies, $8 slot classes, $9 slots, $10 now, $11 ways
   * of looking up.
   */
  static final String INSERT_ATTEMPTS =
      """
      INSERT INTO attempt (id, job_id, tenant_id, number, account_id, dialect, path, external_id,
                           body, lookup, slot_class, slots, state, first_sent_at, created_at, model)
      SELECT given.id, job.id, job.tenant_id,
             1 + (SELECT coalesce(max(earlier.number), 0) FROM attempt AS earlier
                   WHERE earlier.job_id = job.id),
             given.account, given.dialect, given.path, given.external_id, given.body, given.lookup, given.class,
             given.slots, 'claimed', $10, $10, job.model
        FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[],
                    $7::text[], $8::text[], $9::int[], $11::text[])
             AS given(id, job, account, dialect, path, external_id, body, class, slots, lookup)
        JOIN job ON job.id = given.job""";

  /** Jobs that the claim has locked and the planner passed over. $1 jobs, $2 earliest next look. */
  static final String PASS_OVER =
      """
      UPDATE job SET ripe_at = $2, due = false
       WHERE id = ANY($1::uuid[]) AND state = 'queued'""";

  /** Jobs whose time has come, longest ago first; what is locked is left out. $1 now, $2 limit. */
  static final String LOCK_RIPE =
      """
      SELECT id, pool_id, slot_class, tenant_id, batch_id
        FROM job
       WHERE state = 'queued' AND NOT due AND coalesce(ripe_at, start_at) <= $1
       ORDER BY coalesce(ripe_at, start_at)
       LIMIT $2
         FOR UPDATE SKIP LOCKED""";

  /** No transition: where it stands in its queue has not changed. $1 jobs. */
  static final String RIPEN = "UPDATE job SET due = true WHERE id = ANY($1::uuid[])";

  /** Returns once nobody else is changing these jobs. $1 jobs. */
  static final String AWAIT_JOBS =
      "SELECT 1 FROM job WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE";

  /**
   * Not seen by whoever sent it any more, or of unknown outcome. $1 node, $2 epoch, $3 claimed
   * before, $4 limit.
   */
  static final String UNRESOLVED =
      """
      SELECT attempt.id AS attempt, job.id AS job, job.tenant_id, job.fence,
             attempt.account_id, attempt.path, attempt.external_id, attempt.dialect, attempt.body,
             attempt.lookup,
             attempt.slot_class, attempt.slots, attempt.sends, attempt.first_sent_at,
             coalesce(attempt.last_unknown_at, attempt.first_sent_at) AS last_sent_at, job.attempts
        FROM job
       CROSS JOIN LATERAL (SELECT * FROM attempt
                            WHERE job_id = job.id AND closed_at IS NULL AND NOT detached
                            LIMIT 1) AS attempt
       WHERE job.owner = $1 AND job.epoch = $2 AND job.state = 'submitting'
         AND (attempt.state = 'unknown' OR attempt.state = 'claimed' AND attempt.first_sent_at < $3)
       ORDER BY last_sent_at, attempt.id
       LIMIT $4""";

  /** An answer for somebody who is no longer in charge: kept as evidence. $1 attempts, $2 tasks. */
  static final String KEEP_TASK_ID =
      """
      UPDATE attempt SET task_id = given.task
        FROM unnest($1::uuid[], $2::text[]) AS given(id, task)
       WHERE attempt.id = given.id AND attempt.task_id IS NULL""";
}
