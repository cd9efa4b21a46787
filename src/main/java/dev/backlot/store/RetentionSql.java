package dev.backlot.store;

/**
 * Batches of rows that are no longer needed. All take $1 before, $2 limit, where nothing else is
 * said.
 */
final class RetentionSql {
  private RetentionSql() {}

  /** A key that intake is taking over at this moment is locked, or not expired any more. */
  static final String IDEMPOTENCY_KEYS =
      """
      WITH doomed AS MATERIALIZED (
        SELECT tenant_id, key FROM idempotency_key
         WHERE expires_at < $1
         ORDER BY expires_at
         LIMIT $2
           FOR UPDATE SKIP LOCKED)
      DELETE FROM idempotency_key USING doomed
       WHERE idempotency_key.tenant_id = doomed.tenant_id AND idempotency_key.key = doomed.key""";

  static final String STREAM_TOKENS =
      """
      WITH doomed AS MATERIALIZED (
        SELECT id FROM stream_token
         WHERE expires_at < $1
         ORDER BY expires_at
         LIMIT $2
           FOR UPDATE SKIP LOCKED)
      DELETE FROM stream_token USING doomed WHERE stream_token.id = doomed.id""";

  /**
   * Up to the first event that is still young, though a node whose clock was slow may have written
   * older ones behind it: a resume relies on a log without gaps. The last event stays, because the
   * head is the highest position that is there. While there is a webhook to tell, what was not yet
   * planned for webhooks stays too, however old.
   */
  static final String EVENTS =
      """
      WITH oldest AS MATERIALIZED (
        SELECT position, at FROM event ORDER BY position LIMIT $2),
      kept AS MATERIALIZED (
        SELECT least((SELECT min(position) FROM oldest WHERE at >= $1),
                     (SELECT max(position) FROM event),
                     CASE WHEN EXISTS (SELECT 1 FROM webhook_endpoint
                                        WHERE deleted_at IS NULL AND disabled_reason IS NULL)
                          THEN 1 + least((SELECT position FROM webhook_position),
                                         (SELECT position FROM webhook_job_position))
                     END) AS first)
      DELETE FROM event USING oldest, kept
       WHERE event.position = oldest.position AND oldest.position < kept.first""";

  static final String ALERTS =
      """
      WITH doomed AS MATERIALIZED (
        SELECT id FROM alert
         WHERE state = 'resolved' AND resolved_at < $1
         ORDER BY resolved_at
         LIMIT $2
           FOR UPDATE SKIP LOCKED)
      DELETE FROM alert USING doomed WHERE alert.id = doomed.id""";

  static final String NODES =
      """
      WITH doomed AS MATERIALIZED (
        SELECT id FROM node
         WHERE heartbeat_at = '-infinity' AND started_at < $1
           AND NOT EXISTS (SELECT 1 FROM job
                            WHERE job.owner = node.id
                              AND job.state IN ('submitting', 'running', 'storing'))
         ORDER BY started_at
         LIMIT $2
           FOR UPDATE OF node SKIP LOCKED)
      DELETE FROM node USING doomed WHERE node.id = doomed.id""";

  /**
   * A job's end is read in its own row, so that ending a job writes nothing more. The cost is one
   * look at the job for each input that is there: of live jobs, and of those that have ended since.
   * Nobody but another pass would lock these rows, so none is passed over.
   */
  static final String INPUTS =
      """
      WITH doomed AS MATERIALIZED (
        SELECT input.tenant_id, input.job_id
          FROM job_input input
          JOIN job ON job.id = input.job_id
         WHERE job.ended_at < $1
         LIMIT $2)
      DELETE FROM job_input USING doomed
       WHERE job_input.tenant_id = doomed.tenant_id AND job_input.job_id = doomed.job_id""";

  private static final String NONE_LIVE =
      "NOT EXISTS (SELECT 1 FROM job WHERE job.batch_id = %s AND job.ended_at IS NULL)";

  /** Locked; those that have a lane in which nothing is, and no job that may still go there. */
  static final String ENDED_BATCHES =
      """
      SELECT id FROM batch
       WHERE updated_at < $1 AND id IN (SELECT batch_id FROM batch_lane WHERE in_flight = 0)
         AND\
      """
          + " "
          + NONE_LIVE.formatted("batch.id")
          + " LIMIT $2 FOR UPDATE OF batch SKIP LOCKED";

  /**
   * Behind {@link #ENDED_BATCHES}, as a statement of its own: what was queued before the lock is
   * visible to it. A slot that a task holds whose job has given it up keeps its lane. $1 batches.
   */
  static final String LANES_OF_BATCHES =
      """
      WITH doomed AS MATERIALIZED (
        SELECT b.pool_id, b.slot_class, b.tenant_id, b.batch_id
          FROM batch_lane b
         WHERE b.batch_id = ANY($1::uuid[]) AND b.in_flight = 0 AND %s
           FOR UPDATE OF b SKIP LOCKED)
      DELETE FROM batch_lane b USING doomed
       WHERE b.pool_id = doomed.pool_id AND b.slot_class = doomed.slot_class
         AND b.tenant_id = doomed.tenant_id AND b.batch_id = doomed.batch_id"""
          .formatted(NONE_LIVE.formatted("b.batch_id"));

  static final String WEBHOOK_DELIVERIES =
      """
      WITH doomed AS MATERIALIZED (
        (SELECT endpoint_id, position FROM webhook_delivery
          WHERE state <> 'pending' AND ended_at < $1
          ORDER BY ended_at
          LIMIT $2)
        UNION
        (SELECT d.endpoint_id, d.position
           FROM webhook_endpoint e
           JOIN webhook_delivery d ON d.endpoint_id = e.id
          WHERE e.deleted_at IS NOT NULL
          LIMIT $2)
        LIMIT $2)
      DELETE FROM webhook_delivery d USING doomed
       WHERE d.endpoint_id = doomed.endpoint_id AND d.position = doomed.position
         AND (d.state <> 'pending'
              OR EXISTS (SELECT 1 FROM webhook_endpoint e
                          WHERE e.id = d.endpoint_id AND e.deleted_at IS NOT NULL))""";

  static final String JOB_WEBHOOKS =
      """
      WITH doomed AS MATERIALIZED (
        SELECT job_id FROM job_webhook WHERE ended_at < $1 ORDER BY ended_at LIMIT $2)
      DELETE FROM job_webhook w USING doomed WHERE w.job_id = doomed.job_id""";

  /** The cost is one look for each address that is in use. */
  static final String IDLE_WEBHOOK_ADDRESSES =
      """
      WITH idle AS MATERIALIZED (
        SELECT e.id FROM webhook_endpoint e
         WHERE e.url_digest IS NOT NULL AND e.deleted_at IS NULL AND e.retired_at IS NULL
           AND e.used_at < $1 AND e.waiting = 0
           AND NOT EXISTS (SELECT 1 FROM job_webhook w
                            WHERE w.endpoint_id = e.id AND w.ended_at IS NULL)
         LIMIT $2
           FOR NO KEY UPDATE OF e SKIP LOCKED)
      UPDATE webhook_endpoint e SET retired_at = $1 FROM idle WHERE e.id = idle.id""";

  /** Whoever names an address again moves {@code used_at} first, and the row stays. */
  static final String WEBHOOK_ENDPOINTS =
      """
      WITH idle AS MATERIALIZED (
        (SELECT id FROM webhook_endpoint e WHERE e.deleted_at < $1 AND %1$s LIMIT $2)
        UNION ALL
        (SELECT id FROM webhook_endpoint e
          WHERE e.url_digest IS NOT NULL AND e.deleted_at IS NULL
            AND e.used_at < $1::timestamptz - interval '1 day' AND %1$s
          LIMIT $2)
        LIMIT $2),
      doomed AS MATERIALIZED (
        SELECT e.id FROM webhook_endpoint e
         WHERE e.id IN (SELECT id FROM idle)
           AND (e.deleted_at IS NOT NULL OR e.used_at < $1::timestamptz - interval '1 day')
           FOR UPDATE OF e SKIP LOCKED)
      DELETE FROM webhook_endpoint e USING doomed WHERE e.id = doomed.id"""
          .formatted(
              """
              NOT EXISTS (SELECT 1 FROM webhook_delivery d WHERE d.endpoint_id = e.id)
              AND NOT EXISTS (SELECT 1 FROM job_webhook w WHERE w.endpoint_id = e.id)""");

  /** Only what was done has an answer; that is settled, and its bill is found without it. */
  static final String CALL_ANSWERS =
      """
      WITH old AS MATERIALIZED (
        SELECT id FROM provider_call
         WHERE answer IS NOT NULL AND closed_at < $1 AND state = 'succeeded'
         ORDER BY closed_at
         LIMIT $2
           FOR NO KEY UPDATE SKIP LOCKED)
      UPDATE provider_call SET answer = NULL FROM old WHERE provider_call.id = old.id""";

  static final String BILL_ROWS = ofDays("reconciliation_row");

  static final String BILL_ITEMS = ofDays("reconciliation_item");

  /** By whole days, and none of a day that is still looked at. */
  private static String ofDays(String table) {
    return """
        WITH doomed AS MATERIALIZED (
          SELECT ctid FROM %1$s r
           WHERE day < ($1::timestamptz AT TIME ZONE 'UTC')::date
             AND NOT EXISTS (SELECT 1 FROM reconciliation_day d
                              WHERE d.account_id = r.account_id AND d.day = r.day
                                AND (d.state = 'open' OR d.phase IS NOT NULL))
           LIMIT $2)
        DELETE FROM %1$s r USING doomed WHERE r.ctid = doomed.ctid"""
        .formatted(table);
  }
}
