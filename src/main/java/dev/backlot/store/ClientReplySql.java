package dev.backlot.store;

/** Creates whose answer has not been delivered. */
final class ClientReplySql {
  private ClientReplySql() {}

  /**
   * In the transaction that stores the jobs, behind them: of those that it has not stored nothing
   * is kept. $1 jobs, $2 digests.
   */
  static final String KEEP =
      """
      INSERT INTO client_reply (job_id, tenant_id, digest, made_at)
      SELECT a.job_id, j.tenant_id, a.digest, j.accepted_at
        FROM unnest($1::uuid[], $2::bytea[]) AS a (job_id, digest)
       CROSS JOIN LATERAL (SELECT tenant_id, accepted_at FROM job WHERE id = a.job_id LIMIT 1) j
      ON CONFLICT (job_id) DO NOTHING""";

  /**
   * The oldest that was lost. Two repeats at once never take the same. $1 tenant, $2 digest, $3
   * begin of the window, $4 end of the grace, $5 now.
   */
  static final String TAKE_LOST =
      """
      UPDATE client_reply SET made_at = $5, lost_at = NULL
       WHERE job_id = (
         SELECT job_id FROM client_reply
          WHERE tenant_id = $1 AND digest = $2
            AND (lost_at > $3 OR (lost_at IS NULL AND made_at > $3 AND made_at <= $4))
          ORDER BY made_at LIMIT 1
            FOR UPDATE SKIP LOCKED)
      RETURNING job_id""";

  /** What nobody can ask for any more goes as well, some at a time. $1 jobs, $2 older than. */
  static final String DELIVERED =
      """
      DELETE FROM client_reply
       WHERE job_id = ANY($1::uuid[])
          OR job_id = ANY(ARRAY(SELECT job_id FROM client_reply
                                 WHERE made_at < $2 AND (lost_at IS NULL OR lost_at < $2)
                                 ORDER BY made_at LIMIT 100
                                   FOR UPDATE SKIP LOCKED))""";

  /** $1 job, $2 now. */
  static final String LOST = "UPDATE client_reply SET lost_at = $2 WHERE job_id = $1";
}
