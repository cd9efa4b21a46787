package dev.backlot.store;

/** Which attempts are to be polled. Their ends are written by {@link ChangeSql}. */
final class EndingSql {
  private EndingSql() {}

  private static final String OURS =
      """
      SELECT attempt.id AS attempt, job.id AS job, job.tenant_id, job.fence, attempt.account_id,
             attempt.path, attempt.external_id, attempt.dialect, attempt.task_id, job.model,
             attempt.running_since, job.attempts
        FROM job JOIN attempt ON attempt.job_id = job.id
       WHERE job.owner = $1 AND job.epoch = $2 AND job.state = 'running'
         AND attempt.state = 'running' AND attempt.closed_at IS NULL AND NOT attempt.detached
      """;

  /** $1 node, $2 epoch, $3 attempts. */
  static final String RUNNING = OURS + "AND attempt.id = ANY($3::uuid[])";

  /** $1 node, $2 epoch, $3 the last attempt of the page before or null, $4 limit. */
  static final String ALL_RUNNING =
      OURS
          + """
            AND ($3::uuid IS NULL OR attempt.id > $3)
          ORDER BY attempt.id
          LIMIT $4""";
}
