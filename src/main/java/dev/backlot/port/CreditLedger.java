package dev.backlot.port;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Balance;
import dev.backlot.domain.credit.Credits;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Balances and grants. Reservations and settlements belong to the job's own transactions. */
public interface CreditLedger {
  Future<List<Balance>> balances(TenantId tenant);

  /**
   * Adds credit, once per reference and asset.
   *
   * @return false when this reference had been granted before: nothing was added. Fails with {@code
   *     INVALID_REQUEST} when that was another amount
   */
  Future<Boolean> grant(
      TenantId tenant, Asset asset, Credits amount, String reference, Instant now);

  /** All tenants' balances with their names, for the low-credit rule. */
  Future<List<TenantBalance>> allBalances(int limit);

  record TenantBalance(TenantId tenant, String name, Balance balance) {}

  /** Sums over the whole ledger: spent, provider_drift, provider_loss and so on, by asset. */
  Future<Map<String, Credits>> totals(Asset asset);

  /** Identities of promise P3 that do not hold; empty is what everybody wants to see. */
  Future<List<String>> violations();
}
