package dev.backlot.store;

/**
 * Which attempts are to be polled, and which have run for too long. Their ends are written by
 * {@link ChangeSql}.
 *
 * <p>LATERAL subqueries with a LIMIT, as in {@link AdmissionSql}: a plan that was made while the
 * tables were small would otherwise read all running jobs for each hint.
 */
final class EndingSql {
  private EndingSql() {}

  private static final String COLUMNS =
      """
      SELECT attempt.id AS attempt, job.id AS job, job.tenant_id, job.fence, attempt.account_id,
             attempt.path, attempt.external_id, attempt.dialect, attempt.task_id, job.model,
             job.kind, job.mode, job.seconds,
             attempt.running_since, job.attempts, job.on_timeout
      """;

  private static final String OURS =
      """
       WHERE job.owner = $1 AND job.epoch = $2 AND job.state = 'running'
         AND attempt.state = 'running' AND attempt.closed_at IS NULL AND NOT attempt.detached
      """;

  /** $1 node, $2 epoch, $3 attempts. */
  static final String RUNNING =
      COLUMNS
          + """
              FROM unnest($3::uuid[]) AS given(id)
             CROSS JOIN LATERAL (SELECT * FROM attempt WHERE id = given.id LIMIT 1) AS attempt
             CROSS JOIN LATERAL (SELECT * FROM job WHERE id = attempt.job_id LIMIT 1) AS job
            """
          + OURS;

  /** $1 node, $2 epoch, $3 the last attempt of the page before or null, $4 limit. */
  static final String ALL_RUNNING =
      COLUMNS
          + """
              FROM job
             CROSS JOIN LATERAL (SELECT * FROM attempt
                                  WHERE job_id = job.id AND closed_at IS NULL AND NOT detached
                                  LIMIT 1) AS attempt
            """
          + OURS
          + """
            AND ($3::uuid IS NULL OR attempt.id > $3)
          ORDER BY attempt.id
          LIMIT $4""";

  /**
   * One that is being ended at this moment is passed over. $1 node, $2 epoch, $3 before, $4 limit.
   */
  static final String MARK_OVERDUE =
      """
      WITH late AS MATERIALIZED (
        SELECT job.id
          FROM job JOIN attempt ON attempt.job_id = job.id
         WHERE job.owner = $1 AND job.epoch = $2 AND job.state = 'running' AND NOT job.overdue
           AND attempt.state = 'running' AND attempt.closed_at IS NULL AND NOT attempt.detached
           AND attempt.running_since < $3
         ORDER BY job.id
         LIMIT $4
           FOR UPDATE OF job SKIP LOCKED)
      UPDATE job SET overdue = true FROM late WHERE job.id = late.id
      RETURNING job.id""";
}
