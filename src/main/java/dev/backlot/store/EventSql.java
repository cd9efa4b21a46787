package dev.backlot.store;

/** The log of transitions (promise P5). */
final class EventSql {
  private EventSql() {}

  /**
   * Taken right before {@link #APPEND}, as a statement of its own: what appends next waits until
   * this transaction is visible, so that positions rise in commit order.
   */
  static final String LOCK_LOG = "SELECT pg_advisory_xact_lock(1)";

  /**
   * The last statement of its transaction. Positions follow the order of the arrays. $1 tenants, $2
   * jobs, $3 batches, $4 versions, $5 types, $6 data, $7 now.
   */
  static final String APPEND =
      """
      INSERT INTO event (tenant_id, job_id, batch_id, job_version, type, at, data)
      SELECT tenant, job, batch, version, type, $7, data::jsonb
        FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::int[], $5::text[], $6::text[])
             WITH ORDINALITY AS given(tenant, job, batch, version, type, data, place)
       ORDER BY place""";

  /** Exact, not a guess: whoever could still commit a lower position would hold the lock. */
  static final String HEAD = "SELECT coalesce(max(position), 0) AS position FROM event";

  static final String OLDEST = "SELECT coalesce(min(position), 1) AS position FROM event";

  private static final String COLUMNS =
      """
      SELECT position, tenant_id, job_id, batch_id, job_version, type, at, data::text AS data
        FROM event
      """;

  /** $1 position, $2 limit. */
  static final String AFTER = COLUMNS + "WHERE position > $1 ORDER BY position LIMIT $2";

  /** $1 position, $2 limit, $3 tenant. */
  static final String AFTER_OF_TENANT =
      COLUMNS + "WHERE tenant_id = $3 AND position > $1 ORDER BY position LIMIT $2";

  /** $1 position, $2 limit, $3 tenant, $4 jobs. */
  static final String AFTER_OF_JOBS =
      COLUMNS
          + """
          WHERE tenant_id = $3 AND job_id = ANY($4::uuid[]) AND position > $1
           ORDER BY position LIMIT $2""";

  /**
   * Each batch is read in the order of its own index, and never further than the limit, however
   * many events it has. $1 position, $2 limit, $3 tenant, $4 jobs, $5 batches.
   */
  static final String AFTER_OF_JOBS_AND_BATCHES =
      COLUMNS
          + """
          WHERE position = ANY(ARRAY(
            SELECT position FROM (
              (SELECT position FROM event
                WHERE tenant_id = $3 AND job_id = ANY($4::uuid[]) AND position > $1
                ORDER BY position LIMIT $2)
              UNION
              (SELECT found.position
                 FROM unnest($5::uuid[]) AS wanted(batch)
                CROSS JOIN LATERAL (
                  SELECT position FROM event
                   WHERE tenant_id = $3 AND batch_id = wanted.batch AND position > $1
                   ORDER BY position LIMIT $2) AS found)
            ) AS either ORDER BY position LIMIT $2))
           ORDER BY position""";

  /**
   * One statement sees one snapshot: the jobs are exactly what the events up to the position have
   * made of them. $1 tenant, $2 limit.
   */
  static final String SNAPSHOT_OF_LIVE =
      snapshot(
          "j.tenant_id = $1 AND j.state IN ('queued', 'held', 'submitting', 'running', 'storing')");

  /** $1 tenant, $2 limit, $3 jobs. */
  static final String SNAPSHOT_OF_JOBS = snapshot("j.tenant_id = $1 AND j.id = ANY($3::uuid[])");

  /** No row when the tenant has no such batch. $1 tenant, $2 batch. */
  static final String HEAD_OF_BATCH =
      """
      SELECT head.position FROM (%s) AS head
       CROSS JOIN (SELECT id FROM batch WHERE tenant_id = $1 AND id = $2) AS batch"""
          .formatted(HEAD);

  /**
   * As {@link #SNAPSHOT_OF_LIVE}, with the items of the batch by state, counted in the same
   * statement. Its live jobs are found by their own index first: in search of the newest of a few
   * the tenant's whole list would be read. No row when the tenant has no such batch. $1 tenant, $2
   * limit, $3 batch.
   */
  static final String SNAPSHOT_OF_BATCH =
      """
      SELECT head.position, counted.counts::text AS counts, found.*
        FROM (%s) AS head
       CROSS JOIN (SELECT id FROM batch WHERE tenant_id = $1 AND id = $3) AS batch
       CROSS JOIN LATERAL (
         SELECT coalesce(jsonb_object_agg(state, items), '{}') AS counts
           FROM (SELECT j.state, count(*) AS items FROM job j
                  WHERE j.tenant_id = $1 AND j.batch_id = batch.id AND %s
                  GROUP BY j.state) AS by_state) AS counted
        LEFT JOIN (%s WHERE j.tenant_id = $1
                      AND j.id = ANY(ARRAY(
                            SELECT id FROM job WHERE batch_id = $3 AND ended_at IS NULL))
                    ORDER BY j.id DESC LIMIT $2) AS found ON true
       ORDER BY found.id DESC"""
          .formatted(HEAD, BatchSql.NEWEST, JobSql.SELECT);

  private static String snapshot(String which) {
    return """
        SELECT head.position, found.*
          FROM (%s) AS head
          LEFT JOIN (%s WHERE %s ORDER BY j.id DESC LIMIT $2) AS found ON true
         ORDER BY found.id DESC"""
        .formatted(HEAD, JobSql.SELECT, which);
  }
}
