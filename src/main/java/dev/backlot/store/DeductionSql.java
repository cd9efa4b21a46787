package dev.backlot.store;

/** What tenants were charged. */
final class DeductionSql {
  private DeductionSql() {}

  /**
   * $1 tenant, $2 from, $3 until, $4 assets, $5 keys, or an empty array for all, $6 and $7 time and
   * job of the one before, or null for the first page, $8 limit.
   */
  static final String NEWEST =
      """
      SELECT * FROM (
        (SELECT r.job_id, j.public_number, j.api_key_id, j.kind, j.model, j.mode, j.seconds,
                r.asset, r.settled, r.closed_at
           FROM reservation r
           JOIN job j ON j.id = r.job_id
          WHERE r.tenant_id = $1 AND r.outcome = 'settled' AND r.settled > 0
            AND r.closed_at >= $2 AND r.closed_at < $3 AND r.asset = ANY($4::text[])
            AND (cardinality($5::text[]) = 0 OR j.api_key_id = ANY($5::text[]))
            AND ($6::timestamptz IS NULL OR (r.closed_at, r.job_id) < ($6::timestamptz, $7::uuid))
          ORDER BY r.closed_at DESC, r.job_id DESC LIMIT $8)
        UNION ALL
        (SELECT c.id, c.public_number, c.key_id, c.call, c.call, '', 0, c.asset, c.settled,
                c.closed_at
           FROM provider_call c
          WHERE c.tenant_id = $1 AND c.settled > 0
            AND c.closed_at >= $2 AND c.closed_at < $3 AND c.asset = ANY($4::text[])
            AND (cardinality($5::text[]) = 0 OR c.key_id = ANY($5::text[]))
            AND ($6::timestamptz IS NULL OR (c.closed_at, c.id) < ($6::timestamptz, $7::uuid))
          ORDER BY c.closed_at DESC, c.id DESC LIMIT $8)) AS charged
       ORDER BY closed_at DESC, job_id DESC LIMIT $8""";
}
