package dev.backlot.store;

/** Statements about jobs as their tenants see them. */
final class JobSql {
  private JobSql() {}

  /** What {@link Rows#job} reads. To be continued with a WHERE on {@code j}. */
  static final String SELECT =
      """
      SELECT j.id, j.tenant_id, j.public_number, j.kind, j.model, j.input::text AS input,
             j.metadata::text AS metadata, j.priority, j.state, j.version, j.cancel_requested, j.overdue,
             j.asset, j.cost, j.price_version, j.error_number, j.error_detail,
             j.outputs::text AS outputs, j.accepted_at, j.updated_at, j.started_at, j.ended_at,
             j.start_at, j.expires_at, j.fallback, j.on_timeout, j.batch_id, j.batch_item, j.held_reason,
             CASE WHEN j.ended_at IS NOT NULL THEN coalesce(r.settled, 0) END AS charged
        FROM job j
        LEFT JOIN reservation r ON r.job_id = j.id
      """;

  /** $1 tenant, $2 id. */
  static final String FIND = SELECT + " WHERE j.tenant_id = $1 AND j.id = $2";

  /** With the last attempts, in one snapshot. $1 tenant, $2 id, $3 most attempts. */
  static final String DETAIL =
      "WITH found AS ("
          + FIND
          + ")\n"
          + """
      SELECT found.*,
             (SELECT coalesce(requested_model, model) FROM job WHERE id = found.id)
               AS requested_model,
             (SELECT json_agg(json_build_object(
                       'number', number, 'model', model, 'state', state, 'note', note,
                       'account', account_id, 'started_at', first_sent_at,
                       'ended_at', closed_at, 'counted', counted) ORDER BY number)::text
                FROM (SELECT * FROM attempt WHERE job_id = found.id
                       ORDER BY number DESC LIMIT $3) AS last) AS attempts
        FROM found""";

  /** Newest first. $1 tenant, $2 the id before the first wanted one, $3 limit. */
  static final String LIST =
      SELECT + " WHERE j.tenant_id = $1 AND j.id < $2 ORDER BY j.id DESC LIMIT $3";

  /** As {@link #LIST}, of the states $4. */
  static final String LIST_IN_STATES =
      SELECT
          + """
           WHERE j.tenant_id = $1 AND j.id < $2 AND j.state = ANY($4::text[])
           ORDER BY j.id DESC LIMIT $3""";

  /** Held by a cancel until its commit; a claim passes by. $1 tenant, $2 id. */
  static final String LOCK = "SELECT id FROM job WHERE tenant_id = $1 AND id = $2 FOR UPDATE";

  /** $1 tenant, $2 id of a job that can be cancelled at once. */
  static final String LOCK_BALANCE_OF_WAITING =
      """
      SELECT b.id FROM job j JOIN balance b ON b.tenant_id = j.tenant_id AND b.asset = j.asset
       WHERE j.tenant_id = $1 AND j.id = $2 AND j.state IN ('queued', 'held')
         FOR UPDATE OF b""";

  /** What no provider has seen ends at once, and its reservation is released. $3 now. */
  static final String CANCEL_WAITING =
      """
      WITH ended AS (
        UPDATE job SET state = 'canceled', version = version + 1, held_reason = NULL, updated_at = $3,
                       ended_at = $3
         WHERE tenant_id = $1 AND id = $2 AND state IN ('queued', 'held')
        RETURNING id
      ), closed AS (
        UPDATE reservation r SET outcome = 'released', closed_at = $3
          FROM ended WHERE r.job_id = ended.id AND r.outcome = 'open'
        RETURNING r.job_id, r.tenant_id, r.asset, r.amount
      ), moved AS (
        INSERT INTO transfer (kind, debit_account, credit_account, asset, amount, job_id, at)
        SELECT 'release', b.reserved_account, b.available_account, c.asset, c.amount, c.job_id, $3
          FROM closed c JOIN balance b ON b.tenant_id = c.tenant_id AND b.asset = c.asset
      )
      UPDATE balance b SET reserved = b.reserved - c.amount, available = b.available + c.amount
        FROM closed c WHERE b.tenant_id = c.tenant_id AND b.asset = c.asset""";

  /** Once the provider is at work, only the wish is recorded: no transition, no event. $3 now. */
  static final String WISH_CANCEL =
      """
      UPDATE job SET cancel_requested = true, updated_at = $3
       WHERE tenant_id = $1 AND id = $2 AND state IN ('submitting', 'running', 'storing')
         AND NOT cancel_requested""";

  private static final String CANCELED_NOW =
      """
       FROM job WHERE tenant_id = $1 AND id = $2 AND state = 'canceled'
        AND xmin = pg_current_xact_id_if_assigned()::xid""";

  /** The log is locked only when there is something to append. $1 tenant, $2 id. */
  static final String LOCK_LOG_IF_CANCELED = "SELECT pg_advisory_xact_lock(1)" + CANCELED_NOW;

  /** The last statement of its transaction. $1 tenant, $2 id. */
  static final String APPEND_CANCELED =
      """
      INSERT INTO event (tenant_id, job_id, batch_id, job_version, type, at, data)
      SELECT tenant_id, id, batch_id, version, 'job.canceled', updated_at,
             jsonb_build_object('state', state, 'version', version)"""
          + CANCELED_NOW;

  /** $1 tenant, $2 id. */
  static final String RESULT_SOURCE =
      """
      SELECT a.account_id, a.result
        FROM job j
        JOIN attempt a ON a.job_id = j.id AND a.state = 'succeeded' AND NOT a.detached
       WHERE j.tenant_id = $1 AND j.id = $2 AND j.state = 'succeeded' AND a.result IS NOT NULL
       ORDER BY a.number DESC LIMIT 1""";

  static final String COUNT_OVERDUE =
      "SELECT count(*) AS jobs FROM job WHERE state = 'running' AND overdue";

  static final String COUNT_LIVE =
      """
      SELECT state, count(*) AS jobs FROM job
       WHERE state IN ('queued', 'held', 'submitting', 'running', 'storing')
       GROUP BY state""";
}
