package dev.backlot.store;

/** Outputs of jobs and calls with the provider's ids, for jobs that take them. */
final class MadeOutputSql {
  private MadeOutputSql() {}

  /** $1 tenant, $2 public numbers, $3 ids. */
  static final String FIND =
      """
      SELECT j.id, j.public_number, j.outputs::text AS outputs, j.ended_at, a.account_id
        FROM job j
       CROSS JOIN LATERAL (
             SELECT account_id FROM attempt
              WHERE job_id = j.id AND state = 'succeeded' AND NOT detached
              ORDER BY number DESC LIMIT 1) AS a
       WHERE j.id = ANY(ARRAY(
               SELECT id FROM job WHERE public_number = ANY($2::bigint[])) || $3::uuid[])
         AND j.tenant_id = $1 AND j.state = 'succeeded'
       UNION ALL
      SELECT c.id, c.public_number, c.outputs::text, c.closed_at, c.account_id
        FROM provider_call c
       WHERE c.id = ANY(ARRAY(
               SELECT id FROM provider_call WHERE public_number = ANY($2::bigint[])) || $3::uuid[])
         AND c.tenant_id = $1 AND c.state = 'succeeded'""";
}
