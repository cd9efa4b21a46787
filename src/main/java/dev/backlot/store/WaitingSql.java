package dev.backlot.store;

/** Jobs that wait: queued or held. What no provider has seen is moved without an attempt. */
final class WaitingSql {
  private WaitingSql() {}

  private static final String COLUMNS =
      """
      SELECT job.id, job.tenant_id, job.batch_id, job.pool_id, job.slot_class, job.version,
             job.state, job.held_reason, job.asset, job.cost,
             coalesce(job.ripe_at, job.start_at) AS ripe_at
        FROM job
      """;

  /** $1 tenant, $2 id. */
  static final String LOCK_ONE =
      COLUMNS
          + """
          WHERE job.tenant_id = $1 AND job.id = $2 AND job.state IN ('queued', 'held')
            FOR UPDATE""";

  /** What has not been started in time; what somebody has locked is left. $1 now, $2 limit. */
  static final String LOCK_EXPIRED =
      COLUMNS
          + """
          WHERE job.state IN ('queued', 'held') AND job.expires_at <= $1
          ORDER BY job.expires_at
          LIMIT $2
            FOR UPDATE SKIP LOCKED""";

  /** What somebody else is moving is passed over, never waited for. $1 jobs. */
  static final String LOCK_QUEUED =
      COLUMNS
          + """
          WHERE job.id = ANY($1::uuid[]) AND job.state = 'queued'
          ORDER BY job.id
            FOR UPDATE SKIP LOCKED""";

  /** Likewise, and what has another model by now too. $1 jobs, $2 their models. */
  static final String LOCK_QUEUED_WITH =
      COLUMNS
          + """
            JOIN unnest($1::uuid[], $2::text[]) AS given (id, model)
              ON job.id = given.id AND job.model = given.model
           WHERE job.state = 'queued'
           ORDER BY job.id
             FOR UPDATE OF job SKIP LOCKED""";

  /** Likewise. $1 jobs, $2 reason for which they are held. */
  static final String LOCK_HELD =
      COLUMNS
          + """
          WHERE job.id = ANY($1::uuid[]) AND job.state = 'held' AND job.held_reason = $2
          ORDER BY job.id
            FOR UPDATE SKIP LOCKED""";

  /**
   * Compare-and-set on the version, which the lock has settled. $1 jobs, $2 versions left, $3 new
   * states, $4 reasons of those that are held, $5 now, $6 error numbers and $7 details of those
   * that fail.
   */
  static final String MOVE =
      """
      UPDATE job
         SET state = given.state, version = job.version + 1, held_reason = given.reason,
             due = coalesce(job.ripe_at, job.start_at) <= $5, updated_at = $5,
             error_number = given.error_number, error_detail = given.error_detail,
             ended_at = CASE WHEN given.state IN ('failed', 'canceled', 'expired')
                             THEN $5::timestamptz END
        FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $6::int[], $7::text[])
             AS given (id, version, state, reason, error_number, error_detail)
       WHERE job.id = given.id AND job.version = given.version
         AND job.state IN ('queued', 'held')""";

  /** A held job waits for something else from now on: no transition. $1 jobs, $2 reason. */
  static final String HOLD_FOR =
      "UPDATE job SET held_reason = $2 WHERE id = ANY($1::uuid[]) AND state = 'held'";

  /**
   * Books what has changed in the reservations, between two of a tenant's accounts. %1$s kind, %2$s
   * from, %3$s to; $2 now.
   */
  private static final String BOOK =
      """
      , moved AS (
        INSERT INTO transfer (kind, debit_account, credit_account, asset, amount, job_id, at)
        SELECT '%1$s', b.%2$s_account, b.%3$s_account, c.asset, c.amount, c.job_id, $2
          FROM changed c
         CROSS JOIN LATERAL (SELECT reserved_account, available_account FROM balance
                              WHERE tenant_id = c.tenant_id AND asset = c.asset LIMIT 1) b
      )
      UPDATE balance b
         SET %2$s = b.%2$s - sums.amount, %3$s = b.%3$s + sums.amount
        FROM (SELECT tenant_id, asset, sum(amount) AS amount FROM changed GROUP BY 1, 2) AS sums
       WHERE b.tenant_id = sums.tenant_id AND b.asset = sums.asset""";

  /**
   * Reserves what jobs cost that have no open reservation, anew where it was released. The balances
   * are locked; a balance that cannot pay fails the transaction. $1 jobs, $2 now.
   */
  static final String RESERVE =
      """
      WITH changed AS (
        INSERT INTO reservation AS r (job_id, tenant_id, asset, amount, opened_at)
        SELECT job.id, job.tenant_id, job.asset, job.cost, $2
          FROM unnest($1::uuid[]) AS given (id) JOIN job ON job.id = given.id
        ON CONFLICT (job_id) DO UPDATE
           SET outcome = 'open', amount = excluded.amount, opened_at = excluded.opened_at,
               closed_at = NULL
         WHERE r.outcome = 'released'
        RETURNING r.job_id, r.tenant_id, r.asset, r.amount
      )"""
          + BOOK.formatted("reserve", "available", "reserved");

  /** Gives back what jobs had reserved. The balances are locked. $1 jobs, $2 now. */
  static final String RELEASE =
      """
      WITH changed AS (
        UPDATE reservation r SET outcome = 'released', closed_at = $2
          FROM unnest($1::uuid[]) AS given (id)
         WHERE r.job_id = given.id AND r.outcome = 'open'
        RETURNING r.job_id, r.tenant_id, r.asset, r.amount
      )"""
          + BOOK.formatted("release", "reserved", "available");

  /**
   * Its place among the tenant's own jobs. No transition. $1 tenant, $2 id, $3 priority, $4 step.
   */
  static final String REPRIORITISE =
      """
      UPDATE job SET priority = $3::int, sort_key = accepted_at - $3::int * $4::bigint * interval '1 ms'
       WHERE tenant_id = $1 AND id = $2 AND state IN ('queued', 'held')""";
}
