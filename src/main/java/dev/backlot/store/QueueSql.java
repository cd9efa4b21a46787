package dev.backlot.store;

/** Where a job stands. Every count has a limit. */
final class QueueSql {
  private QueueSql() {}

  /**
   * What becomes due before the job is looked for among the last that do. Weights of lanes that
   * have work count those with the lowest tags, a thousand at most. $1 tenant, $2 job, $3 most jobs
   * to count.
   */
  static final String PLACE =
      """
      SELECT job.state, job.held_reason, job.due, job.start_at,
             coalesce(job.ripe_at, job.start_at) AS ripe_at, job.pool_id, job.slot_class,
             job.slots, job.kind, job.model, job.mode, job.seconds,
             job.pinned ->> 'account' AS only_account,
             job.id, job.attempts, job.pinned::text AS pinned,
             CASE WHEN job.state = 'queued' THEN job.input::text END AS input,
             (SELECT running_since FROM attempt
               WHERE job_id = job.id AND state = 'running' AND NOT detached LIMIT 1)
               AS running_since,
             (SELECT last_unknown_at FROM attempt
               WHERE job_id = job.id AND state = 'unknown' AND NOT detached LIMIT 1)
               AS unknown_since,
             coalesce((SELECT state <> 'open' FROM batch AS whole
                        WHERE whole.id = job.batch_id), false) AS batch_paused,
             coalesce(ripening.ahead, 0) AS ripening_ahead,
             coalesce(ripening.jobs, 0) AS ripening_jobs,
             (SELECT count(*) FROM (
                SELECT 1 FROM job AS earlier
                 WHERE earlier.state = 'queued' AND earlier.due
                   AND earlier.pool_id = job.pool_id AND earlier.slot_class = job.slot_class
                   AND earlier.tenant_id = job.tenant_id
                   AND coalesce(earlier.batch_id, %1$s) = coalesce(job.batch_id, %1$s)
                   AND (earlier.sort_key, earlier.id) < (job.sort_key, job.id)
                 LIMIT $3) AS before) AS ahead,
             CASE WHEN job.pinned IS NULL THEN 0 ELSE
               (SELECT count(*) FROM (
                  SELECT pinned ->> 'account' AS account FROM job AS earlier
                   WHERE earlier.state = 'queued' AND earlier.due
                     AND earlier.pool_id = job.pool_id AND earlier.slot_class = job.slot_class
                     AND earlier.tenant_id = job.tenant_id
                     AND coalesce(earlier.batch_id, %1$s) = coalesce(job.batch_id, %1$s)
                     AND (earlier.sort_key, earlier.id) < (job.sort_key, job.id)
                   LIMIT $3) AS before
                 WHERE before.account = job.pinned ->> 'account') END AS pinned_ahead,
             (SELECT count(*) FROM (
                SELECT 1 FROM job AS other
                 WHERE other.state = 'queued' AND other.due
                   AND other.pool_id = job.pool_id AND other.slot_class = job.slot_class
                   AND other.tenant_id = job.tenant_id
                 LIMIT $3) AS waiting) AS own,
             (SELECT count(*) FROM (
                SELECT 1 FROM job AS other
                 WHERE other.state = 'queued' AND other.due
                   AND other.pool_id = job.pool_id AND other.slot_class = job.slot_class
                 LIMIT $3) AS waiting) AS queued,
             (SELECT weight FROM tenant WHERE id = job.tenant_id) AS weight,
             coalesce((SELECT sum(weight) FROM (
                SELECT tenant.weight FROM lane JOIN tenant ON tenant.id = lane.tenant_id
                 WHERE lane.pool_id = job.pool_id AND lane.slot_class = job.slot_class
                   AND lane.runnable AND lane.tenant_id <> job.tenant_id
                 ORDER BY lane.tag LIMIT 1000) AS lanes), 0) AS others,
             coalesce(batch.weight, 1) AS batch_weight,
             coalesce((SELECT sum(b.weight) FROM batch_lane b
                        WHERE b.pool_id = job.pool_id AND b.slot_class = job.slot_class
                          AND b.tenant_id = job.tenant_id AND b.runnable
                          AND b.batch_id <> coalesce(job.batch_id, %1$s)), 0) AS other_batches,
             coalesce(lane.in_flight, 0) AS lane_in_flight, lane.max_in_flight AS lane_most,
             coalesce(batch.in_flight, 0) AS batch_in_flight, batch.max_in_flight AS batch_most
        FROM job
        LEFT JOIN LATERAL (
             SELECT count(*) AS jobs,
                    count(*) FILTER (
                      WHERE later.tenant_id = job.tenant_id
                        AND coalesce(later.batch_id, %1$s) = coalesce(job.batch_id, %1$s)
                        AND (later.sort_key, later.id) < (job.sort_key, job.id)) AS ahead
               FROM (SELECT * FROM job AS not_due
                      WHERE state = 'queued' AND NOT due
                        AND coalesce(ripe_at, start_at) <= coalesce(job.ripe_at, job.start_at)
                      ORDER BY coalesce(ripe_at, start_at) DESC LIMIT $3) AS later
              WHERE later.pool_id = job.pool_id AND later.slot_class = job.slot_class
        ) AS ripening ON NOT job.due
        LEFT JOIN lane ON lane.pool_id = job.pool_id AND lane.slot_class = job.slot_class
         AND lane.tenant_id = job.tenant_id
        LEFT JOIN batch_lane batch ON batch.pool_id = job.pool_id
         AND batch.slot_class = job.slot_class AND batch.tenant_id = job.tenant_id
         AND batch.batch_id = coalesce(job.batch_id, %1$s)
       WHERE job.tenant_id = $1 AND job.id = $2"""
          .formatted("'00000000-0000-0000-0000-000000000000'");

  /** Of a job that its batch does not let in. $1 tenant, $2 job. */
  static final String BUDGET =
      """
      SELECT j.cost, (batch.spend_cap ->> j.asset)::numeric AS cap,
             coalesce((SELECT available FROM balance
                        WHERE tenant_id = j.tenant_id AND asset = j.asset), 0) AS available,
             coalesce((SELECT committed FROM (%s) AS sums
                        WHERE sums.asset = j.asset), 0) AS committed
        FROM job j JOIN batch ON batch.id = j.batch_id
       WHERE j.tenant_id = $1 AND j.id = $2"""
          .formatted(BatchSql.committed("j.batch_id"));

  /**
   * How many jobs of its kind go before it in its own lane and batch: what one account cannot carry
   * of a job, it can seldom carry of another of the same kind. $1 tenant, $2 job, $3 most jobs to
   * look at.
   */
  static final String AHEAD_OF_KIND =
      """
      SELECT count(*) AS ahead
        FROM job
       CROSS JOIN LATERAL (
             SELECT kind FROM job AS earlier
              WHERE earlier.state = 'queued' AND earlier.due
                AND earlier.pool_id = job.pool_id AND earlier.slot_class = job.slot_class
                AND earlier.tenant_id = job.tenant_id
                AND coalesce(earlier.batch_id, %1$s) = coalesce(job.batch_id, %1$s)
                AND (earlier.sort_key, earlier.id) < (job.sort_key, job.id)
              LIMIT $3) AS before
       WHERE job.tenant_id = $1 AND job.id = $2 AND before.kind = job.kind"""
          .formatted("'00000000-0000-0000-0000-000000000000'");

  /**
   * Those of a job's pool, and whether they know what it uses. $1 pool, $2 slot class, $3 the only
   * one that does, or null.
   */
  static final String ACCOUNTS =
      """
      SELECT account_id, in_flight, ceiling, max_slots,
             $3::text IS NULL OR account_id = $3 AS knows_it
        FROM slot
       WHERE pool_id = $1 AND slot_class = $2
       ORDER BY account_id""";
}
