package dev.backlot.store;

/** Statements about jobs as their tenants see them. */
final class JobSql {
  private JobSql() {}

  /** What {@link Rows#job} reads. To be continued with a WHERE on {@code j}. */
  static final String SELECT =
      """
      SELECT j.id, j.tenant_id, j.public_number, j.kind, j.model, j.input::text AS input,
             j.metadata::text AS metadata, j.priority, j.state, j.version, j.cancel_requested,
             j.asset, j.cost, j.price_version, j.error_number, j.error_detail,
             j.outputs::text AS outputs, j.accepted_at, j.updated_at, j.started_at, j.ended_at,
             CASE r.outcome WHEN 'settled' THEN r.settled WHEN 'released' THEN 0 END AS charged
        FROM job j
        LEFT JOIN reservation r ON r.job_id = j.id
      """;
}
