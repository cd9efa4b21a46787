package dev.backlot.store;

/**
 * Tenants, API keys, and what these and stream tokens open. Only hashes of secrets ever come here.
 */
final class KeySql {
  private KeySql() {}

  /** $1 id, $2 name, $3 now. */
  static final String ENSURE_TENANT =
      "INSERT INTO tenant (id, name, created_at) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING";

  /** $1 id, $2 tenant's name, $3 hash, $4 scopes, $5 now. */
  static final String ENSURE_KEY =
      """
      INSERT INTO api_key (id, tenant_id, secret_sha256, scopes, created_at)
      SELECT $1::text, id, $3::bytea, $4::text[], $5::timestamptz FROM tenant WHERE name = $2::text
      ON CONFLICT (id) DO NOTHING""";

  /** $1 id. */
  static final String LIVE_KEY =
      "SELECT tenant_id, secret_sha256, scopes FROM api_key WHERE id = $1 AND revoked_at IS NULL";

  /** As {@link #LIVE_KEY}, revoked or not. */
  static final String ANY_KEY =
      "SELECT tenant_id, secret_sha256, scopes FROM api_key WHERE id = $1";

  /** $1 id, $2 now. */
  static final String REVOKE =
      "UPDATE api_key SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";

  /** $1 name. */
  static final String TENANT_NAMED = "SELECT id FROM tenant WHERE name = $1";

  /** A token lives as long as its key, at most. $1 id, $2 now. */
  static final String LIVE_TOKEN =
      """
      SELECT t.tenant_id, t.secret_sha256, t.job_ids, t.batch_id, t.expires_at
        FROM stream_token t
        JOIN api_key k ON k.id = t.key_id AND k.revoked_at IS NULL
       WHERE t.id = $1 AND t.revoked_at IS NULL AND t.expires_at > $2""";

  /** Those of the keys $1 and the tokens $2 that open nothing at $3. */
  static final String CLOSED =
      """
      SELECT a.id FROM unnest($1::text[]) AS a (id)
       WHERE NOT EXISTS (SELECT FROM api_key k WHERE k.id = a.id AND k.revoked_at IS NULL)
       UNION ALL
      SELECT a.id FROM unnest($2::text[]) AS a (id)
       WHERE NOT EXISTS (SELECT FROM stream_token t
                           JOIN api_key k ON k.id = t.key_id AND k.revoked_at IS NULL
                          WHERE t.id = a.id AND t.revoked_at IS NULL
                            AND t.expires_at > $3::timestamptz)""";
}
