package dev.backlot.alerting;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Balance;
import dev.backlot.domain.credit.Credits;
import dev.backlot.port.CreditLedger;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One tenant whose balance the test sets. */
final class FakeLedger implements CreditLedger {
  private static final TenantId ACME = new TenantId(new UUID(0, 1));
  private Balance balance = balance("1000", "0", "0");
  private @Nullable Future<List<TenantBalance>> hanging;
  private int asked;

  void set(String available, String reserved, String spent) {
    balance = balance(available, reserved, spent);
  }

  /** Until the promise is kept. */
  Promise<List<TenantBalance>> hang() {
    Promise<List<TenantBalance>> answer = Promise.promise();
    hanging = answer.future();
    return answer;
  }

  /** How often somebody has asked for all balances. */
  int asked() {
    return asked;
  }

  @Override
  public Future<List<TenantBalance>> allBalances(int limit) {
    asked++;
    if (hanging != null && !hanging.isComplete()) {
      return hanging;
    }
    return Future.succeededFuture(List.of(new TenantBalance(ACME, "acme", balance)));
  }

  @Override
  public Future<List<Balance>> balances(TenantId tenant) {
    return Future.succeededFuture(List.of(balance));
  }

  @Override
  public Future<Boolean> grant(
      TenantId tenant, Asset asset, Credits amount, String reference, Instant now) {
    return Future.failedFuture("nobody grants here");
  }

  @Override
  public Future<Map<String, Credits>> totals(Asset asset) {
    return Future.succeededFuture(Map.of());
  }

  @Override
  public Future<List<String>> violations() {
    return Future.succeededFuture(List.of());
  }

  private static Balance balance(String available, String reserved, String spent) {
    return new Balance(
        Asset.VIDEO_UNIT, Credits.of(available), Credits.of(reserved), Credits.of(spent));
  }
}
