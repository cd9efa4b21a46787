package dev.backlot.store;

/** From the log to deliveries, and from deliveries to whoever sends them. */
final class WebhookQueueSql {
  private WebhookQueueSql() {}

  /**
   * Before {@link #PLAN}, as statements of their own: planning must see every endpoint that was
   * enabled before it has its position, or what {@link WebhookResumeSql} has left to it would be
   * lost. Where somebody else has the position, nothing is planned, though it comes free meanwhile.
   */
  static final String HOLD = hold("webhook_position");

  static final String HOLD_OF_JOBS = hold("webhook_job_position");

  private static String hold(String position) {
    return """
        SELECT set_config('backlot.%1$s', 'held', true)
          FROM (SELECT 1 FROM %1$s WHERE id = 1 FOR UPDATE SKIP LOCKED) AS ours"""
        .formatted(position);
  }

  /**
   * One statement, so all of it or nothing. Whoever finds the position locked plans nothing;
   * whoever gets it just after another has moved it reads on from there, for the locked row is read
   * anew. As positions rise in commit order, what it sees of the log has no gaps. Endpoints are
   * locked, so that none is disabled or removed meanwhile; nobody else locks more than one. $1
   * limit, $2 most that may wait, $3 now.
   */
  static final String PLAN =
      read("webhook_position")
          + """
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
      """
          + planned("wanted", "webhook_position");

  /**
   * The same for the addresses that jobs have named, from a position of its own: a node of a
   * version that does not know them plans past their events. Marks the jobs that have ended. $1 to
   * $3 as before, $4 types of events that end a job.
   */
  static final String PLAN_OF_JOBS =
      read("webhook_job_position")
          + """
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
        SELECT e.id, e.waiting, e.origin IS NOT NULL AS told_tasks
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
         WHERE told.wanted AND (NOT endpoint.told_tasks OR %s)),
      """
              .formatted(JobWebhookSql.isSeen("told"))
          + planned("due", "webhook_job_position");

  /** Begins a statement: the part of the log that comes next. $1 limit. */
  private static String read(String position) {
    return """
    WITH here AS MATERIALIZED (
      SELECT position FROM %1$s
       WHERE id = 1 AND current_setting('backlot.%1$s', true) = 'held'
         FOR UPDATE SKIP LOCKED),
    batch AS MATERIALIZED (
      SELECT next.*
        FROM here,
             LATERAL (SELECT position, tenant_id, job_id, job_version, type, at, data
                        FROM event
                       WHERE event.position > here.position
                       ORDER BY position LIMIT $1) AS next),
    """
        .formatted(position);
  }

  /** Ends it: what is due becomes deliveries, and the position moves. $3 now. */
  private static String planned(String due, String position) {
    return """
    planned AS (
      INSERT INTO webhook_delivery (endpoint_id, position, tenant_id, job_id, job_version, type,
                                    at, data, state, next_at, created_at, ended_at)
      SELECT endpoint_id, position, tenant_id, job_id, job_version, type, at, data,
             CASE WHEN fits THEN 'pending' ELSE 'failed' END,
             CASE WHEN fits THEN backlot_now() END, $3,
             CASE WHEN fits THEN NULL ELSE $3::timestamptz END
        FROM %s
      RETURNING endpoint_id, state),
    grown AS (
      UPDATE webhook_endpoint e
         SET waiting = e.waiting + new.pending,
             due_at = least(e.due_at, greatest(backlot_now(), e.not_before))
        FROM (SELECT endpoint_id, count(*)::int AS pending
                FROM planned WHERE state = 'pending' GROUP BY endpoint_id) AS new
       WHERE e.id = new.endpoint_id),
    moved AS (
      UPDATE %s SET position = (SELECT max(position) FROM batch)
       WHERE id = 1 AND EXISTS (SELECT 1 FROM batch))
    SELECT (SELECT count(*) FROM batch)::int AS events,
           (SELECT count(*) FROM planned)::int AS deliveries,
           (SELECT count(*) FROM planned WHERE state = 'failed')::int AS refused"""
        .formatted(due, position);
  }

  private static final String WAITS =
      "due_at IS NOT NULL AND disabled_reason IS NULL AND deleted_at IS NULL";

  private static final String DUE =
      WAITS
          + " AND due_at <= backlot_now()"
          + " AND (claimed_until IS NULL OR claimed_until <= backlot_now())";

  /**
   * Tenants take turns: of those with something due, the one with the fewest places goes first. Its
   * own go by when they were due; those whose last send has failed get half of its places at most,
   * so that they do not fill them all with waiting for an answer. The cost depends on how many
   * tenants have something waiting, not on how much. $1 claim, $2 places, $3 tenants that have
   * places already, $4 how many, $5 of those with failing ones, $6 most places of a tenant, $7
   * milliseconds of the claim.
   */
  static final String CLAIM =
      """
      WITH RECURSIVE taken AS MATERIALIZED (
        SELECT * FROM unnest($3::uuid[], $4::int[], $5::int[]) AS t (tenant_id, places, failing)),
      tenant AS (
        (SELECT tenant_id FROM webhook_endpoint WHERE %1$s ORDER BY tenant_id LIMIT 1)
        UNION ALL
        SELECT (SELECT e.tenant_id FROM webhook_endpoint e
                 WHERE %1$s AND e.tenant_id > tenant.tenant_id
                 ORDER BY e.tenant_id LIMIT 1)
          FROM tenant WHERE tenant.tenant_id IS NOT NULL),
      room AS MATERIALIZED (
        SELECT tenant.tenant_id, coalesce(taken.places, 0) AS places,
               greatest(0, $6::int - coalesce(taken.places, 0)) AS free,
               greatest(0, ($6::int + 1) / 2 - coalesce(taken.failing, 0)) AS free_for_failing
          FROM tenant LEFT JOIN taken ON taken.tenant_id = tenant.tenant_id
         WHERE tenant.tenant_id IS NOT NULL),
      due AS MATERIALIZED (
        SELECT own.id, own.due_at, room.places + own.turn AS turn
          FROM room
         CROSS JOIN LATERAL (
           SELECT id, due_at, row_number() OVER (ORDER BY due_at) AS turn
             FROM ((SELECT id, due_at FROM webhook_endpoint
                     WHERE tenant_id = room.tenant_id AND failures = 0 AND %2$s
                     ORDER BY due_at LIMIT room.free)
                   UNION ALL
                   (SELECT id, due_at FROM webhook_endpoint
                     WHERE tenant_id = room.tenant_id AND failures > 0 AND %2$s
                     ORDER BY due_at LIMIT least(room.free, room.free_for_failing))) AS either
            ORDER BY due_at LIMIT room.free) AS own),
      chosen AS MATERIALIZED (
        SELECT id FROM due ORDER BY turn, due_at LIMIT $2),
      ours AS MATERIALIZED (
        SELECT id FROM webhook_endpoint
         WHERE id IN (SELECT id FROM chosen) AND %2$s
           FOR NO KEY UPDATE SKIP LOCKED)
      UPDATE webhook_endpoint e
         SET claim = $1, claimed_until = backlot_now() + $7::bigint * interval '1 millisecond'
        FROM ours WHERE e.id = ours.id"""
          .formatted(WAITS, DUE);

  /**
   * Behind {@link #CLAIM}, as a statement of its own: it sees everything that whoever had the
   * endpoint before has stored. An endpoint without work comes as one row without a delivery. $1
   * claim, $2 window.
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
               WHERE endpoint_id = e.id AND state = 'pending' AND tries > 0
                 AND next_at <= backlot_now()
               ORDER BY next_at LIMIT $2)) AS d ON true
           WHERE e.claim = $1
           ORDER BY e.id, d.next_at""";

  /**
   * First of its transaction, so that what follows sees what was planned. $1 endpoint, $2 claim.
   */
  static final String LOCK_CLAIMED =
      "SELECT id FROM webhook_endpoint WHERE id = $1 AND claim = $2 FOR NO KEY UPDATE";

  /**
   * Keeps the last {@code $8} sends in the log. One that was replayed while it was being sent goes
   * on waiting. Who is told tasks cannot tell an older status from a newer one: once a newer one
   * has arrived, an older one of its job that had failed is not tried again. $1 endpoint, $2 claim,
   * $3 positions, $4 states, $5 next times by the clock of whoever has sent them, $6 sends as JSON,
   * $7 now by the same clock, $9 tries before.
   */
  static final String RECORD =
      """
      WITH recorded AS (
        UPDATE webhook_delivery d
           SET state = CASE WHEN d.tries = s.tries THEN s.state ELSE d.state END,
               tries = CASE WHEN d.tries = s.tries THEN d.tries + 1 ELSE d.tries END,
               next_at = CASE WHEN d.tries = s.tries THEN backlot_now() + (s.next_at - $7::timestamptz)
                              ELSE d.next_at END,
               ended_at = CASE WHEN d.tries = s.tries AND s.state <> 'pending'
                               THEN $7::timestamptz END,
               log = CASE WHEN jsonb_array_length(d.log) >= $8 THEN d.log - 0 ELSE d.log END
                     || s.send::jsonb
          FROM unnest($3::bigint[], $4::text[], $5::timestamptz[], $6::text[], $9::int[])
                 AS s(position, state, next_at, send, tries),
               webhook_endpoint e
         WHERE e.id = $1 AND e.claim = $2
           AND d.endpoint_id = e.id AND d.position = s.position AND d.state = 'pending'
        RETURNING d.job_id, d.position, d.state),
      outdated AS (
        UPDATE webhook_delivery d
           SET state = 'outdated', next_at = NULL, ended_at = $7::timestamptz
          FROM recorded newer, webhook_endpoint e
         WHERE newer.state = 'delivered' AND e.id = $1 AND e.claim = $2 AND e.origin IS NOT NULL
           AND d.endpoint_id = e.id AND d.job_id = newer.job_id AND d.position < newer.position
           AND d.state = 'pending' AND d.tries > 0
        RETURNING d.position)
      UPDATE webhook_endpoint
         SET waiting = waiting - (SELECT count(*)::int FROM recorded WHERE state <> 'pending')
                               - (SELECT count(*)::int FROM outdated)
       WHERE id = $1 AND claim = $2""";

  /**
   * Whether an answer says anything of the endpoint as it is now: not when it has another address,
   * or was enabled meanwhile.
   */
  private static final String SAME =
      "(e.url = $8 AND e.failures = $9 AND e.failing_since IS NOT DISTINCT FROM $10)";

  /**
   * Last of its transaction. An endpoint that goes on is due when its first delivery is, and not
   * before others that wait now. Answers how it was disabled, if it was now. $1 endpoint, $2 claim,
   * $3 failures, $4 failing since, $5 not before, $6 disabled reason, $7 now, by the same clock, $8
   * to $10 address, failures and failing since as they were claimed.
   */
  static final String RELEASE =
      """
      UPDATE webhook_endpoint e
         SET claim = NULL, claimed_until = NULL,
             failures = CASE WHEN %1$s THEN $3 ELSE e.failures END,
             failing_since = CASE WHEN %1$s THEN $4 ELSE e.failing_since END,
             disabled_reason = coalesce(e.disabled_reason, CASE WHEN %1$s THEN $6 END),
             disabled_at = CASE WHEN $6::text IS NULL OR NOT %1$s THEN e.disabled_at
                                ELSE coalesce(e.disabled_at, $7) END,
             not_before = CASE WHEN %1$s THEN backlot_now() + ($5::timestamptz - $7::timestamptz)
                               ELSE e.not_before END,
             due_at = (SELECT greatest(d.next_at, backlot_now(),
                                       CASE WHEN %1$s THEN backlot_now() + ($5::timestamptz - $7::timestamptz)
                                            ELSE e.not_before END)
                         FROM webhook_delivery d
                        WHERE d.endpoint_id = $1 AND d.state = 'pending'
                        ORDER BY d.next_at LIMIT 1)
       WHERE e.id = $1 AND e.claim = $2"""
          .formatted(SAME);

  /**
   * Some of what waits at an endpoint that was given up. Whoever plans waits for its lock, hence
   * not all at once; and one that was enabled meanwhile keeps the rest. $1 most, $2 now.
   */
  static final String GIVE_UP =
      """
      WITH given_up AS MATERIALIZED (
        SELECT id FROM webhook_endpoint
         WHERE disabled_reason IN ('gone', 'failing') AND waiting > 0 AND deleted_at IS NULL
         ORDER BY id LIMIT 1
           FOR NO KEY UPDATE SKIP LOCKED),
      part AS MATERIALIZED (
        SELECT d.endpoint_id, d.position
          FROM given_up
          JOIN webhook_delivery d ON d.endpoint_id = given_up.id AND d.state = 'pending'
         LIMIT $1),
      failed AS (
        UPDATE webhook_delivery d SET state = 'failed', next_at = NULL, ended_at = $2
          FROM part
         WHERE d.endpoint_id = part.endpoint_id AND d.position = part.position
           AND d.state = 'pending'
        RETURNING d.position)
      UPDATE webhook_endpoint e
         SET waiting = waiting - (SELECT count(*)::int FROM failed)
        FROM given_up WHERE e.id = given_up.id
      RETURNING (SELECT count(*)::int FROM failed) AS failed""";

  /** $1 most. */
  static final String GIVEN_UP =
      """
      SELECT t.name, e.* FROM (
        (SELECT tenant_id, id, 1 AS endpoints, disabled_reason AS reason, disabled_at AS since
           FROM webhook_endpoint
          WHERE disabled_reason IN ('gone', 'failing') AND deleted_at IS NULL
            AND url_digest IS NULL
          ORDER BY disabled_at DESC LIMIT $1)
        UNION ALL
        (SELECT tenant_id, NULL, count(*)::int,
                (array_agg(disabled_reason ORDER BY disabled_at DESC))[1], max(disabled_at)
           FROM webhook_endpoint
          WHERE disabled_reason IN ('gone', 'failing') AND deleted_at IS NULL
            AND url_digest IS NOT NULL AND retired_at IS NULL
          GROUP BY tenant_id
          ORDER BY max(disabled_at) DESC LIMIT $1)) AS e
        JOIN tenant t ON t.id = e.tenant_id
       ORDER BY e.since DESC LIMIT $1""";

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
