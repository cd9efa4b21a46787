package dev.backlot.store;

/** Calls that are answered at once, and what they cost. */
final class CallSql {
  private CallSql() {}

  /**
   * Behind {@link CreditSql#LOCK_BALANCE}: what is paid sees all that were opened before. A row
   * comes back when the call is open: its key was new, it can be paid, and repeats none that is not
   * answered. Waits for another transaction that is about to insert the same key. $1 id, $2 tenant,
   * $3 key, $4 call, $5 account, $6 node, $7 epoch, $8 asset or null, $9 amount, $10 price version,
   * $11 target, $12 idempotency key, $13 digest, $14 now, $15 digest by which repeats are known,
   * $16 and since when, or null, $17 those of which more is known.
   */
  static final String OPEN =
      """
      WITH opened AS (
        INSERT INTO provider_call (id, tenant_id, key_id, call, account_id, node, epoch, asset,
                                   amount, price_version, target, idempotency_key, body_sha256,
                                   opened_at)
        SELECT $1::uuid, $2::uuid, $3::text, $4::text, $5::text, $6::uuid, $7::bigint, $8::text,
               $9::numeric, $10::text, $11::text, $12::text, $13::bytea, $14::timestamptz
         WHERE ($8::text IS NULL
                OR (SELECT available FROM balance
                     WHERE tenant_id = $2::uuid AND asset = $8::text) >= $9::numeric)
           AND ($16::timestamptz IS NULL OR NOT %s)
        ON CONFLICT (tenant_id, idempotency_key) WHERE idempotency_key IS NOT NULL DO NOTHING
        RETURNING id, public_number, tenant_id, asset, amount, opened_at
      ), moved AS (
        INSERT INTO transfer (kind, debit_account, credit_account, asset, amount, call_id, at)
        SELECT 'reserve', b.available_account, b.reserved_account, o.asset, o.amount, o.id,
               o.opened_at
          FROM opened o JOIN balance b ON b.tenant_id = o.tenant_id AND b.asset = o.asset
      ), reserved AS (
        UPDATE balance b SET available = b.available - o.amount, reserved = b.reserved + o.amount
          FROM opened o WHERE b.tenant_id = o.tenant_id AND b.asset = o.asset
      )
      SELECT public_number FROM opened"""
          .formatted(ClientReplySql.isUnanswered("$2::uuid", "$15::bytea", "$16", "$17"));

  static final String AVAILABLE =
      "SELECT available FROM balance WHERE tenant_id = $1 AND asset = $2";

  /**
   * Closes an open call and books what it came to; a row comes back when it was open. What is
   * settled is what was billed, but never more than was reserved. $1 id, $2 state, $3 billed or
   * null, $4 task or null, $5 provider's code or null, $6 error number, $7 error detail, $8
   * outputs, $9 answer, $10 sent at or null, $11 now.
   */
  static final String CLOSE =
      """
      WITH closed AS (
        UPDATE provider_call
           SET state = $2,
               settled = CASE $2 WHEN 'succeeded' THEN least(coalesce($3::numeric, amount), amount)
                                 WHEN 'unknown' THEN amount END,
               billed = $3::numeric, provider_task_id = $4, provider_code = $5::int,
               error_number = $6::int, error_detail = $7, outputs = $8::text::jsonb, answer = $9,
               sent_at = $10::timestamptz, closed_at = $11::timestamptz,
               reconcile_mark = CASE WHEN $2 = 'unknown' AND amount > 0 THEN 'open' END
         WHERE id = $1 AND state = 'open'
        RETURNING id, tenant_id, asset, amount, coalesce(settled, 0) AS settled, billed, closed_at
      ), moved AS (
        INSERT INTO transfer (kind, debit_account, credit_account, asset, amount, call_id, at)
        SELECT m.kind, m.debit, m.credit, c.asset, m.amount, c.id, c.closed_at
          FROM closed c
          JOIN balance b ON b.tenant_id = c.tenant_id AND b.asset = c.asset
          JOIN ledger_account bill
            ON bill.tenant_id IS NULL AND bill.role = 'provider_bill' AND bill.asset = c.asset
          JOIN ledger_account drift
            ON drift.tenant_id IS NULL AND drift.role = 'provider_drift' AND drift.asset = c.asset
         CROSS JOIN LATERAL (VALUES
               ('settle', b.reserved_account, b.spent_account, c.settled),
               ('release', b.reserved_account, b.available_account, c.amount - c.settled),
               ('drift', bill.id, drift.id, c.billed - c.amount))
               AS m (kind, debit, credit, amount)
         WHERE m.amount > 0
      ), paid AS (
        UPDATE balance b
           SET reserved = b.reserved - c.amount, spent = b.spent + c.settled,
               available = b.available + c.amount - c.settled
          FROM closed c WHERE b.tenant_id = c.tenant_id AND b.asset = c.asset
      )
      SELECT id FROM closed""";

  /** $1 id, $2 task or null, $3 provider's code or null. */
  static final String TELL_LATE =
      """
      UPDATE provider_call
         SET provider_task_id = coalesce(provider_task_id, $2::text),
             provider_code = coalesce(provider_code, $3::int)
       WHERE id = $1 AND state = 'unknown'""";

  /** An ended lease never begins again, so nobody sends these any more. $1 limit. */
  static final String ABANDONED =
      """
      SELECT id, tenant_id, call, account_id, opened_at FROM provider_call c
       WHERE state = 'open'
         AND NOT EXISTS (SELECT 1 FROM node
                          WHERE node.id = c.node AND node.epoch = c.epoch
                            AND node.heartbeat_at > '-infinity')
       ORDER BY node, epoch, id
       LIMIT $1""";

  private static final String SELECT =
      """
      SELECT id, tenant_id, public_number, key_id, call, account_id, state, asset, amount, settled,
             price_version, target, error_number, error_detail, outputs::text AS outputs, opened_at,
             sent_at, closed_at, reconcile_mark, body_sha256
        FROM provider_call
      """;

  /** $1 tenant, $2 id. */
  static final String FIND = SELECT + " WHERE tenant_id = $1 AND id = $2";

  /** $1 tenant, $2 key. */
  static final String WITH_KEY = SELECT + " WHERE tenant_id = $1 AND idempotency_key = $2";

  /** $1 tenant, $2 the last id of the page before, $3 limit. */
  static final String LIST = SELECT + " WHERE tenant_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";

  /** $1 tenant, $2 id. */
  static final String ANSWER =
      """
      SELECT answer FROM provider_call
       WHERE tenant_id = $1 AND id = $2 AND state = 'succeeded' AND answer IS NOT NULL""";
}
