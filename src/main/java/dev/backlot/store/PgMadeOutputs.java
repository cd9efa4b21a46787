package dev.backlot.store;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.JobId;
import dev.backlot.port.MadeOutputs;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** The statement names the tenant: what another one made is not found. */
public final class PgMadeOutputs implements MadeOutputs {
  private final Pool pool;

  public PgMadeOutputs(Pool pool) {
    this.pool = pool;
  }

  @Override
  public Future<List<Made>> find(TenantId tenant, Set<Long> numbers, Set<JobId> jobs) {
    return Reads.list(
        pool,
        MadeOutputSql.FIND,
        Rows.arguments(
            tenant.value(),
            numbers.toArray(Long[]::new),
            jobs.stream().map(JobId::value).toArray(UUID[]::new)),
        PgMadeOutputs::made);
  }

  private static Made made(Row row) {
    return new Made(
        row.getLong("public_number"),
        Rows.jobId(row, "id"),
        row.getString("account_id"),
        Rows.instant(row, "ended_at"),
        Rows.outputs(row.getString("outputs")));
  }
}
