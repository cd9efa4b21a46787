package dev.backlot.store;

/** The long values of inputs. */
final class InputSql {
  private InputSql() {}

  /**
   * Comes before anything but keys is locked: megabytes take their time. A replay writes nothing.
   * $1 tenant, $2 job, $3 parts, $4 Idempotency-Key or null.
   */
  static final String KEEP =
      """
      INSERT INTO job_input (tenant_id, job_id, parts)
      SELECT $1::uuid, $2::uuid, $3::bytea
       WHERE $4::text IS NULL OR $2 = (SELECT job_id FROM idempotency_key
                                        WHERE tenant_id = $1 AND key = $4)
      ON CONFLICT (tenant_id, job_id) DO NOTHING""";

  /** What was kept for a job that was then refused. $1 tenant, $2 job. */
  static final String DROP_OF_REFUSED =
      """
      DELETE FROM job_input
       WHERE tenant_id = $1 AND job_id = $2 AND (SELECT id FROM job WHERE id = $2) IS NULL""";

  /** $1 tenant, $2 job, $3 offset, $4 length. */
  static final String SLICE =
      """
      SELECT substr(parts, $3::int + 1, $4::int) AS slice FROM job_input
       WHERE tenant_id = $1 AND job_id = $2""";
}
