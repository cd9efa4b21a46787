package dev.backlot.store;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.batch.BatchId;
import dev.backlot.domain.job.Job;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobState;
import dev.backlot.port.EventLog;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the log. Appending is part of the transactions that make transitions. */
public final class PgEventLog implements EventLog {
  private final Pool pool;

  public PgEventLog(Pool pool) {
    this.pool = pool;
  }

  @Override
  public Future<Long> head() {
    return position(EventSql.HEAD);
  }

  @Override
  public Future<Long> oldest() {
    return position(EventSql.OLDEST);
  }

  private Future<Long> position(String sql) {
    return Reads.list(pool, sql, Tuple.tuple(), row -> row.getLong("position"))
        .map(rows -> rows.get(0));
  }

  @Override
  public Future<List<Event>> after(long position, int limit) {
    return Reads.list(pool, EventSql.AFTER, Tuple.of(position, limit), PgEventLog::event);
  }

  @Override
  public Future<Optional<Long>> head(TenantId tenant, BatchId batch) {
    return Reads.list(
            pool,
            EventSql.HEAD_OF_BATCH,
            Tuple.of(tenant.value(), batch.value()),
            row -> row.getLong("position"))
        .map(rows -> rows.stream().findFirst());
  }

  @Override
  public Future<List<Event>> after(TenantId tenant, Selection selection, long position, int limit) {
    Tuple arguments = Tuple.of(position, limit, tenant.value());
    if (selection.isAll()) {
      return Reads.list(pool, EventSql.AFTER_OF_TENANT, arguments, PgEventLog::event);
    }
    arguments.addArrayOfUUID(ids(selection.jobs()));
    if (selection.batches().isEmpty()) {
      return Reads.list(pool, EventSql.AFTER_OF_JOBS, arguments, PgEventLog::event);
    }
    UUID[] batches = selection.batches().stream().map(BatchId::value).toArray(UUID[]::new);
    return Reads.list(
        pool,
        EventSql.AFTER_OF_JOBS_AND_BATCHES,
        arguments.addArrayOfUUID(batches),
        PgEventLog::event);
  }

  @Override
  public Future<Snapshot> snapshot(TenantId tenant, Set<JobId> jobs, int limit) {
    Tuple arguments = Tuple.of(tenant.value(), limit);
    return (jobs.isEmpty()
            ? Reads.list(pool, EventSql.SNAPSHOT_OF_LIVE, arguments, row -> row)
            : Reads.list(
                pool, EventSql.SNAPSHOT_OF_JOBS, arguments.addArrayOfUUID(ids(jobs)), row -> row))
        .map(rows -> new Snapshot(position(rows), jobs(rows)));
  }

  @Override
  public Future<Optional<Snapshot>> snapshot(TenantId tenant, BatchId batch, int limit) {
    Tuple arguments = Tuple.of(tenant.value(), limit, batch.value());
    return Reads.list(pool, EventSql.SNAPSHOT_OF_BATCH, arguments, row -> row)
        .map(
            rows ->
                rows.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Snapshot(position(rows), jobs(rows), counts(rows.get(0)))));
  }

  /** Every row carries the position; the only one has no job when there is none. */
  private static long position(List<Row> rows) {
    return rows.get(0).getLong("position");
  }

  private static List<Job> jobs(List<Row> rows) {
    return rows.stream().filter(row -> row.getUUID("id") != null).map(Rows::job).toList();
  }

  private static Map<JobState, Long> counts(Row row) {
    JsonObject counts = new JsonObject(row.getString("counts"));
    return counts.fieldNames().stream().collect(Collectors.toMap(JobState::parse, counts::getLong));
  }

  private static UUID[] ids(Set<JobId> jobs) {
    return jobs.stream().map(JobId::value).toArray(UUID[]::new);
  }

  private static Event event(Row row) {
    return new Event(
        row.getLong("position"),
        Rows.tenant(row, "tenant_id"),
        Rows.jobId(row, "job_id"),
        batch(row),
        row.getInteger("job_version"),
        row.getString("type"),
        Rows.instant(row, "at"),
        row.getString("data"));
  }

  private static @Nullable BatchId batch(Row row) {
    UUID batch = row.getUUID("batch_id");
    return batch == null ? null : new BatchId(batch);
  }
}
