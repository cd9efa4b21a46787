package dev.backlot.benchmark;

import dev.backlot.domain.access.TenantId;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Appends events of one tenant to the log as the service does: behind the log's lock, last in a
 * transaction. Their jobs do not exist, and their versions are the numbers. Nobody wakes the
 * service: it finds them when it looks.
 */
final class LogAnnouncer implements Announcer {
  /** As at the end of a job. */
  private static final String DATA =
      """
      {"state": "succeeded", "version": 4, "charged": "0.350000", "outputs": 1,
       "attempt": 1, "model": "kling-v2-6", "duration_seconds": "5.1"}""";

  private static final String LOCK = "SELECT pg_advisory_xact_lock(1)";

  private static final String APPEND =
      """
      INSERT INTO event (tenant_id, job_id, job_version, type, at, data)
      SELECT $1, job, version, 'job.succeeded', now(), $4::text::jsonb
        FROM unnest($2::uuid[], $3::int[]) WITH ORDINALITY AS given(job, version, place)
       ORDER BY place""";

  private final SqlConnection connection;
  private final TenantId tenant;
  private int last;

  /** Takes a connection of its own from the pool, for good. */
  LogAnnouncer(Database database, TenantId tenant) {
    this.connection = Await.result(database.pool().getConnection());
    this.tenant = tenant;
  }

  @Override
  public long announce(int count) {
    Object jobs = Stream.generate(UUID::randomUUID).limit(count).toArray(UUID[]::new);
    Object versions = IntStream.rangeClosed(last + 1, last + count).boxed().toArray(Integer[]::new);
    last += count;
    Await.result(
        Future.all(
            List.of(
                connection.query("BEGIN").execute(),
                connection.query(LOCK).execute(),
                connection
                    .preparedQuery(APPEND)
                    .execute(Tuple.of(tenant.value(), jobs, versions, DATA)),
                connection.query("COMMIT").execute())));
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
  }

  @Override
  public int last() {
    return last;
  }
}
