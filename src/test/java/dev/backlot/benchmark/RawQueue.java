package dev.backlot.benchmark;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The least that a queue in PostgreSQL does: claims batches with {@code FOR UPDATE SKIP LOCKED} and
 * marks them done. One narrow table, one partial index, one statement each way.
 */
final class RawQueue implements Rounds.Side {
  private static final String CLAIM =
      """
      WITH due AS (
        SELECT id FROM raw_job WHERE state = 'queued'
         ORDER BY sort_key, id LIMIT $1 FOR UPDATE SKIP LOCKED)
      UPDATE raw_job SET state = 'running', owner = $2, updated_at = now()
        FROM due WHERE raw_job.id = due.id
      RETURNING raw_job.id, payload""";

  private static final String FINISH =
      """
      UPDATE raw_job SET state = 'done', updated_at = now()
       WHERE id = ANY($1) AND state = 'running'""";

  private final Database database;
  private final int jobs;

  RawQueue(Database database, int jobs) {
    this.database = database;
    this.jobs = jobs;
    database.administer(
        """
        CREATE TABLE raw_job (id uuid PRIMARY KEY, state text NOT NULL,
          sort_key timestamptz NOT NULL, payload text NOT NULL, owner uuid, updated_at timestamptz)
        """,
        "CREATE INDEX raw_job_queued ON raw_job (sort_key, id) WHERE state = 'queued'",
        "GRANT ALL ON raw_job TO backlot_app");
  }

  @Override
  public Sample measure() {
    database.query(
        """
        INSERT INTO raw_job
        SELECT gen_random_uuid(), 'queued', now() + i * interval '1 microsecond',
               repeat(md5(i::text), 15)
          FROM generate_series(1, $1) AS i""",
        jobs);
    long begun = System.nanoTime();
    int ended = 0;
    while (ended < jobs) {
      RowSet<Row> claimed = database.query(CLAIM, ClaimLoop.BATCH, UUID.randomUUID());
      List<UUID> ids = new ArrayList<>();
      claimed.forEach(row -> ids.add(row.getUUID("id")));
      ended += database.query(FINISH, (Object) ids.toArray(UUID[]::new)).rowCount();
    }
    return Sample.ofJobs(ended / ((System.nanoTime() - begun) / 1e9));
  }
}
