package dev.backlot.store;

/**
 * What facts and endings do to the rows of a job. {@link #LOCK_JOBS} and {@link #LOAD} come first;
 * every other statement writes only rows whose job they have locked.
 *
 * <p>Rows are found by primary key. So no guard here may imply the predicate of a partial index
 * ("open", "live", "queued"): such an index is small by its statistics, and the planner would read
 * all of it, with the dead entries of every job that has passed through.
 */
final class ChangeSql {
  private ChangeSql() {}

  /** A job of a newer fence is not even waited for. $1 jobs, $2 fences. */
  static final String LOCK_JOBS =
      """
      SELECT 1
        FROM job JOIN unnest($1::uuid[], $2::bigint[]) AS given(id, fence)
          ON job.id = given.id AND job.fence = given.fence
       WHERE job.owner IS NOT NULL
       ORDER BY job.id
         FOR UPDATE OF job""";

  /**
   * A statement of its own after the lock: what the lock had waited for is visible to it. $1 jobs,
   * $2 attempts, $3 fences.
   */
  static final String LOAD =
      """
      SELECT job.id AS job, job.tenant_id, job.batch_id, job.version, job.fence, job.state,
             job.cancel_requested, job.asset, job.cost, job.pool_id,
             CASE reservation.outcome WHEN 'open' THEN reservation.amount END AS reserved,
             attempt.id AS attempt, attempt.number, attempt.state AS attempt_state,
             attempt.last_unknown_at IS NOT NULL AS doubtful, attempt.lookup,
             attempt.account_id,
             attempt.slot_class, attempt.slots
        FROM unnest($1::uuid[], $2::uuid[], $3::bigint[]) AS given(job, attempt, fence)
        JOIN job ON job.id = given.job AND job.fence = given.fence
        JOIN attempt ON attempt.id = given.attempt AND attempt.job_id = given.job
        LEFT JOIN reservation ON reservation.job_id = given.job
       WHERE job.owner IS NOT NULL AND attempt.state IN ('claimed', 'unknown', 'running')""";

  /**
   * $1 attempts, $2 states, $3 task ids, $4 further sends, $5 whether a send is unknown, $6 whether
   * it counts, $7 notes, $8 deductions, $9 results, $10 now, $11 states left, $12 whether its job
   * ends without it.
   */
  static final String MOVE_ATTEMPTS =
      """
      UPDATE attempt
         SET state = given.state,
             task_id = coalesce(given.task, attempt.task_id),
             sends = attempt.sends + given.sends,
             last_unknown_at = CASE WHEN given.doubtful THEN $10 ELSE attempt.last_unknown_at END,
             running_since = CASE WHEN given.state = 'running' AND NOT given.detached THEN $10
                                  ELSE attempt.running_since END,
             detached = given.detached,
             counted = given.counted,
             note = coalesce(given.note, attempt.note),
             deduction = given.deduction::numeric,
             result = given.result,
             closed_at = CASE WHEN given.state NOT IN ('claimed', 'unknown', 'running') THEN $10::timestamptz END
        FROM unnest($1::uuid[], $2::text[], $3::text[], $4::int[], $5::bool[], $6::bool[],
                    $7::text[], $8::text[], $9::text[], $11::text[], $12::bool[])
             AS given(id, state, task, sends, doubtful, counted, note, deduction, result,
                      left_state, detached)
       WHERE attempt.id = given.id AND attempt.state = given.left_state""";

  /**
   * Compare-and-set on fence, state and version. $1 jobs, $2 fences, $3 states left, $4 versions
   * left, $5 new states, $6 tries, $7 earliest starts, $8 error numbers, $9 error details, $10
   * outputs, $11 now.
   */
  static final String MOVE_JOBS =
      """
      UPDATE job
         SET state = given.state,
             version = job.version + 1,
             owner = CASE WHEN given.state = 'running' THEN job.owner END,
             epoch = CASE WHEN given.state = 'running' THEN job.epoch END,
             overdue = job.overdue AND given.state = 'running',
             attempts = job.attempts + given.tries,
             ripe_at = coalesce(given.ripe_at, job.ripe_at),
             due = coalesce(given.ripe_at, job.ripe_at, job.start_at) <= $11,
             error_number = given.error_number,
             error_detail = given.error_detail,
             outputs = given.outputs::jsonb,
             updated_at = $11,
             ended_at = CASE WHEN given.state IN ('succeeded', 'failed', 'canceled') THEN $11::timestamptz END
        FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::int[], $5::text[], $6::int[],
                    $7::timestamptz[], $8::int[], $9::text[], $10::text[])
             AS given(id, fence, left_state, left_version, state, tries, ripe_at, error_number,
                      error_detail, outputs)
       WHERE job.id = given.id AND job.fence = given.fence
         AND job.state = given.left_state AND job.version = given.left_version""";

  /**
   * Behind {@link #MOVE_JOBS}, in its transaction. $1 jobs, $2 models, $3 slot classes, $4 slots.
   */
  static final String REPLACE_MODELS =
      """
      UPDATE job
         SET requested_model = coalesce(job.requested_model, job.model),
             requested_slot_class = CASE WHEN job.requested_model IS NULL THEN job.slot_class
                                         ELSE job.requested_slot_class END,
             requested_slots = CASE WHEN job.requested_model IS NULL THEN job.slots
                                    ELSE job.requested_slots END,
             model = given.model, slot_class = given.class, slots = given.slots
        FROM unnest($1::uuid[], $2::text[], $3::text[], $4::int[])
             AS given(id, model, class, slots)
       WHERE job.id = given.id""";

  /** Behind {@link #MOVE_JOBS}, in its transaction. $1 jobs, $2 reasons. */
  static final String SAY_WHY_HELD =
      """
      UPDATE job SET held_reason = given.reason
        FROM unnest($1::uuid[], $2::text[]) AS given(id, reason)
       WHERE job.id = given.id""";

  /** $1 jobs, $2 outcomes, $3 settled amounts (for released ones not read), $4 now. */
  static final String CLOSE_RESERVATIONS =
      """
      UPDATE reservation
         SET outcome = given.outcome,
             settled = CASE given.outcome WHEN 'settled' THEN given.settled END,
             closed_at = $4
        FROM unnest($1::uuid[], $2::text[], $3::numeric[]) AS given(job, outcome, settled)
       WHERE reservation.job_id = given.job AND reservation.closed_at IS NULL""";

  /**
   * Between the three accounts of a tenant: reserved to spent, or back to available. $1 kinds, $2
   * tenants, $3 assets, $4 amounts, $5 jobs, $6 attempts, $7 now.
   */
  static final String TRANSFER =
      """
      INSERT INTO transfer (kind, debit_account, credit_account, asset, amount, job_id, attempt_id,
                            at)
      SELECT given.kind, balance.reserved_account,
             CASE given.kind WHEN 'settle' THEN balance.spent_account
                             WHEN 'release' THEN balance.available_account END,
             given.asset, given.amount, given.job, given.attempt, $7
        FROM unnest($1::text[], $2::uuid[], $3::text[], $4::numeric[], $5::uuid[], $6::uuid[])
             WITH ORDINALITY AS given(kind, tenant, asset, amount, job, attempt, place)
        JOIN balance ON balance.tenant_id = given.tenant AND balance.asset = given.asset
       ORDER BY place""";

  /**
   * From what the provider billed to the house's drift or loss. Arguments as of {@link #TRANSFER},
   * without tenants.
   */
  static final String TRANSFER_HOUSE =
      """
      INSERT INTO transfer (kind, debit_account, credit_account, asset, amount, job_id, attempt_id,
                            at)
      SELECT given.kind, bill.id, cost.id, given.asset, given.amount, given.job, given.attempt, $6
        FROM unnest($1::text[], $2::text[], $3::numeric[], $4::uuid[], $5::uuid[])
             AS given(kind, asset, amount, job, attempt)
        JOIN ledger_account AS bill ON bill.tenant_id IS NULL AND bill.asset = given.asset
         AND bill.role = 'provider_bill'
        JOIN ledger_account AS cost ON cost.tenant_id IS NULL AND cost.asset = given.asset
         AND cost.role = 'provider_' || given.kind""";

  /** In the order that all transactions keep. $1 tenants, $2 assets. */
  static final String LOCK_BALANCES =
      """
      SELECT 1
        FROM balance JOIN unnest($1::uuid[], $2::text[]) AS given(tenant, asset)
          ON balance.tenant_id = given.tenant AND balance.asset = given.asset
       ORDER BY balance.id
         FOR UPDATE OF balance""";

  /** $1 tenants, $2 assets, $3 settled, $4 released. */
  static final String MOVE_BALANCES =
      """
      UPDATE balance
         SET reserved = balance.reserved - given.settled - given.released,
             spent = balance.spent + given.settled,
             available = balance.available + given.released
        FROM unnest($1::uuid[], $2::text[], $3::numeric[], $4::numeric[])
             AS given(tenant, asset, settled, released)
       WHERE balance.tenant_id = given.tenant AND balance.asset = given.asset""";
}
