package dev.backlot.store;

/** Creates and calls whose answer has not been delivered. A call stands where a job does. */
final class ClientReplySql {
  private ClientReplySql() {}

  /**
   * In the transaction that stores the jobs, behind them: of those that it has not stored nothing
   * is kept. $1 jobs, $2 digests, $3 when they were asked for.
   */
  static final String KEEP =
      """
      INSERT INTO client_reply (job_id, tenant_id, digest, made_at)
      SELECT a.job_id, j.tenant_id, a.digest, a.asked_at
        FROM unnest($1::uuid[], $2::bytea[], $3::timestamptz[]) AS a (job_id, digest, asked_at)
       CROSS JOIN LATERAL (SELECT tenant_id FROM job WHERE id = a.job_id LIMIT 1) j
      ON CONFLICT (job_id) DO NOTHING""";

  /**
   * Lost after the first moment, or asked for after it and not answered since the second; unless
   * this node knows better, whose note that they were answered may be late.
   */
  static String isLost(String after, String until, String known) {
    return """
        (lost_at > %1$s OR (lost_at IS NULL AND made_at > %1$s AND made_at <= %2$s
                            AND job_id NOT IN (SELECT unnest(%3$s::uuid[]))))"""
        .formatted(after, until, known);
  }

  /** Asked for after that, and neither answered nor lost: its client may be gone all the same. */
  static String isOnItsWay(String until) {
    return "(lost_at IS NULL AND made_at > %s)".formatted(until);
  }

  /**
   * Creates of which only the node that stored them knows whether anybody waits. $1 tenant, $2
   * digest, $3 those asked for until then are not answered any more, $4 those of which more is
   * known, $5 at most.
   */
  static final String ON_THEIR_WAY =
      """
      SELECT job_id FROM client_reply
       WHERE tenant_id = $1 AND digest = $2 AND %s AND job_id <> ALL($4::uuid[])
       ORDER BY made_at LIMIT $5"""
          .formatted(isOnItsWay("$3"));

  /**
   * The oldest that was lost. Two repeats at once never take the same. $1 tenant, $2 digest, $3
   * begin of the window, $4 those asked for until then are not answered any more, $5 now, $6 those
   * of which more is known.
   */
  static final String TAKE_LOST =
      """
      UPDATE client_reply SET made_at = $5, lost_at = NULL
       WHERE job_id = (
         SELECT job_id FROM client_reply
          WHERE tenant_id = $1 AND digest = $2 AND %s
          ORDER BY made_at LIMIT 1
            FOR UPDATE SKIP LOCKED)
      RETURNING job_id"""
          .formatted(isLost("$3", "$4", "$6"));

  /** In the transaction that opens the call, behind it. $1 call, $2 digest. */
  static final String KEEP_CALL =
      """
      INSERT INTO client_reply (job_id, tenant_id, digest, made_at)
      SELECT id, tenant_id, $2::bytea, opened_at FROM provider_call WHERE id = $1
      ON CONFLICT (job_id) DO NOTHING""";

  /**
   * The oldest that was lost: nobody waits for it any more, or its end is long enough ago. $1
   * tenant, $2 digest, $3 begin of the window, $4 end of the grace, $5 now, $6 those of which more
   * is known.
   */
  static final String TAKE_LOST_CALL =
      """
      UPDATE client_reply SET made_at = $5, lost_at = NULL
       WHERE job_id = (
         SELECT r.job_id FROM client_reply r JOIN provider_call c ON c.id = r.job_id
          WHERE r.tenant_id = $1 AND r.digest = $2 AND c.state <> 'failed'
            AND (r.lost_at > $3
                 OR r.lost_at IS NULL AND c.closed_at > $3 AND c.closed_at <= $4
                    AND r.made_at <= $4 AND c.id <> ALL($6::uuid[]))
          ORDER BY r.made_at LIMIT 1
            FOR UPDATE OF r SKIP LOCKED)
      RETURNING job_id AS call_id""";

  private static final String UNANSWERED_CALLS =
      """
        FROM client_reply r JOIN provider_call c ON c.id = r.job_id
       WHERE r.tenant_id = %s AND r.digest = %s
         AND (c.state = 'open' OR c.state IN ('succeeded', 'unknown') AND c.closed_at > %s)
         AND c.id <> ALL(%s::uuid[])""";

  /** $1 tenant, $2 digest, $3 begin of the window, $4 those of which more is known. */
  static final String UNANSWERED =
      "SELECT c.id AS call_id, c.state = 'unknown' AS unknown"
          + UNANSWERED_CALLS.formatted("$1", "$2", "$3", "$4")
          + " ORDER BY c.state, c.id LIMIT 1";

  /** Whether there is one, as {@link #UNANSWERED} finds it. */
  static String isUnanswered(String tenant, String digest, String since, String beside) {
    return "EXISTS (SELECT " + UNANSWERED_CALLS.formatted(tenant, digest, since, beside) + ")";
  }

  /**
   * What nobody can ask for any more goes as well, some at a time: a call counts from its end. $1
   * jobs and calls, $2 older than.
   */
  static final String DELIVERED =
      """
      DELETE FROM client_reply
       WHERE job_id = ANY($1::uuid[])
          OR job_id = ANY(ARRAY(SELECT job_id FROM client_reply
                                 WHERE made_at < $2 AND (lost_at IS NULL OR lost_at < $2)
                                   AND NOT EXISTS (
                                     SELECT 1 FROM provider_call c
                                      WHERE c.id = client_reply.job_id
                                        AND (c.closed_at IS NULL OR c.closed_at >= $2))
                                 ORDER BY made_at LIMIT 100
                                   FOR UPDATE SKIP LOCKED))""";

  /** $1 job or call, $2 now. */
  static final String LOST = "UPDATE client_reply SET lost_at = $2 WHERE job_id = $1";
}
