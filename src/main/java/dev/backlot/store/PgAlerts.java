package dev.backlot.store;

import dev.backlot.domain.alert.Alert;
import dev.backlot.domain.alert.AlertState;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Alerts;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** Alerts by compare-and-set: of several nodes that see the same, one makes the move. */
public final class PgAlerts implements Alerts {
  private final Pool pool;
  private final PgTransactions transactions;

  public PgAlerts(Vertx vertx, Pool pool, RandomGenerator random) {
    this.pool = pool;
    this.transactions = new PgTransactions(vertx, pool, random);
  }

  @Override
  public Future<List<Alert>> open() {
    return Reads.list(pool, AlertSql.OPEN, Tuple.tuple(), PgAlerts::alert);
  }

  @Override
  public Future<List<Alert>> toldOf(Instant resolvedAfter, int limit) {
    return Reads.list(
        pool, AlertSql.TOLD_OF, Tuple.of(Rows.time(resolvedAfter), limit), PgAlerts::alert);
  }

  @Override
  public Future<List<Alert>> save(NodeLease evaluator, List<Alert> alerts) {
    if (alerts.isEmpty()) {
      return Future.succeededFuture(List.of());
    }
    Tuple rows = rows(evaluator, alerts);
    return transactions.inOneFlight(
        tx ->
            Future.all(tx.execute(AlertSql.MOVE, rows), tx.execute(AlertSql.OPEN_NEW, rows))
                .map(
                    both -> {
                      Set<UUID> changed = new HashSet<>();
                      both.<Iterable<Row>>list()
                          .forEach(part -> part.forEach(row -> changed.add(row.getUUID("id"))));
                      return alerts.stream().filter(each -> changed.contains(each.id())).toList();
                    }));
  }

  @Override
  public Future<List<Alert>> claimUntold(int limit, Instant now, Instant until) {
    return transactions.inOneFlight(
        tx ->
            tx.execute(AlertSql.CLAIM_UNTOLD, Tuple.of(Rows.time(now), limit, Rows.time(until)))
                .map(PgAlerts::alerts));
  }

  @Override
  public Future<Void> told(Alert alert) {
    return transactions.inOneFlight(
        tx -> tx.execute(AlertSql.TOLD, Tuple.of(alert.id(), alert.state().text())).mapEmpty());
  }

  @Override
  public Future<Boolean> tellLater(Alert alert, int most, Instant now) {
    return transactions.inOneFlight(
        tx ->
            tx.execute(
                    AlertSql.TELL_LATER,
                    Tuple.of(alert.id(), alert.state().text(), most, Rows.time(now)))
                .map(rows -> rows.size() > 0 && rows.iterator().next().getBoolean("again")));
  }

  private static Tuple rows(NodeLease evaluator, List<Alert> alerts) {
    return Rows.arguments(
        Rows.column(alerts, Alert::id, UUID[]::new),
        Rows.column(alerts, Alert::rule, String[]::new),
        Rows.column(alerts, Alert::subject, String[]::new),
        Rows.column(alerts, each -> each.state().text(), String[]::new),
        Rows.column(alerts, Alert::summary, String[]::new),
        Rows.column(alerts, each -> Rows.time(each.since()), OffsetDateTime[]::new),
        Rows.column(alerts, each -> Rows.timeOrNull(each.firedAt()), OffsetDateTime[]::new),
        Rows.column(alerts, each -> Rows.timeOrNull(each.resolvedAt()), OffsetDateTime[]::new),
        DUTY,
        evaluator.node().value(),
        evaluator.epoch(),
        evaluator.duration().toMillis());
  }

  private static List<Alert> alerts(Iterable<Row> rows) {
    List<Alert> alerts = new ArrayList<>();
    rows.forEach(row -> alerts.add(alert(row)));
    return alerts;
  }

  private static Alert alert(Row row) {
    return new Alert(
        row.getUUID("id"),
        row.getString("rule"),
        row.getString("subject"),
        AlertState.parse(row.getString("state")),
        row.getString("summary"),
        Rows.instant(row, "since"),
        Rows.instantOrNull(row, "fired_at"),
        Rows.instantOrNull(row, "resolved_at"));
  }
}
