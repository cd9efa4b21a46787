package dev.backlot.store;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.Job;
import dev.backlot.domain.job.JobId;
import dev.backlot.port.EventLog;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Set;
import java.util.UUID;

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
  public Future<List<Event>> after(TenantId tenant, Set<JobId> jobs, long position, int limit) {
    Tuple ofTenant = Tuple.of(position, limit, tenant.value());
    return jobs.isEmpty()
        ? Reads.list(pool, EventSql.AFTER_OF_TENANT, ofTenant, PgEventLog::event)
        : Reads.list(
            pool, EventSql.AFTER_OF_JOBS, ofTenant.addArrayOfUUID(ids(jobs)), PgEventLog::event);
  }

  @Override
  public Future<Snapshot> snapshot(TenantId tenant, Set<JobId> jobs, int limit) {
    Tuple arguments = Tuple.of(tenant.value(), limit);
    return (jobs.isEmpty()
            ? Reads.list(pool, EventSql.SNAPSHOT_OF_LIVE, arguments, row -> row)
            : Reads.list(
                pool, EventSql.SNAPSHOT_OF_JOBS, arguments.addArrayOfUUID(ids(jobs)), row -> row))
        .map(PgEventLog::snapshot);
  }

  /** Every row carries the position; the only one has no job when there is none. */
  private static Snapshot snapshot(List<Row> rows) {
    List<Job> jobs = rows.stream().filter(row -> row.getUUID("id") != null).map(Rows::job).toList();
    return new Snapshot(rows.get(0).getLong("position"), jobs);
  }

  private static UUID[] ids(Set<JobId> jobs) {
    return jobs.stream().map(JobId::value).toArray(UUID[]::new);
  }

  private static Event event(Row row) {
    return new Event(
        row.getLong("position"),
        Rows.tenant(row, "tenant_id"),
        Rows.jobId(row, "job_id"),
        row.getInteger("job_version"),
        row.getString("type"),
        Rows.instant(row, "at"),
        row.getString("data"));
  }
}
