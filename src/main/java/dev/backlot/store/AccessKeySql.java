package dev.backlot.store;

/** Access pairs. Their secret keys come here sealed. */
final class AccessKeySql {
  private AccessKeySql() {}

  /** $1 access key, $2 tenant's name, $3 sealed secret, $4 scopes, $5 now. */
  static final String CREATE =
      """
      INSERT INTO access_key (id, tenant_id, sealed_secret, scopes, created_at)
      SELECT $1::text, id, $3::text, $4::text[], $5::timestamptz FROM tenant WHERE name = $2::text
      RETURNING tenant_id""";

  /** $1 access key. */
  static final String LIVE =
      "SELECT tenant_id, sealed_secret, scopes FROM access_key WHERE id = $1 AND revoked_at IS NULL";

  /** $1 access key, $2 now. */
  static final String REVOKE =
      "UPDATE access_key SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";
}
