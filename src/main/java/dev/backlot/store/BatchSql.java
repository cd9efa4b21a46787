package dev.backlot.store;

/**
 * Batches. Their rows are locked after idempotency keys and before jobs. Nobody who queues, claims
 * or ends a job of its own waits for one, so a batch may be locked for as long as thousands of jobs
 * take. Who releases one held job of it does wait: until then it is not known whether that may be
 * queued.
 */
final class BatchSql {
  private BatchSql() {}

  private static final String COLUMNS =
      """
      SELECT id, tenant_id, name, state, weight, max_in_flight, spend_cap::text AS spend_cap, items,
             refused_items, created_at, updated_at
        FROM batch
      """;

  /**
   * $1 id, $2 tenant, $3 API key, $4 name, $5 weight, $6 most in flight, $7 cap, $8 items, $9
   * refused, $10 how many of them, $11 due, $12 now.
   */
  static final String INSERT =
      """
      INSERT INTO batch (id, tenant_id, api_key_id, name, weight, max_in_flight, spend_cap, items,
                         refused, refused_items, due_at, created_at, updated_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7::text::jsonb, $8, $9::text::jsonb, $10, $11, $12, $12)""";

  /** $1 tenant, $2 id. */
  static final String FIND = COLUMNS + " WHERE tenant_id = $1 AND id = $2";

  /** $1 tenant, $2 id. */
  static final String LOCK = FIND + " FOR UPDATE";

  /** $1 id. */
  static final String LOCK_ANY = COLUMNS + " WHERE id = $1 FOR UPDATE";

  /**
   * What the batch of a job wants, which does not change until the commit: what is queued before it
   * is paused, is there for the step that follows. No row when it is of none. $1 tenant, $2 job.
   */
  static final String SHARE_OF_JOB =
      """
      SELECT batch.state FROM job JOIN batch ON batch.id = job.batch_id
       WHERE job.tenant_id = $1 AND job.id = $2 FOR SHARE OF batch""";

  /** Likewise, those that are open; what somebody else is changing is passed over. $1 jobs. */
  static final String SHARE_OPEN =
      """
      SELECT id FROM batch
       WHERE id IN (SELECT batch_id FROM job WHERE id = ANY($1::uuid[])) AND state = 'open'
       ORDER BY id FOR SHARE SKIP LOCKED""";

  /** Newest first. $1 tenant, $2 the id before the first wanted one, $3 limit. */
  static final String LIST =
      COLUMNS + " WHERE tenant_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";

  /** $1 tenant, $2 id. */
  static final String REFUSED =
      "SELECT refused::text AS refused FROM batch WHERE tenant_id = $1 AND id = $2";

  /** $1 now, $2 limit. */
  static final String DUE = "SELECT id FROM batch WHERE due_at <= $1 ORDER BY due_at, id LIMIT $2";

  /** $1 id, $2 state, $3 now. */
  static final String WANT =
      """
      UPDATE batch SET state = $2, due_at = $3, updated_at = $3
       WHERE id = $1 AND state <> $2 AND state <> 'canceled'""";

  /** $1 id, $2 name, $3 weight, $4 most in flight, $5 cap, $6 now. */
  static final String CHANGE =
      """
      UPDATE batch
         SET name = $2, weight = $3, max_in_flight = $4, spend_cap = $5::text::jsonb, due_at = $6,
             updated_at = $6
       WHERE id = $1""";

  /** $1 id, $2 due. */
  static final String LOOK_AGAIN = "UPDATE batch SET due_at = $2 WHERE id = $1";

  /** Whether a job of the batch is at work or about to be. $1 id. */
  static final String AT_WORK =
      """
      SELECT EXISTS (SELECT 1 FROM job
                      WHERE batch_id = $1 AND ended_at IS NULL
                        AND (state <> 'held' OR held_reason IS DISTINCT FROM 'spend_cap')) AS any""";

  /**
   * When to look again, once a step has moved what it could: at jobs that may come back into the
   * queue of a paused batch, at those that a cancel has passed over, at those whose end makes room
   * under the cap, and at those that fit there and cannot be paid. $1 id, $2 then, $3 whether
   * others were at work before the room under the cap was measured: one that has ended since may
   * have made some; or whether credit was missing.
   */
  static final String REST =
      """
      UPDATE batch
         SET due_at = CASE WHEN CASE state
               WHEN 'paused' THEN EXISTS (SELECT 1 FROM job
                 WHERE batch_id = batch.id AND ended_at IS NULL
                   AND state IN ('queued', 'submitting', 'running', 'storing'))
               WHEN 'canceled' THEN EXISTS (SELECT 1 FROM job
                 WHERE batch_id = batch.id AND ended_at IS NULL)
               ELSE EXISTS (SELECT 1 FROM job
                 WHERE batch_id = batch.id AND ended_at IS NULL
                   AND state = 'held' AND held_reason = 'batch_paused')
                 OR EXISTS (SELECT 1 FROM job
                 WHERE batch_id = batch.id AND ended_at IS NULL
                   AND state = 'held' AND held_reason = 'spend_cap')
                AND ($3 OR EXISTS (SELECT 1 FROM job
                 WHERE batch_id = batch.id AND ended_at IS NULL
                   AND (state <> 'held' OR held_reason IS DISTINCT FROM 'spend_cap')))
             END THEN $2::timestamptz END
       WHERE id = $1""";

  /** The lanes that jobs of the batch have had so far. $1 batch. */
  static final String LANES =
      "SELECT pool_id, slot_class, tenant_id, batch_id FROM batch_lane WHERE batch_id = $1";

  /** Of a batch of one key: whose it is now, and the first answer. $1 tenant, $2 key. */
  static final String KEY_OWNER =
      "SELECT job_id, body_sha256, answer FROM idempotency_key WHERE tenant_id = $1 AND key = $2";

  /** A refusal is not remembered. $1 tenant, $2 key, $3 whose. */
  static final String FORGET_KEY =
      "DELETE FROM idempotency_key WHERE tenant_id = $1 AND key = $2 AND job_id = $3";

  /** $1 tenant, $2 key, $3 answer. */
  static final String ANSWER_OF_KEY =
      "UPDATE idempotency_key SET answer = $3 WHERE tenant_id = $1 AND key = $2";

  /** $1 tenant. */
  static final String AVAILABLE = "SELECT asset, available FROM balance WHERE tenant_id = $1";

  /** Whether job {@code j} is the last of its item. */
  static final String NEWEST = "(SELECT true FROM job n WHERE n.retry_of = j.id LIMIT 1) IS NULL";

  /**
   * What the jobs are committed to, by asset. Whoever queues one holds the batch's lock, and an end
   * that is under way can only make it less: so it is never more than this. $1 batch.
   */
  static final String COMMITTED = committed("$1");

  /**
   * @param batch an expression
   */
  static String committed(String batch) {
    return """
    SELECT c.asset,
           sum(CASE WHEN c.ended_at IS NOT NULL THEN coalesce(r.settled, 0)
                    WHEN c.state = 'held' AND c.held_reason = 'spend_cap' THEN 0
                    ELSE c.cost END) AS committed
      FROM job c
      LEFT JOIN LATERAL (SELECT settled FROM reservation WHERE job_id = c.id LIMIT 1) r ON true
     WHERE c.batch_id = %s
     GROUP BY c.asset"""
        .formatted(batch);
  }

  /** $1 tenant, $2 batch. */
  static final String PROGRESS =
      """
      SELECT j.state, j.asset, count(*) FILTER (WHERE j.newest) AS jobs,
             coalesce(sum(j.cost) FILTER (WHERE j.newest), 0) AS cost,
             coalesce(sum(r.settled), 0) AS charged,
             coalesce(sum(r.amount) FILTER (WHERE r.outcome = 'open'), 0) AS reserved
        FROM (SELECT j.id, j.state, j.asset, j.cost, %s AS newest
                FROM job j WHERE j.tenant_id = $1 AND j.batch_id = $2) AS j
        LEFT JOIN LATERAL (SELECT settled, amount, outcome FROM reservation
                            WHERE job_id = j.id LIMIT 1) r ON true
       GROUP BY j.state, j.asset"""
          .formatted(NEWEST);

  private static final String LINES_BEGIN =
      """
      SELECT j.batch_item, j.id, j.kind, j.model, j.state, j.held_reason,
             j.metadata::text AS metadata, j.asset, j.cost, j.error_number, j.error_detail,
             j.outputs::text AS outputs, j.attempts, j.retry_of, j.updated_at, j.ended_at,
             CASE WHEN j.ended_at IS NOT NULL THEN coalesce(r.settled, 0) END AS charged
        FROM job j
        LEFT JOIN LATERAL (SELECT settled FROM reservation
                            WHERE job_id = j.id LIMIT 1) r ON true
       WHERE j.tenant_id = $1 AND j.batch_id = $2 AND j.batch_item > $3 AND """
          + " "
          + NEWEST;

  /** $1 tenant, $2 batch, $3 after this item, $4 limit. */
  static final String LINES = LINES_BEGIN + " ORDER BY j.batch_item LIMIT $4";

  /** As {@link #LINES}, of the states $5. */
  static final String LINES_IN_STATES =
      LINES_BEGIN + " AND j.state = ANY($5::text[]) ORDER BY j.batch_item LIMIT $4";

  /**
   * What a retry repeats: the newest jobs of their items that ended so, each as it was submitted,
   * whatever model has stood in for its own. $1 batch, $2 states.
   */
  static final String TO_RETRY =
      """
      SELECT j.id, j.batch_item, j.kind,
             CASE WHEN j.requested_slots IS NULL THEN j.model ELSE j.requested_model END AS model,
             j.input::text AS input, j.metadata::text AS metadata, j.priority, j.pool_id,
             coalesce(j.requested_slot_class, j.slot_class) AS slot_class,
             coalesce(j.requested_slots, j.slots) AS slots,
             j.accepted_at, j.sort_key, j.asset, j.cost, j.price_version, j.fallback, j.on_timeout,
             j.mode, j.seconds, j.pinned::text AS pinned
        FROM job j
       WHERE j.batch_id = $1 AND j.state = ANY($2::text[]) AND """
          + " "
          + NEWEST
          + " ORDER BY j.batch_item";

  /** In the transaction that has made them. $1 jobs, $2 those that they repeat. */
  static final String REPEAT =
      """
      UPDATE job SET retry_of = given.old
        FROM unnest($1::uuid[], $2::uuid[]) AS given(id, old)
       WHERE job.id = given.id""";

  /** In the transaction that has made them, before anybody sees them. $1 jobs, $2 reasons. */
  static final String HOLD_NEW =
      """
      UPDATE job SET state = 'held', held_reason = given.reason
        FROM unnest($1::uuid[], $2::text[]) AS given(id, reason)
       WHERE job.id = given.id""";

  /** The last statement of its transaction. $1 jobs, $2 data. */
  static final String APPEND_NEW =
      """
      INSERT INTO event (tenant_id, job_id, batch_id, job_version, type, at, data)
      SELECT j.tenant_id, a.id, j.batch_id, j.version, 'job.' || j.state, j.updated_at,
             CASE j.state WHEN 'held'
               THEN a.data::jsonb || jsonb_build_object('state', j.state, 'reason', j.held_reason)
               ELSE a.data::jsonb END
        FROM unnest($1::uuid[], $2::text[]) WITH ORDINALITY AS a (id, data, n)
       CROSS JOIN LATERAL (SELECT tenant_id, batch_id, version, state, held_reason, updated_at
                             FROM job WHERE id = a.id LIMIT 1) j
       ORDER BY a.n""";

  private static final String MOVABLE =
      """
      SELECT j.id, j.tenant_id, j.batch_id, j.version, j.state, j.held_reason, j.pool_id,
             j.slot_class, j.asset, j.cost, coalesce(j.ripe_at, j.start_at) AS ripe_at
        FROM job j
       WHERE j.batch_id = $1 AND j.ended_at IS NULL AND\
      """
          + " ";

  private static final String FIRST = " ORDER BY j.id LIMIT $2 FOR UPDATE SKIP LOCKED";

  /** Of a paused batch. $1 batch, $2 limit. */
  static final String QUEUED = MOVABLE + "j.state = 'queued'" + FIRST;

  /** Of a canceled batch. $1 batch, $2 limit. */
  static final String WAITING = MOVABLE + "j.state IN ('queued', 'held')" + FIRST;

  /** Of a batch that is open again. $1 batch, $2 limit. */
  static final String PAUSED =
      MOVABLE + "j.state = 'held' AND j.held_reason = 'batch_paused'" + FIRST;

  /**
   * Jobs that might fit under the cap and be paid, in the order of their items. $1 batch, $2 limit,
   * $3 assets, $4 what is left of each.
   */
  static final String FITTING =
      MOVABLE
          + """
          j.state = 'held' AND j.held_reason = 'spend_cap'
            AND NOT EXISTS (SELECT 1 FROM unnest($3::text[], $4::numeric[]) AS room(asset, amount)
                             WHERE room.asset = j.asset AND room.amount < j.cost)
          ORDER BY j.batch_item LIMIT $2 FOR UPDATE SKIP LOCKED""";

  /** Whether the cap would let one in. $1 batch, $2 assets, $3 what the cap leaves of each. */
  static final String FITS =
      """
      SELECT EXISTS (SELECT 1 FROM job j
                      WHERE j.batch_id = $1 AND j.ended_at IS NULL AND j.state = 'held'
                        AND j.held_reason = 'spend_cap'
                        AND NOT EXISTS (SELECT 1 FROM unnest($2::text[], $3::numeric[])
                                                   AS room(asset, amount)
                                         WHERE room.asset = j.asset
                                           AND room.amount < j.cost)) AS any""";

  /** Committed, and not at work: the last items first. $1 batch. */
  static final String COMMITTED_WAITING =
      MOVABLE
          + """
          (j.state = 'queued' OR j.state = 'held' AND j.held_reason = 'batch_paused')
          ORDER BY j.batch_item DESC FOR UPDATE SKIP LOCKED""";

  /** No transition and no event. $1 batch, $2 limit, $3 now. */
  static final String WISH_CANCEL =
      """
      UPDATE job SET cancel_requested = true, updated_at = $3
       WHERE id = ANY(ARRAY(
             SELECT id FROM job
              WHERE batch_id = $1 AND ended_at IS NULL
                AND state IN ('submitting', 'running', 'storing') AND NOT cancel_requested
              ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED))""";
}
