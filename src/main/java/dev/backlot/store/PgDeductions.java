package dev.backlot.store;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.credit.Asset;
import dev.backlot.port.Deductions;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import java.util.List;

/** Reads what was settled; writes nothing. */
public final class PgDeductions implements Deductions {
  private final Pool pool;

  public PgDeductions(Pool pool) {
    this.pool = pool;
  }

  @Override
  public Future<List<Deduction>> of(TenantId tenant, Span span, int limit) {
    if (limit < 1 || limit > MAX_PAGE + 1) {
      return Future.failedFuture(new IllegalArgumentException("a page has 1 to " + MAX_PAGE));
    }
    Place before = span.before();
    return Reads.list(
        pool,
        DeductionSql.NEWEST,
        Rows.arguments(
            tenant.value(),
            Rows.time(span.from()),
            Rows.time(span.until()),
            span.assets().stream().map(Asset::text).toArray(String[]::new),
            span.keyIds().toArray(String[]::new),
            before == null ? null : Rows.time(before.at()),
            before == null ? null : before.job().value(),
            limit),
        PgDeductions::deduction);
  }

  private static Deduction deduction(Row row) {
    return new Deduction(
        Rows.jobId(row, "job_id"),
        row.getLong("public_number"),
        row.getString("api_key_id"),
        row.getString("kind"),
        row.getString("model"),
        row.getString("mode"),
        row.getInteger("seconds"),
        Asset.parse(row.getString("asset")),
        Rows.credits(row, "settled"),
        Rows.instant(row, "closed_at"));
  }
}
