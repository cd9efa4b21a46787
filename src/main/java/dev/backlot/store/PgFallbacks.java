package dev.backlot.store;

import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.job.JobId;
import dev.backlot.port.Fallbacks;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/** One look-up by primary key for each batch in which a model has failed a job. */
public final class PgFallbacks implements Fallbacks {
  private final Pool pool;

  public PgFallbacks(Pool pool) {
    this.pool = pool;
  }

  @Override
  public Future<Map<JobId, Candidate>> candidates(Collection<JobId> jobs) {
    UUID[] ids = jobs.stream().map(JobId::value).toArray(UUID[]::new);
    return Reads.list(
            pool,
            FallbackSql.CANDIDATES,
            Tuple.of((Object) ids),
            row -> Map.entry(Rows.jobId(row, "id"), candidate(row)))
        .map(
            found ->
                found.stream().collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
  }

  static Candidate candidate(Row row) {
    return new Candidate(
        row.getString("pool_id"),
        row.getString("only_account"),
        row.getString("kind"),
        row.getString("requested_model"),
        row.getString("model"),
        row.getString("input"),
        Asset.parse(row.getString("asset")),
        Rows.credits(row, "cost"));
  }
}
