package dev.backlot.store;

/**
 * Jobs as clients see them that speak the provider's own words. Of their inputs nothing but the ids
 * of earlier results, and what is asked for by name.
 */
final class ClientTaskSql {
  private ClientTaskSql() {}

  private static final String SELECT =
      """
      SELECT j.id, j.tenant_id, j.public_number, j.client_external_id, j.kind, j.state,
             j.error_number, j.error_detail, j.outputs::text AS outputs, j.asset, j.accepted_at,
             j.updated_at, CASE WHEN j.ended_at IS NOT NULL THEN coalesce(r.settled, 0) END AS charged,
             coalesce(j.input #>> '{watermark_info,enabled}',
                      j.input #>> '{options,watermark_info,enabled}') = 'true' AS watermark,
             (SELECT json_object_agg(p.at, j.input #>> string_to_array(substr(p.at, 2), '/'))::text
                FROM jsonb_object_keys(j.pinned -> 'ids') AS p (at)) AS uses
        FROM job j
        LEFT JOIN reservation r ON r.job_id = j.id
      """;

  /** $1 tenant, $2 id. */
  static final String FIND = SELECT + " WHERE j.tenant_id = $1 AND j.id = $2";

  /**
   * An id that we gave out goes before one of the client's. $1 tenant, $2 kind, $3 number, $4 id.
   */
  static final String FIND_NAMED =
      SELECT
          + """
           WHERE j.id = (
             SELECT id FROM (
               SELECT id, 1 AS place FROM job
                WHERE public_number = $3 AND tenant_id = $1 AND kind = $2
               UNION ALL
               SELECT id, 2 FROM job
                WHERE tenant_id = $1 AND client_external_id = $4 AND kind = $2) AS named
              ORDER BY place LIMIT 1)""";

  /** $1 tenant, $2 ids. */
  static final String WITH_IDS = SELECT + " WHERE j.id = ANY($2::uuid[]) AND j.tenant_id = $1";

  /** $1 tenant, $2 ids, $3 names, $4 most characters of each. */
  static final String SAID =
      """
      SELECT j.id, m.key AS name, m.value::text AS value
        FROM job j
       CROSS JOIN LATERAL json_each(j.input) AS m
       WHERE j.id = ANY($2::uuid[]) AND j.tenant_id = $1 AND m.key = ANY($3::text[])
         AND length(m.value::text) <= $4""";

  /** $1 tenant, $2 numbers. */
  static final String WITH_NUMBERS =
      SELECT + " WHERE j.public_number = ANY($2::bigint[]) AND j.tenant_id = $1";

  /** $1 tenant, $2 external ids. */
  static final String WITH_EXTERNAL_IDS =
      SELECT + " WHERE j.tenant_id = $1 AND j.client_external_id = ANY($2::text[])";

  /**
   * The tenant's index holds no kind and no state, so that writing a job stays cheap: the innermost
   * limit bounds how many rows are read for them. $1 tenant, $2 kind, $3 skip, $4 limit, $5 most
   * jobs looked at.
   */
  static final String NEWEST =
      SELECT
          + """
           WHERE j.id = ANY(ARRAY(
             SELECT id
               FROM (SELECT id, kind FROM job WHERE tenant_id = $1 ORDER BY id DESC LIMIT $5) looked
              WHERE kind = $2
              ORDER BY id DESC OFFSET $3 LIMIT $4))
           ORDER BY j.id DESC""";

  /**
   * Ids rise with time. $1 tenant, $2 first id, $3 id behind the last, $4 kinds, $5 states, $6
   * limit, $7 most jobs looked at.
   */
  static final String SEARCH =
      SELECT
          + """
           WHERE j.id = ANY(ARRAY(
             SELECT id
               FROM (SELECT id, kind, state FROM job
                      WHERE tenant_id = $1 AND id >= $2 AND id < $3
                      ORDER BY id DESC LIMIT $7) looked
              WHERE kind = ANY($4::text[]) AND state = ANY($5::text[])
              ORDER BY id DESC LIMIT $6))
           ORDER BY j.id DESC""";

  /**
   * The last job of a look that ended at its bound; none when it has seen all. $1 tenant, $2 first
   * id, $3 id behind the last, $4 most jobs looked at.
   */
  static final String LAST_LOOKED_AT =
      """
      SELECT id FROM job
       WHERE tenant_id = $1 AND id >= $2 AND id < $3
       ORDER BY id DESC OFFSET $4 - 1 LIMIT 1""";
}
