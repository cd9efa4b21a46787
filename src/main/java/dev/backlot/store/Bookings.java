package dev.backlot.store;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.credit.Settlement;
import io.vertx.sqlclient.Tuple;
import io.vertx.sqlclient.data.Numeric;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Closes reservations, and books what they and the provider's bills come to (promise P3). */
final class Bookings {
  private final List<Change> changes;
  private final Statements transaction;
  private final Instant now;

  private record Transfer(String kind, Credits amount, OpenAttempt of) {}

  private record Purse(TenantId tenant, Asset asset) {}

  private record Sum(Credits settled, Credits released) {
    static Sum of(Settlement settlement) {
      return new Sum(settlement.settled(), settlement.released());
    }

    Sum plus(Sum other) {
      return new Sum(settled.plus(other.settled), released.plus(other.released));
    }
  }

  Bookings(List<Change> changes, Statements transaction, Instant now) {
    this.changes = changes;
    this.transaction = transaction;
    this.now = now;
  }

  void write() {
    closeReservations();
    transferOfTenants();
    transferOfHouse();
    moveBalances();
  }

  private void closeReservations() {
    List<Change> ends = changes.stream().filter(Change::endsJob).toList();
    if (ends.isEmpty()) {
      return;
    }
    transaction.execute(
        ChangeSql.CLOSE_RESERVATIONS,
        Tuple.of(
            Rows.column(ends, end -> end.of().job().value(), UUID[]::new),
            Rows.column(ends, end -> end.isCharged() ? "settled" : "released", String[]::new),
            Rows.column(ends, end -> Rows.numeric(end.settlement().settled()), Numeric[]::new),
            Rows.time(now)));
  }

  private void transferOfTenants() {
    List<Transfer> transfers = new ArrayList<>();
    for (Change change : changes) {
      add(transfers, "settle", change.settlement().settled(), change.of());
      add(transfers, "release", change.settlement().released(), change.of());
    }
    if (transfers.isEmpty()) {
      return;
    }
    transaction.execute(
        ChangeSql.TRANSFER,
        Tuple.of(
            Rows.column(transfers, Transfer::kind, String[]::new),
            Rows.column(transfers, each -> each.of().tenant().value(), UUID[]::new),
            Rows.column(transfers, each -> each.of().asset().text(), String[]::new),
            Rows.column(transfers, each -> Rows.numeric(each.amount()), Numeric[]::new),
            Rows.column(transfers, each -> each.of().job().value(), UUID[]::new),
            Rows.column(transfers, each -> each.of().id().value(), UUID[]::new),
            Rows.time(now)));
  }

  private void transferOfHouse() {
    List<Transfer> transfers = new ArrayList<>();
    for (Change change : changes) {
      add(transfers, "drift", change.settlement().drift(), change.of());
      add(transfers, "loss", change.settlement().loss(), change.of());
    }
    if (transfers.isEmpty()) {
      return;
    }
    transaction.execute(
        ChangeSql.TRANSFER_HOUSE,
        Tuple.of(
            Rows.column(transfers, Transfer::kind, String[]::new),
            Rows.column(transfers, each -> each.of().asset().text(), String[]::new),
            Rows.column(transfers, each -> Rows.numeric(each.amount()), Numeric[]::new),
            Rows.column(transfers, each -> each.of().job().value(), UUID[]::new),
            Rows.column(transfers, each -> each.of().id().value(), UUID[]::new),
            Rows.time(now)));
  }

  private static void add(List<Transfer> transfers, String kind, Credits amount, OpenAttempt of) {
    if (amount.isPositive()) {
      transfers.add(new Transfer(kind, amount, of));
    }
  }

  private void moveBalances() {
    Map<Purse, Sum> sums = new LinkedHashMap<>();
    for (Change end : changes) {
      if (end.endsJob()) {
        sums.merge(
            new Purse(end.of().tenant(), end.of().asset()), Sum.of(end.settlement()), Sum::plus);
      }
    }
    if (sums.isEmpty()) {
      return;
    }
    List<Purse> purses = List.copyOf(sums.keySet());
    List<Sum> amounts = List.copyOf(sums.values());
    UUID[] tenants = Rows.column(purses, purse -> purse.tenant().value(), UUID[]::new);
    String[] assets = Rows.column(purses, purse -> purse.asset().text(), String[]::new);
    transaction.execute(ChangeSql.LOCK_BALANCES, Tuple.of(tenants, (Object) assets));
    transaction.execute(
        ChangeSql.MOVE_BALANCES,
        Tuple.of(
            tenants,
            assets,
            Rows.column(amounts, sum -> Rows.numeric(sum.settled()), Numeric[]::new),
            Rows.column(amounts, sum -> Rows.numeric(sum.released()), Numeric[]::new)));
  }
}
