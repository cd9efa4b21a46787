package dev.backlot.store;

/** Balances, grants and the audit of the whole ledger. */
final class CreditSql {
  private CreditSql() {}

  /** The tenant's three accounts. $1 tenant, $2 asset. */
  static final String OPEN_ACCOUNTS =
      """
      INSERT INTO ledger_account (tenant_id, role, asset)
      SELECT $1::uuid, role, $2::text FROM unnest(ARRAY['available', 'reserved', 'spent']) AS role
      ON CONFLICT DO NOTHING""";

  /** $1 tenant, $2 asset. */
  static final String OPEN_BALANCE =
      """
      INSERT INTO balance (tenant_id, asset, available_account, reserved_account, spent_account)
      SELECT $1::uuid, $2::text, max(id) FILTER (WHERE role = 'available'),
             max(id) FILTER (WHERE role = 'reserved'), max(id) FILTER (WHERE role = 'spent')
        FROM ledger_account WHERE tenant_id = $1::uuid AND asset = $2::text
      ON CONFLICT DO NOTHING""";

  static final String LOCK_BALANCE =
      "SELECT id FROM balance WHERE tenant_id = $1 AND asset = $2 FOR UPDATE";

  /** A row comes back when this reference is new. $1 tenant, $2 asset, $3 amount, $4 ref, $5 at. */
  static final String GRANT =
      """
      WITH granted AS (
        INSERT INTO transfer (kind, debit_account, credit_account, asset, amount, reference, at)
        SELECT 'grant', house.id, b.available_account, b.asset, $3::numeric, $4::text,
               $5::timestamptz
          FROM balance b
          JOIN ledger_account house
            ON house.tenant_id IS NULL AND house.role = 'granted' AND house.asset = b.asset
         WHERE b.tenant_id = $1::uuid AND b.asset = $2::text
        ON CONFLICT (credit_account, reference) WHERE kind = 'grant' DO NOTHING
        RETURNING credit_account, amount
      )
      UPDATE balance b SET available = b.available + granted.amount
        FROM granted WHERE b.available_account = granted.credit_account
      RETURNING b.id""";

  /** What stands under a reference. $1 tenant, $2 asset, $3 reference. */
  static final String GRANTED =
      """
      SELECT transfer.amount
        FROM balance JOIN transfer ON transfer.credit_account = balance.available_account
       WHERE balance.tenant_id = $1 AND balance.asset = $2
         AND transfer.kind = 'grant' AND transfer.reference = $3""";

  static final String BALANCES =
      "SELECT asset, available, reserved, spent FROM balance WHERE tenant_id = $1 ORDER BY id";

  static final String ALL_BALANCES =
      """
      SELECT b.tenant_id, t.name, b.asset, b.available, b.reserved, b.spent
        FROM balance b JOIN tenant t ON t.id = b.tenant_id
       ORDER BY b.id LIMIT $1""";

  /**
   * What each role holds of asset $1; of the two sources (granted, provider_bill) what has left
   * them. Tenants' roles are the balances; transfers of the house are few, and have an index.
   */
  static final String TOTALS =
      """
      WITH house AS (
        SELECT debit_account, credit_account, amount FROM transfer
         WHERE kind = 'grant' AND asset = $1
         UNION ALL
        SELECT debit_account, credit_account, amount FROM transfer
         WHERE kind IN ('drift', 'loss') AND asset = $1
         UNION ALL
        SELECT debit_account, credit_account, amount FROM transfer
         WHERE kind = 'correction' AND asset = $1
      ), side AS (
        SELECT credit_account AS account, amount FROM house
         UNION ALL
        SELECT debit_account, -amount FROM house
      )
      SELECT a.role,
             coalesce(sum(CASE WHEN a.role IN ('granted', 'provider_bill') THEN -s.amount
                               ELSE s.amount END), 0) AS amount
        FROM ledger_account a
        LEFT JOIN side s ON s.account = a.id
       WHERE a.tenant_id IS NULL AND a.asset = $1
       GROUP BY a.role
       UNION ALL
      SELECT role, coalesce(sum(amount), 0)
        FROM balance, LATERAL (VALUES ('available', available), ('reserved', reserved),
                                      ('spent', spent)) AS v (role, amount)
       WHERE asset = $1
       GROUP BY role""";

  /**
   * A row for each identity of promise P3 that does not hold, in one snapshot. Reads the whole
   * ledger: for audits and tests.
   */
  static final String VIOLATIONS =
      """
      WITH net AS (
        SELECT account, sum(amount) AS amount
          FROM (SELECT credit_account AS account, amount FROM transfer
                 UNION ALL
                SELECT debit_account, -amount FROM transfer) AS side
         GROUP BY account
      ), purse AS (
        SELECT b.tenant_id, b.asset, v.role, v.amount, coalesce(net.amount, 0) AS posted
          FROM balance b
         CROSS JOIN LATERAL (VALUES ('available', b.available_account, b.available),
                                    ('reserved', b.reserved_account, b.reserved),
                                    ('spent', b.spent_account, b.spent))
                            AS v (role, account, amount)
          LEFT JOIN net ON net.account = v.account
      ), held AS (
        SELECT tenant_id, asset, coalesce(sum(open), 0) AS open,
               coalesce(sum(settled), 0) AS settled
          FROM (SELECT tenant_id, asset, settled,
                       CASE outcome WHEN 'open' THEN amount END AS open
                  FROM reservation
                 UNION ALL
                SELECT tenant_id, asset, settled, CASE state WHEN 'open' THEN amount END
                  FROM provider_call WHERE amount > 0) AS due
         GROUP BY tenant_id, asset
      ), house AS (
        SELECT a.asset, sum(net.amount) FILTER (WHERE a.role IN ('provider_drift', 'provider_loss'))
                 AS excess
          FROM ledger_account a JOIN net ON net.account = a.id
         WHERE a.tenant_id IS NULL GROUP BY a.asset
      ), bill AS (
        SELECT j.asset, coalesce(t.deduction, r.settled,
                                 CASE WHEN t.detached AND t.state = 'succeeded' THEN j.cost END,
                                 0) AS amount
          FROM attempt t
          JOIN job j ON j.id = t.job_id
          LEFT JOIN reservation r
            ON r.job_id = j.id AND r.outcome = 'settled' AND t.state = 'succeeded'
           AND NOT t.detached
         UNION ALL
        SELECT asset, billed FROM orphan WHERE billed IS NOT NULL
         UNION ALL
        SELECT asset, drift + loss FROM reconciliation_sum
         UNION ALL
        SELECT asset, coalesce(billed, settled) FROM provider_call WHERE settled > 0
      ), billed AS (
        SELECT asset, sum(amount) AS amount FROM bill GROUP BY asset
      ), paid AS (
        SELECT asset, sum(spent) AS amount FROM balance GROUP BY asset
      )
      SELECT format('tenant %s: %s %s is %s, its transfers make %s',
                    tenant_id, role, asset, amount, posted) AS violation
        FROM purse WHERE amount <> posted
       UNION ALL
      SELECT format('tenant %s: reserved %s is %s, what is open makes %s',
                    b.tenant_id, b.asset, b.reserved, coalesce(h.open, 0))
        FROM balance b LEFT JOIN held h USING (tenant_id, asset)
       WHERE b.reserved <> coalesce(h.open, 0)
       UNION ALL
      SELECT format('tenant %s: spent %s is %s, what is settled makes %s',
                    b.tenant_id, b.asset, b.spent, coalesce(h.settled, 0))
        FROM balance b LEFT JOIN held h USING (tenant_id, asset)
       WHERE b.spent <> coalesce(h.settled, 0)
       UNION ALL
      SELECT format('job %s is %s and its reservation %s', j.id, j.state,
                    coalesce(r.outcome, 'missing'))
        FROM job j LEFT JOIN reservation r ON r.job_id = j.id
       WHERE (j.ended_at IS NOT NULL AND r.outcome = 'open')
          OR (j.ended_at IS NULL AND j.state <> 'held' AND r.outcome IS DISTINCT FROM 'open')
       UNION ALL
      SELECT format('asset %s: tenants paid %s and the house %s, the provider billed %s',
                    asset, coalesce(p.amount, 0), coalesce(h.excess, 0), coalesce(b.amount, 0))
        FROM paid p FULL JOIN house h USING (asset) FULL JOIN billed b USING (asset)
       WHERE coalesce(p.amount, 0) + coalesce(h.excess, 0) <> coalesce(b.amount, 0)
       LIMIT 100""";
}
