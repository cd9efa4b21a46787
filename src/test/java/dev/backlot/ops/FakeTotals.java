package dev.backlot.ops;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Balance;
import dev.backlot.domain.credit.Credits;
import dev.backlot.port.CreditLedger;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The same totals for every asset; nothing else is asked of it. */
record FakeTotals(Map<String, Credits> totals) implements CreditLedger {
  @Override
  public Future<Map<String, Credits>> totals(Asset asset) {
    return Future.succeededFuture(totals);
  }

  @Override
  public Future<List<TenantBalance>> allBalances(int limit) {
    return Future.failedFuture("not asked");
  }

  @Override
  public Future<List<Balance>> balances(TenantId tenant) {
    return Future.failedFuture("not asked");
  }

  @Override
  public Future<Boolean> grant(
      TenantId tenant, Asset asset, Credits amount, String reference, Instant now) {
    return Future.failedFuture("not asked");
  }

  @Override
  public Future<List<String>> violations() {
    return Future.failedFuture("not asked");
  }
}
