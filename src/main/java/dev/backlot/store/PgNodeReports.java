package dev.backlot.store;

import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.NodeReports;
import dev.backlot.port.ProviderHealth.BreakerView;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.List;

/** In the row of each node. */
public final class PgNodeReports implements NodeReports {
  private final Pool pool;

  public PgNodeReports(Pool pool) {
    this.pool = pool;
  }

  @Override
  public Future<Boolean> say(NodeLease lease, Report report) {
    return Reads.count(
            pool,
            MembershipSql.REPORT,
            Tuple.of(lease.node().value(), lease.epoch(), json(report).encode()))
        .map(written -> written == 1);
  }

  @Override
  public Future<List<Report>> all() {
    return Reads.list(pool, MembershipSql.REPORTS, Tuple.of(REPORTS_MAX), PgNodeReports::report);
  }

  @Override
  public Future<Integer> differing(String offer) {
    return Reads.execute(pool, MembershipSql.DIFFERING, Tuple.of(offer))
        .map(rows -> rows.iterator().next().getInteger("differing"));
  }

  private static JsonObject json(Report report) {
    JsonArray breakers = new JsonArray();
    report
        .breakers()
        .forEach(
            each ->
                breakers.add(
                    new JsonObject()
                        .put("account", each.account())
                        .put("guard", each.guard())
                        .put("state", each.state())));
    return new JsonObject()
        .put("breakers", breakers)
        .put("parked", new JsonArray(report.parked()))
        .put("offer", report.offer());
  }

  private static Report report(Row row) {
    JsonObject json = new JsonObject(row.getString("report"));
    return new Report(
        json.getJsonArray("breakers").stream()
            .map(JsonObject.class::cast)
            .map(PgNodeReports::breaker)
            .toList(),
        json.getJsonArray("parked").stream().map(String.class::cast).toList(),
        json.getString("offer", ""));
  }

  private static BreakerView breaker(JsonObject json) {
    return new BreakerView(
        json.getString("account"), json.getString("guard"), json.getString("state"));
  }
}
