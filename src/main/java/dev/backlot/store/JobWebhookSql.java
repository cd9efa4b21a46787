package dev.backlot.store;

/**
 * What jobs say of where their events are told. Whoever locks several endpoints does it by their
 * ids.
 */
final class JobWebhookSql {
  private JobWebhookSql() {}

  /**
   * The usual case, without a lock: the address is in use, and has been asked for of late, so that
   * retention leaves it alone until the job is there. $1 tenant, $2 digests.
   */
  static final String KNOWN =
      """
      SELECT url_digest, id FROM webhook_endpoint
       WHERE tenant_id = $1 AND url_digest = ANY($2::text[]) AND deleted_at IS NULL
         AND retired_at IS NULL AND coalesce(disabled_reason, 'paused') = 'paused'
         AND used_at > backlot_now() - interval '12 hours'""";

  /**
   * Behind {@link WebhookSql#LOCK_TENANT}: two that ask at once cannot both see room for the last
   * one. All of those asked for, or none. One that was given up is probed before anything else is
   * sent. One row at least, which says whether there are keys: what is told our events needs them.
   * $1 tenant, $2 ids, $3 addresses, $4 digests, $5 most in use, $6 now, $7 origins.
   */
  static final String KEEP =
      """
      WITH asked AS MATERIALIZED (
        SELECT * FROM unnest($2::uuid[], $3::text[], $4::text[], $7::text[])
                        AS a (id, url, digest, origin)),
      signing AS MATERIALIZED (
        SELECT EXISTS (SELECT 1 FROM webhook_signing WHERE tenant_id = $1) AS has_keys),
      there AS MATERIALIZED (
        SELECT e.id, e.url_digest, e.retired_at
          FROM webhook_endpoint e
         WHERE e.tenant_id = $1 AND e.url_digest IN (SELECT digest FROM asked)
           AND e.deleted_at IS NULL
         ORDER BY e.id
           FOR NO KEY UPDATE),
      fitting AS MATERIALIZED (
        SELECT asked.* FROM asked, signing
         WHERE (signing.has_keys OR asked.origin IS NOT NULL)
           AND (SELECT count(*) FROM webhook_endpoint
                 WHERE tenant_id = $1 AND url_digest IS NOT NULL AND deleted_at IS NULL
                   AND retired_at IS NULL)
               + (SELECT count(*) FROM asked)
               - (SELECT count(*) FROM there WHERE retired_at IS NULL) <= $5),
      again AS (
        UPDATE webhook_endpoint e
           SET used_at = backlot_now(), retired_at = NULL,
               disabled_reason = CASE WHEN e.disabled_reason = 'paused' THEN 'paused' END,
               disabled_at = CASE WHEN e.disabled_reason = 'paused' THEN e.disabled_at END,
               failing_since = CASE WHEN e.disabled_reason IN ('gone', 'failing')
                                         AND e.failures > 0 THEN backlot_now()
                                    ELSE e.failing_since END
          FROM fitting, there
         WHERE there.url_digest = fitting.digest AND e.id = there.id
        RETURNING e.url_digest, e.id),
      made AS (
        INSERT INTO webhook_endpoint (id, tenant_id, url, events, url_digest, origin, used_at,
                                      created_at, updated_at)
        SELECT id, $1, url, '{-}', digest, origin, backlot_now(), $6, $6
          FROM fitting
         WHERE NOT EXISTS (SELECT 1 FROM there WHERE there.url_digest = fitting.digest)
        RETURNING url_digest, id)
      SELECT signing.has_keys, kept.url_digest, kept.id
        FROM signing
        LEFT JOIN (SELECT * FROM again UNION ALL SELECT * FROM made) AS kept ON true""";

  /**
   * In the transaction that stores the jobs, behind them: of those that it has not stored nothing
   * is kept. $1 jobs, $2 endpoints, $3 types of events, with commas between them.
   */
  static final String ATTACH =
      """
      INSERT INTO job_webhook (job_id, tenant_id, endpoint_id, events)
      SELECT a.job_id, j.tenant_id, a.endpoint_id, string_to_array(a.events, ',')
        FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS a (job_id, endpoint_id, events)
       CROSS JOIN LATERAL (SELECT tenant_id FROM job WHERE id = a.job_id LIMIT 1) j
      ON CONFLICT (job_id) DO NOTHING""";

  /**
   * Whether an event changes what a client sees that is told its task in the provider's own words:
   * that it was submitted, that it is processing, and its end. Each of them once: a task whose
   * failure is tried again goes on for its client.
   *
   * @param event what an event is called in the statement
   */
  static String isSeen(String event) {
    return """
        CASE %1$s.type
          WHEN 'job.queued' THEN %1$s.job_version = 1
          WHEN 'job.running' THEN NOT EXISTS (
            SELECT 1 FROM event AS earlier
             WHERE earlier.job_id = %1$s.job_id AND earlier.position < %1$s.position
               AND earlier.type = 'job.running')
          ELSE true
        END"""
        .formatted(event);
  }

  /** Whoever repeats a job is told at the same address. $1 new jobs, $2 those that they repeat. */
  static final String REPEAT =
      """
      INSERT INTO job_webhook (job_id, tenant_id, endpoint_id, events)
      SELECT given.id, w.tenant_id, w.endpoint_id, w.events
        FROM unnest($1::uuid[], $2::uuid[]) AS given (id, old)
        JOIN job_webhook w ON w.job_id = given.old
      ON CONFLICT (job_id) DO NOTHING""";

  /** $1 tenant, $2 job. */
  static final String OF =
      "SELECT "
          + WebhookSql.ENDPOINT_COLUMNS
          + """
          , w.events AS told
           FROM job_webhook w
           JOIN webhook_endpoint e ON e.id = w.endpoint_id AND e.deleted_at IS NULL
          WHERE w.tenant_id = $1 AND w.job_id = $2""";

  private static final String KEY_COLUMNS = "keys, public_key, previous_keys, previous_until";

  /** $1 tenant. */
  static final String KEYS =
      "SELECT " + KEY_COLUMNS + " FROM webhook_signing s WHERE s.tenant_id = $1";

  /** $1 tenant, $2 keys, $3 public key, $4 previous until, $5 now. */
  static final String ROTATE =
      """
      INSERT INTO webhook_signing AS s (tenant_id, keys, public_key, created_at, updated_at)
      VALUES ($1, $2, $3, $5, $5)
      ON CONFLICT (tenant_id) DO UPDATE
         SET previous_keys = s.keys, previous_until = $4, keys = excluded.keys,
             public_key = excluded.public_key, updated_at = $5
      RETURNING\
      """
          + " "
          + KEY_COLUMNS;
}
