package dev.backlot.store;

/**
 * The statements that take a group of jobs in, in the order in which they are sent. Their locks
 * follow the one order of all transactions: idempotency keys, jobs, balances, lanes, log.
 *
 * <p>A group is hundreds of rows and the tables have millions, so each row is looked up by its key:
 * scalar and LATERAL subqueries with a LIMIT cannot become joins that read a whole table, whatever
 * the statistics were when the plan was made.
 */
final class AdmissionSql {
  private AdmissionSql() {}

  /**
   * Claims the keys, in one order on every node. A key that is there already stays as it is, unless
   * it has expired by $7. Waits for another transaction that is about to insert the same key.
   */
  static final String CLAIM_KEYS =
      """
      INSERT INTO idempotency_key AS k (tenant_id, key, job_id, body_sha256, answer, expires_at)
      SELECT * FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::bytea[], $5::text[],
                           $6::timestamptz[])
      ON CONFLICT (tenant_id, key) DO UPDATE
         SET job_id = excluded.job_id, body_sha256 = excluded.body_sha256,
             answer = excluded.answer, expires_at = excluded.expires_at
       WHERE k.expires_at <= $7::timestamptz""";

  /** All balances of the group, $1 tenants, $2 assets, by ascending id. */
  static final String LOCK_BALANCES =
      """
      SELECT id FROM balance
       WHERE (tenant_id, asset) IN (SELECT * FROM unnest($1::uuid[], $2::text[]))
       ORDER BY id
         FOR UPDATE""";

  private static final String ASKED =
      """
      WITH asked AS (
        SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[],
                             $6::text[], $7::text[], $8::int[], $9::text[], $10::text[],
                             $11::int[], $12::timestamptz[], $13::timestamptz[], $14::text[],
                             $15::numeric[], $16::text[], $17::text[], $18::timestamptz[],
                             $19::timestamptz[], $20::bool[], $21::text[], $22::uuid[],
                             $23::int[], $24::text[], $25::int[], $26::text[], $27::text[]) WITH ORDINALITY
          AS a (id, tenant_id, api_key_id, kind, model, input, metadata, priority, pool_id,
                slot_class, slots, sort_key, accepted_at, asset, cost, price_version, key,
                start_at, expires_at, fallback, on_timeout, batch_id, batch_item, mode,
                seconds, external_id, pinned, n)
      )""";

  private static final String INSERT_JOBS =
      """
      INSERT INTO job (id, tenant_id, api_key_id, kind, model, input, metadata, priority, state,
                       pool_id, slot_class, slots, sort_key, start_at, due, expires_at, fallback,
                       on_timeout, batch_id, batch_item, mode, seconds, asset, cost,
                       price_version, client_external_id, pinned, accepted_at, updated_at)
      SELECT id, tenant_id, api_key_id, kind, model, input::json, metadata::json, priority,
             'queued', pool_id, slot_class, slots, sort_key, start_at, start_at <= accepted_at,
             expires_at, fallback, on_timeout, batch_id, batch_item, mode, seconds, asset, cost,
             price_version, external_id, pinned::jsonb, accepted_at, accepted_at""";

  /**
   * Those that must not be stored, or not yet: the answer of an earlier one that is the same was
   * lost, or may still be, at another node; or nobody waits for its own any more. Behind the lock
   * of the balances all earlier ones are seen, whichever node has stored them. What has waited for
   * that lock may have been overtaken by its repeat, so the time that it took counts. $28 jobs, $29
   * tenants, $30 digests, $31 begins of windows, $32 those asked for until then are not answered
   * any more, $33 when nobody waits, $34 now, $35 whether those count that may still be lost, $36
   * jobs of which the node knows more than that. Many that are the same are looked up once.
   */
  private static final String UNANSWERED =
      """
      , owed AS MATERIALIZED (
        SELECT * FROM unnest($28::uuid[], $29::uuid[], $30::bytea[], $31::timestamptz[],
                             $32::timestamptz[], $33::timestamptz[], $35::bool[])
          AS w (id, tenant_id, digest, lost_after, unanswered_until, due, looks_around)
      ), same AS MATERIALIZED (
        SELECT tenant_id, digest,
               (SELECT r.job_id FROM client_reply r
                 WHERE r.tenant_id = o.tenant_id AND r.digest = o.digest AND %s
                 LIMIT 1) IS NOT NULL AS is_lost,
               bool_or(o.looks_around) AND
               (SELECT r.job_id FROM client_reply r
                 WHERE r.tenant_id = o.tenant_id AND r.digest = o.digest AND %s
                   AND r.job_id NOT IN (SELECT unnest($36::uuid[]))
                 LIMIT 1) IS NOT NULL AS may_be_lost
          FROM owed o GROUP BY tenant_id, digest
      ), unanswered AS MATERIALIZED (
        SELECT o.id FROM owed o JOIN same USING (tenant_id, digest)
         WHERE o.due <= $34::timestamptz + (clock_timestamp() - now())
            OR is_lost OR o.looks_around AND may_be_lost
      )"""
          .formatted(
              ClientReplySql.isLost("max(o.lost_after)", "max(o.unanswered_until)", "$36"),
              ClientReplySql.isOnItsWay("max(o.unanswered_until)"));

  /**
   * Accepts, per tenant and asset and in the group's order, what the balance can pay. Leaves out
   * whose key or external id belongs to another job, and what an earlier commit of the same group
   * has stored. Reserves only for the rows it really inserted: another node may insert the same
   * external id at the same time, and whoever comes second inserts nothing.
   */
  static final String ACCEPT = accept("", "");

  /** The same of a group in which there are some that may be repeats, or have come too late. */
  static final String ACCEPT_ANSWERED =
      accept(UNANSWERED, "AND NOT EXISTS (SELECT FROM unanswered u WHERE u.id = a.id)");

  private static String accept(String left, String unlessLeft) {
    return """
      %s%s, priced AS (
        SELECT a.*, affordable_sum(a.cost, b.available) OVER purse AS spent
          FROM asked a
         CROSS JOIN LATERAL (SELECT available FROM balance
                              WHERE tenant_id = a.tenant_id AND asset = a.asset LIMIT 1) b
         WHERE (a.key IS NULL OR a.id = (SELECT job_id FROM idempotency_key k
                                          WHERE k.tenant_id = a.tenant_id AND k.key = a.key))
           AND (SELECT j.id FROM job j WHERE j.id = a.id) IS NULL
           AND (a.external_id IS NULL
                OR (SELECT j.id FROM job j
                     WHERE j.tenant_id = a.tenant_id AND j.client_external_id = a.external_id
                     LIMIT 1) IS NULL)
           %s
        WINDOW purse AS (PARTITION BY a.tenant_id, a.asset ORDER BY a.n ROWS UNBOUNDED PRECEDING)
      ), fitting AS (
        SELECT *, spent > lag(spent, 1, 0::numeric)
                            OVER (PARTITION BY tenant_id, asset ORDER BY n) AS fits
          FROM priced
      ), inserted AS (
        %s
          FROM fitting WHERE fits ORDER BY n
        ON CONFLICT DO NOTHING
        RETURNING id, tenant_id, asset, cost, accepted_at
      ), reserved AS (
        INSERT INTO reservation (job_id, tenant_id, asset, amount, opened_at)
        SELECT id, tenant_id, asset, cost, accepted_at FROM inserted
      ), moved AS (
        INSERT INTO transfer (kind, debit_account, credit_account, asset, amount, job_id, at)
        SELECT 'reserve', b.available_account, b.reserved_account, i.asset, i.cost, i.id,
               i.accepted_at
          FROM inserted i
         CROSS JOIN LATERAL (SELECT available_account, reserved_account FROM balance
                              WHERE tenant_id = i.tenant_id AND asset = i.asset LIMIT 1) b
      )
      UPDATE balance b
         SET available = b.available - taken.amount, reserved = b.reserved + taken.amount
        FROM (SELECT tenant_id, asset, sum(cost) AS amount FROM inserted GROUP BY 1, 2) taken
       WHERE b.tenant_id = taken.tenant_id AND b.asset = taken.asset"""
        .formatted(ASKED, left, unlessLeft, INSERT_JOBS);
  }

  /** Of a batch: nothing is reserved for them. Whoever calls this holds them in the same commit. */
  static final String ACCEPT_UNPAID =
      ASKED + " " + INSERT_JOBS + " FROM asked ORDER BY n ON CONFLICT (id) DO NOTHING";

  /**
   * The submissions that are not stored, and why: their key or their external id belongs to another
   * job, or there is too little credit. Whatever is missing in the answer is stored, and that is
   * nearly always the whole group. Gives back the keys of the refused: a refusal is not remembered.
   * $1 ids, $2 tenants, $3 assets, $4 keys, $5 external ids.
   */
  static final String REFUSED =
      """
      WITH refused AS MATERIALIZED (
        SELECT a.* FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[])
                          WITH ORDINALITY AS a (id, tenant_id, asset, key, external_id, n)
         WHERE (SELECT j.id FROM job j WHERE j.id = a.id) IS NULL
      ), seen AS MATERIALIZED (
        SELECT a.n, a.id, a.tenant_id, a.key, k.job_id AS other_id, k.body_sha256, k.answer,
               (SELECT b.available FROM balance b
                 WHERE b.tenant_id = a.tenant_id AND b.asset = a.asset) AS available,
               a.external_id IS NOT NULL
                 AND (SELECT j.id FROM job j
                       WHERE j.tenant_id = a.tenant_id AND j.client_external_id = a.external_id
                       LIMIT 1) IS NOT NULL AS taken
          FROM refused a
          LEFT JOIN LATERAL (SELECT job_id, body_sha256, answer FROM idempotency_key i
                              WHERE i.tenant_id = a.tenant_id AND i.key = a.key
                                AND i.job_id <> a.id LIMIT 1) k ON true
      ), unkept AS (
        DELETE FROM idempotency_key k
         USING seen s
         WHERE s.other_id IS NULL AND s.key IS NOT NULL
           AND k.tenant_id = s.tenant_id AND k.key = s.key AND k.job_id = s.id
      )
      SELECT n, other_id, body_sha256, answer, available, taken FROM seen""";

  /**
   * One event for each job whose row this very transaction has written, in the group's order. $1
   * ids, $2 data. The last statement of its transaction.
   */
  static final String APPEND_QUEUED =
      """
      INSERT INTO event (tenant_id, job_id, batch_id, job_version, type, at, data)
      SELECT j.tenant_id, a.id, j.batch_id, j.version, 'job.queued', j.updated_at, a.data::jsonb
        FROM unnest($1::uuid[], $2::text[]) WITH ORDINALITY AS a (id, data, n)
       CROSS JOIN LATERAL (SELECT tenant_id, batch_id, version, updated_at FROM job
                            WHERE id = a.id AND xmin = pg_current_xact_id_if_assigned()::xid LIMIT 1) j
       ORDER BY a.n""";
}
