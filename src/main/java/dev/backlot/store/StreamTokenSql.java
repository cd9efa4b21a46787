package dev.backlot.store;

/** The tokens of tenants. Only hashes of secrets ever come here. */
final class StreamTokenSql {
  private StreamTokenSql() {}

  /**
   * Taken right before {@link #MINT}, as a statement of its own: whoever mints next for this tenant
   * counts what this transaction has stored. Nothing else is locked behind it. $1 a hash of the
   * tenant; two tenants that share one only wait for each other.
   */
  static final String LOCK_TENANT = "SELECT pg_advisory_xact_lock(2, $1)";

  /**
   * Stores nothing at the bound. $1 id, $2 tenant, $3 its key, $4 hash, $5 jobs, $6 batch, $7 now,
   * $8 expiry, $9 most live ones.
   */
  static final String MINT =
      """
      INSERT INTO stream_token
             (id, tenant_id, key_id, secret_sha256, job_ids, batch_id, created_at, expires_at)
      SELECT $1::text, $2::uuid, $3::text, $4::bytea, $5::uuid[], $6::uuid, $7::timestamptz,
             $8::timestamptz
       WHERE (SELECT count(*)
                FROM (SELECT FROM stream_token
                       WHERE tenant_id = $2::uuid AND revoked_at IS NULL
                         AND expires_at > $7::timestamptz
                       LIMIT $9::int) AS live) < $9::int""";

  /**
   * The row goes, so that who mints and revokes by turns fills nothing; an unknown token is as
   * closed as a revoked one. $1 tenant, $2 id, $3 now.
   */
  static final String REVOKE =
      """
      DELETE FROM stream_token
       WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL AND expires_at > $3""";

  /** $1 tenant, $2 now, $3 made before this time, or then and $4 before this id, $5 limit. */
  static final String LIVE =
      """
      SELECT t.id, t.key_id, t.job_ids, t.batch_id, t.created_at, t.expires_at
        FROM stream_token t
        JOIN api_key k ON k.id = t.key_id AND k.revoked_at IS NULL
       WHERE t.tenant_id = $1 AND t.revoked_at IS NULL AND t.expires_at > $2
         AND (t.created_at, t.id) < ($3::timestamptz, $4::text)
       ORDER BY t.created_at DESC, t.id DESC
       LIMIT $5""";
}
