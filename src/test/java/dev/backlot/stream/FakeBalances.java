package dev.backlot.stream;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Balance;
import dev.backlot.domain.credit.Credits;
import dev.backlot.port.CreditLedger;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Balances in memory, thread-safe: only what is told of them. */
final class FakeBalances implements CreditLedger {
  private final Map<TenantId, List<Balance>> balances = new ConcurrentHashMap<>();
  final AtomicInteger questions = new AtomicInteger();
  volatile boolean fails;

  void set(TenantId tenant, String available) {
    balances.put(
        tenant,
        List.of(
            new Balance(
                Asset.VIDEO_UNIT, Credits.of(available), Credits.of("0"), Credits.of("0"))));
  }

  @Override
  public Future<List<Balance>> balances(TenantId tenant) {
    questions.incrementAndGet();
    return fails
        ? Future.failedFuture("no answer")
        : Future.succeededFuture(balances.getOrDefault(tenant, List.of()));
  }

  @Override
  public Future<Boolean> grant(
      TenantId tenant, Asset asset, Credits amount, String reference, Instant now) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<List<TenantBalance>> allBalances(int limit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<Map<String, Credits>> totals(Asset asset) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<List<String>> violations() {
    throw new UnsupportedOperationException();
  }
}
