package dev.backlot.store;

/**
 * Webhook endpoints as their tenants see them. Whoever changes an endpoint and its deliveries locks
 * the endpoint first; apart from planning, nobody locks two.
 */
final class WebhookSql {
  private WebhookSql() {}

  /** Endpoints for jobs are signed for with the keys of their tenant's jobs. */
  static final String ENDPOINT_COLUMNS =
      """
      e.id, e.tenant_id, e.url, e.description, e.events, e.disabled_reason, e.disabled_at,
      e.failures, e.failing_since, e.waiting, e.created_at, e.updated_at,
      e.url_digest IS NOT NULL AS for_jobs, e.origin,
      %s, %s, %s, %s
      """
          .formatted(key("keys"), key("public_key"), key("previous_keys"), key("previous_until"));

  static final String DELIVERY_COLUMNS =
      """
      d.endpoint_id, d.position, d.tenant_id AS owner_id, d.job_id, d.job_version, d.type, d.at,
      d.data::text AS data, d.state, d.tries, d.created_at AS planned_at, d.next_at, d.ended_at,
      d.log::text AS log
      """;

  private static String key(String column) {
    return """
        CASE WHEN e.url_digest IS NULL THEN e.%1$s
             ELSE (SELECT s.%1$s FROM webhook_signing s WHERE s.tenant_id = e.tenant_id)
        END AS %1$s"""
        .formatted(column);
  }

  private static final String THIS = " WHERE e.id = $1 AND e.tenant_id = $2 AND deleted_at IS NULL";

  /**
   * Before {@link #CREATE}, as a statement of its own: two that create at once cannot both see room
   * for the last one. $1 tenant.
   */
  static final String LOCK_TENANT = "SELECT pg_advisory_xact_lock(2, hashtext($1::uuid::text))";

  /**
   * $1 id, $2 tenant, $3 url, $4 description, $5 events, $6 keys, $7 public key, $8 now, $9 most.
   */
  static final String CREATE =
      """
      INSERT INTO webhook_endpoint AS e (id, tenant_id, url, description, events, keys, public_key,
                                         created_at, updated_at)
      SELECT $1, $2, $3, $4, $5::text[], $6, $7, $8, $8
       WHERE (SELECT count(*) FROM webhook_endpoint
               WHERE tenant_id = $2 AND deleted_at IS NULL AND url_digest IS NULL) < $9
      RETURNING\
      """
          + " "
          + ENDPOINT_COLUMNS;

  /** Those for jobs are not among them: there may be thousands. $1 tenant. */
  static final String LIST =
      "SELECT "
          + ENDPOINT_COLUMNS
          + " FROM webhook_endpoint e WHERE e.tenant_id = $1 AND e.deleted_at IS NULL"
          + " AND e.url_digest IS NULL ORDER BY e.id";

  /** $1 id, $2 tenant. */
  static final String FIND = "SELECT " + ENDPOINT_COLUMNS + " FROM webhook_endpoint e" + THIS;

  /** The arguments of {@link #FIND}. What follows sees everything that was planned before. */
  static final String LOCK = FIND + " FOR NO KEY UPDATE";

  /**
   * What is sent next is asked of the deliveries, which is why the endpoint is locked before. $1
   * id, $2 tenant, $3 url, $4 description, $5 events, $6 enabled, $7 now.
   */
  static final String CHANGE =
      """
      UPDATE webhook_endpoint e
         SET url = coalesce($3, url), description = coalesce($4, description),
             events = coalesce($5::text[], events),
             disabled_reason = CASE WHEN $6::boolean THEN NULL
                                    WHEN NOT $6::boolean THEN coalesce(disabled_reason, 'paused')
                                    ELSE disabled_reason END,
             disabled_at = CASE WHEN $6::boolean THEN NULL
                                WHEN NOT $6::boolean THEN coalesce(disabled_at, $7)
                                ELSE disabled_at END,
             failures = CASE WHEN $6::boolean OR $3 <> url THEN 0 ELSE failures END,
             failing_since = CASE WHEN $6::boolean OR $3 <> url THEN NULL ELSE failing_since END,
             not_before = CASE WHEN $6::boolean OR $3 <> url THEN NULL ELSE not_before END,
             due_at = CASE WHEN waiting > 0 AND ($6::boolean OR $3 <> url) THEN backlot_now()
                           ELSE due_at END,
             updated_at = $7\
      """
          + THIS
          + " RETURNING "
          + ENDPOINT_COLUMNS;

  /** $1 id, $2 tenant, $3 now. */
  static final String REMOVE =
      """
      UPDATE webhook_endpoint e
         SET deleted_at = $3, due_at = NULL, claim = NULL, claimed_until = NULL,
             disabled_reason = coalesce(disabled_reason, 'paused'),
             disabled_at = coalesce(disabled_at, $3)\
      """
          + THIS;

  /**
   * One for jobs has no keys of its own. $1 id, $2 tenant, $3 keys, $4 public key, $5 previous
   * until, $6 now.
   */
  static final String ROTATE =
      """
      UPDATE webhook_endpoint e
         SET previous_keys = keys, previous_until = $5, keys = $3, public_key = $4, updated_at = $6\
      """
          + THIS
          + " AND url_digest IS NULL"
          + " RETURNING "
          + ENDPOINT_COLUMNS;

  /** $1 id, $2 tenant, $3 before, $4 limit, $5 state. */
  static final String DELIVERIES =
      "SELECT "
          + DELIVERY_COLUMNS
          + """
           FROM webhook_delivery d
           WHERE d.endpoint_id = $1 AND d.tenant_id = $2 AND d.position < $3
             AND ($5::text IS NULL OR d.state = $5)
           ORDER BY d.position DESC LIMIT $4""";

  /**
   * Behind {@link #LOCK}. One that waits already goes on waiting, from now; another one only when
   * there is room. $1 id, $2 tenant, $3 position, $4 most that may wait.
   */
  static final String REPLAY =
      """
      WITH old AS MATERIALIZED (
        SELECT d.state FROM webhook_delivery d JOIN webhook_endpoint e ON e.id = d.endpoint_id
         WHERE d.endpoint_id = $1 AND d.position = $3
           AND (d.state = 'pending' OR e.waiting < $4)),
      replayed AS (
        UPDATE webhook_delivery d
           SET state = 'pending', tries = 0, next_at = backlot_now(), ended_at = NULL
          FROM old
         WHERE d.endpoint_id = $1 AND d.tenant_id = $2 AND d.position = $3
        RETURNING\
      """
          + " "
          + DELIVERY_COLUMNS
          + """
          ),
          due AS (
            UPDATE webhook_endpoint e
               SET waiting = waiting + CASE WHEN old.state = 'pending' THEN 0 ELSE 1 END,
                   due_at = least(due_at, greatest(backlot_now(), not_before))
              FROM old, replayed
             WHERE e.id = $1 AND e.tenant_id = $2)
          SELECT * FROM replayed""";

  /** Behind {@link #LOCK}. $1 id, $2 tenant, $3 since, $4 limit, $5 most that may wait. */
  static final String REPLAY_FAILED =
      """
      WITH chosen AS MATERIALIZED (
        SELECT position FROM webhook_delivery
         WHERE endpoint_id = $1 AND tenant_id = $2 AND state = 'failed' AND created_at >= $3
         ORDER BY position
         LIMIT greatest(0, least($4::int, $5::int - (SELECT waiting FROM webhook_endpoint WHERE id = $1)))),
      replayed AS (
        UPDATE webhook_delivery d
           SET state = 'pending', tries = 0, next_at = backlot_now(), ended_at = NULL
          FROM chosen
         WHERE d.endpoint_id = $1 AND d.position = chosen.position
        RETURNING d.position),
      due AS (
        UPDATE webhook_endpoint e
           SET waiting = waiting + (SELECT count(*)::int FROM replayed),
               due_at = least(due_at, greatest(backlot_now(), not_before))
         WHERE e.id = $1 AND EXISTS (SELECT 1 FROM replayed))
      SELECT count(*)::int AS replayed FROM replayed""";
}
