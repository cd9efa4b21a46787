package dev.backlot.store;

/** From the log to deliveries, and from deliveries to whoever sends them. */
final class WebhookQueueSql {
  private WebhookQueueSql() {}

  /**
   * One statement, so all of it or nothing. Whoever finds the position locked plans nothing;
   * whoever gets it just after another has moved it reads on from there, for the locked row is read
   * anew. As positions rise in commit order, what it sees of the log has no gaps. Endpoints are
   * locked, so that none is disabled or removed meanwhile; nobody else locks more than one. $1
   * limit, $2 most that may wait, $3 now.
   */
  static final String PLAN =
      """
      WITH here AS MATERIALIZED (
        SELECT position FROM webhook_position WHERE id = 1 FOR UPDATE SKIP LOCKED),
      batch AS MATERIALIZED (
        SELECT next.*
          FROM here,
               LATERAL (SELECT position, tenant_id, job_id, job_version, type, at, data
                          FROM event
                         WHERE event.position > here.position
                         ORDER BY position LIMIT $1) AS next),
      endpoint AS MATERIALIZED (
        SELECT e.id, e.tenant_id, e.events, e.waiting
          FROM webhook_endpoint e
         WHERE e.tenant_id IN (SELECT tenant_id FROM batch)
           AND e.url_digest IS NULL AND e.deleted_at IS NULL AND e.disabled_reason IS NULL
           AND EXISTS (SELECT 1 FROM batch
                        WHERE batch.tenant_id = e.tenant_id AND batch.type = ANY(e.events))
           FOR NO KEY UPDATE OF e),
      wanted AS (
        SELECT endpoint.id AS endpoint_id, batch.*,
               endpoint.waiting
                 + row_number() OVER (PARTITION BY endpoint.id ORDER BY batch.position) <= $2
                 AS fits
          FROM batch
          JOIN endpoint ON endpoint.tenant_id = batch.tenant_id
                       AND batch.type = ANY(endpoint.events)),
      planned AS (
        INSERT INTO webhook_delivery (endpoint_id, position, tenant_id, job_id, job_version, type,
                                      at, data, state, next_at, created_at, ended_at)
        SELECT endpoint_id, position, tenant_id, job_id, job_version, type, at, data,
               CASE WHEN fits THEN 'pending' ELSE 'failed' END,
               CASE WHEN fits THEN $3::timestamptz END, $3,
               CASE WHEN fits THEN NULL ELSE $3::timestamptz END
          FROM wanted
        RETURNING endpoint_id, state),
      grown AS (
        UPDATE webhook_endpoint e
           SET waiting = e.waiting + new.pending,
               due_at = least(e.due_at, greatest($3, e.not_before))
          FROM (SELECT endpoint_id, count(*)::int AS pending
                  FROM planned WHERE state = 'pending' GROUP BY endpoint_id) AS new
         WHERE e.id = new.endpoint_id),
      moved AS (
        UPDATE webhook_position SET position = (SELECT max(position) FROM batch)
         WHERE id = 1 AND EXISTS (SELECT 1 FROM batch))
      SELECT (SELECT count(*) FROM batch)::int AS events,
             (SELECT count(*) FROM planned)::int AS deliveries,
             (SELECT count(*) FROM planned WHERE state = 'failed')::int AS refused""";

  /**
   * The same for the addresses that jobs have named, from a position of its own: a node of a
   * version that does not know them plans past their events. Marks the jobs that have ended. $1 to
   * $3 as before, $4 types of events that end a job.
   */
  static final String PLAN_OF_JOBS =
      """
      WITH here AS MATERIALIZED (
        SELECT position FROM webhook_job_position WHERE id = 1 FOR UPDATE SKIP LOCKED),
      batch AS MATERIALIZED (
        SELECT next.*
          FROM here,
               LATERAL (SELECT position, tenant_id, job_id, job_version, type, at, data
                          FROM event
                         WHERE event.position > here.position
                         ORDER BY position LIMIT $1) AS next),
      told AS MATERIALIZED (
        SELECT batch.*, w.endpoint_id, batch.type = ANY(w.events) AS wanted
          FROM batch
         CROSS JOIN LATERAL (SELECT endpoint_id, events FROM job_webhook
                              WHERE job_id = batch.job_id LIMIT 1) w),
      ended AS (
        UPDATE job_webhook w SET ended_at = $3
          FROM told
         WHERE w.job_id = told.job_id AND told.type = ANY($4::text[]) AND w.ended_at IS NULL),
      endpoint AS MATERIALIZED (
        SELECT e.id, e.waiting
          FROM webhook_endpoint e
         WHERE e.id IN (SELECT endpoint_id FROM told WHERE wanted)
           AND e.deleted_at IS NULL AND e.disabled_reason IS NULL
         ORDER BY e.id
           FOR NO KEY UPDATE OF e),
      due AS (
        SELECT told.*,
               endpoint.waiting
                 + row_number() OVER (PARTITION BY endpoint.id ORDER BY told.position) <= $2
                 AS fits
          FROM told
          JOIN endpoint ON endpoint.id = told.endpoint_id
         WHERE told.wanted),
      planned AS (
        INSERT INTO webhook_delivery (endpoint_id, position, tenant_id, job_id, job_version, type,
                                      at, data, state, next_at, created_at, ended_at)
        SELECT endpoint_id, position, tenant_id, job_id, job_version, type, at, data,
               CASE WHEN fits THEN 'pending' ELSE 'failed' END,
               CASE WHEN fits THEN $3::timestamptz END, $3,
               CASE WHEN fits THEN NULL ELSE $3::timestamptz END
          FROM due
        RETURNING endpoint_id, state),
      grown AS (
        UPDATE webhook_endpoint e
           SET waiting = e.waiting + new.pending,
               due_at = least(e.due_at, greatest($3, e.not_before))
          FROM (SELECT endpoint_id, count(*)::int AS pending
                  FROM planned WHERE state = 'pending' GROUP BY endpoint_id) AS new
         WHERE e.id = new.endpoint_id),
      moved AS (
        UPDATE webhook_job_position SET position = (SELECT max(position) FROM batch)
         WHERE id = 1 AND EXISTS (SELECT 1 FROM batch))
      SELECT (SELECT count(*) FROM batch)::int AS events,
             (SELECT count(*) FROM planned)::int AS deliveries,
             (SELECT count(*) FROM planned WHERE state = 'failed')::int AS refused""";

  /** $1 claim, $2 limit, $3 now, $4 until. */
  static final String CLAIM =
      """
      WITH due AS MATERIALIZED (
        SELECT id FROM webhook_endpoint
         WHERE due_at IS NOT NULL AND due_at <= $3
           AND disabled_reason IS NULL AND deleted_at IS NULL
           AND (claimed_until IS NULL OR claimed_until <= $3)
         ORDER BY due_at
         LIMIT $2
           FOR NO KEY UPDATE SKIP LOCKED)
      UPDATE webhook_endpoint e SET claim = $1, claimed_until = $4 FROM due WHERE e.id = due.id""";

  /**
   * Behind {@link #CLAIM}, as a statement of its own: it sees everything that whoever had the
   * endpoint before has stored. An endpoint without work comes as one row without a delivery. $1
   * claim, $2 window, $3 now.
   */
  static final String LOAD =
      "SELECT "
          + WebhookSql.ENDPOINT_COLUMNS
          + ", "
          + WebhookSql.DELIVERY_COLUMNS
          + """
           FROM webhook_endpoint e
           LEFT JOIN LATERAL (
             (SELECT * FROM webhook_delivery
               WHERE endpoint_id = e.id AND state = 'pending' AND tries = 0
               ORDER BY position LIMIT $2)
             UNION ALL
             (SELECT * FROM webhook_delivery
               WHERE endpoint_id = e.id AND state = 'pending' AND tries > 0 AND next_at <= $3
               ORDER BY next_at LIMIT $2)) AS d ON true
           WHERE e.claim = $1
           ORDER BY e.id, d.next_at""";

  /**
   * First of its transaction, so that what follows sees what was planned. $1 endpoint, $2 claim.
   */
  static final String LOCK_CLAIMED =
      "SELECT id FROM webhook_endpoint WHERE id = $1 AND claim = $2 FOR NO KEY UPDATE";

  /**
   * Keeps the last {@code $8} sends in the log. $1 endpoint, $2 claim, $3 positions, $4 states, $5
   * next times, $6 sends as JSON, $7 now.
   */
  static final String RECORD =
      """
      WITH recorded AS (
        UPDATE webhook_delivery d
           SET state = s.state, tries = d.tries + 1, next_at = s.next_at,
               ended_at = CASE WHEN s.state <> 'pending' THEN $7::timestamptz END,
               log = CASE WHEN jsonb_array_length(d.log) >= $8 THEN d.log - 0 ELSE d.log END
                     || s.send::jsonb
          FROM unnest($3::bigint[], $4::text[], $5::timestamptz[], $6::text[])
                 AS s(position, state, next_at, send),
               webhook_endpoint e
         WHERE e.id = $1 AND e.claim = $2
           AND d.endpoint_id = e.id AND d.position = s.position AND d.state = 'pending'
        RETURNING d.state)
      UPDATE webhook_endpoint
         SET waiting = waiting - (SELECT count(*)::int FROM recorded WHERE state <> 'pending')
       WHERE id = $1 AND claim = $2""";

  /**
   * What waits fails with its endpoint; at most as many as may wait. Not of one that its tenant has
   * paused, or has given another address meanwhile. $1 endpoint, $2 claim, $3 now, $4 the address
   * that was asked.
   */
  static final String FAIL_WAITING =
      """
      WITH failed AS (
        UPDATE webhook_delivery d
           SET state = 'failed', next_at = NULL, ended_at = $3
          FROM webhook_endpoint e
         WHERE e.id = $1 AND e.claim = $2 AND e.disabled_reason IS NULL AND e.url = $4
           AND d.endpoint_id = e.id AND d.state = 'pending'
        RETURNING d.position)
      UPDATE webhook_endpoint
         SET waiting = waiting - (SELECT count(*)::int FROM failed)
       WHERE id = $1 AND claim = $2""";

  /**
   * Last of its transaction. An endpoint that goes on is due when its first delivery is, and not
   * before others that wait now. What another address has answered says nothing of this one. $1
   * endpoint, $2 claim, $3 failures, $4 failing since, $5 not before, $6 disabled reason, $7 now,
   * $8 the address that was asked.
   */
  static final String RELEASE =
      """
      UPDATE webhook_endpoint e
         SET claim = NULL, claimed_until = NULL,
             failures = CASE WHEN e.url = $8 THEN $3 ELSE e.failures END,
             failing_since = CASE WHEN e.url = $8 THEN $4 ELSE e.failing_since END,
             disabled_reason = coalesce(e.disabled_reason, CASE WHEN e.url = $8 THEN $6 END),
             disabled_at = CASE WHEN $6::text IS NULL OR e.url <> $8 THEN e.disabled_at
                                ELSE coalesce(e.disabled_at, $7) END,
             not_before = CASE WHEN e.url = $8 THEN $5 ELSE e.not_before END,
             due_at = (SELECT greatest(d.next_at, $7::timestamptz,
                                       CASE WHEN e.url = $8 THEN $5::timestamptz
                                            ELSE e.not_before END)
                         FROM webhook_delivery d
                        WHERE d.endpoint_id = $1 AND d.state = 'pending'
                        ORDER BY d.next_at LIMIT 1)
       WHERE e.id = $1 AND e.claim = $2""";

  static final String COUNTS =
      """
      SELECT coalesce(sum(waiting), 0) AS waiting, count(*) AS endpoints,
             count(*) FILTER (WHERE disabled_reason IN ('gone', 'failing')) AS disabled,
             (SELECT greatest(0, coalesce(max(position), 0)
                                 - least((SELECT position FROM webhook_position),
                                         (SELECT position FROM webhook_job_position)))
                FROM event) AS lag
        FROM webhook_endpoint WHERE deleted_at IS NULL""";
}
