package dev.backlot.store;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Balance;
import dev.backlot.domain.credit.Credits;
import dev.backlot.port.CreditLedger;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** Balances and grants; the audit of {@link #violations} reads the whole ledger. */
public final class PgCreditLedger implements CreditLedger {
  private static final int REFERENCE_MAX = 255;

  private final Pool pool;
  private final PgTransactions transactions;

  public PgCreditLedger(Vertx vertx, Pool pool, RandomGenerator random) {
    this.pool = pool;
    this.transactions = new PgTransactions(vertx, pool, random);
  }

  @Override
  public Future<List<Balance>> balances(TenantId tenant) {
    return Reads.list(pool, CreditSql.BALANCES, Tuple.of(tenant.value()), PgCreditLedger::balance);
  }

  @Override
  public Future<Boolean> grant(
      TenantId tenant, Asset asset, Credits amount, String reference, Instant now) {
    if (!amount.isPositive() || reference.isBlank() || reference.length() > REFERENCE_MAX) {
      return Future.failedFuture(
          new BacklotException(
              ErrorCode.INVALID_REQUEST,
              "A grant needs a positive amount and a reference of at most "
                  + REFERENCE_MAX
                  + " characters"));
    }
    Tuple purse = Tuple.of(tenant.value(), asset.text());
    Tuple grant =
        Tuple.of(tenant.value(), asset.text(), Rows.numeric(amount), reference, Rows.time(now));
    return transactions.inOneFlight(
        tx -> {
          tx.execute(CreditSql.OPEN_ACCOUNTS, purse);
          tx.execute(CreditSql.OPEN_BALANCE, purse);
          tx.execute(CreditSql.LOCK_BALANCE, purse);
          Future<Boolean> added = tx.execute(CreditSql.GRANT, grant).map(rows -> rows.size() > 0);
          return tx.execute(CreditSql.GRANTED, Tuple.of(tenant.value(), asset.text(), reference))
              .map(rows -> Rows.credits(rows.iterator().next(), "amount"))
              .compose(granted -> same(amount, granted, reference))
              .compose(same -> added);
        });
  }

  private static Future<Void> same(Credits asked, Credits granted, String reference) {
    return granted.equals(asked)
        ? Future.succeededFuture()
        : Future.failedFuture(
            new BacklotException(
                ErrorCode.INVALID_REQUEST,
                "Reference "
                    + reference
                    + " was granted before with "
                    + granted
                    + ": nothing was added. Use another reference for another grant."));
  }

  @Override
  public Future<List<TenantBalance>> allBalances(int limit) {
    return Reads.list(
        pool,
        CreditSql.ALL_BALANCES,
        Tuple.of(limit),
        row ->
            new TenantBalance(Rows.tenant(row, "tenant_id"), row.getString("name"), balance(row)));
  }

  @Override
  public Future<Map<String, Credits>> totals(Asset asset) {
    return Reads.list(
            pool,
            CreditSql.TOTALS,
            Tuple.of(asset.text()),
            row -> Map.entry(row.getString("role"), Rows.credits(row, "amount")))
        .map(
            roles ->
                roles.stream().collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
  }

  @Override
  public Future<List<String>> violations() {
    return Reads.list(pool, CreditSql.VIOLATIONS, Tuple.tuple(), row -> row.getString("violation"));
  }

  private static Balance balance(Row row) {
    return new Balance(
        Asset.parse(row.getString("asset")),
        Rows.credits(row, "available"),
        Rows.credits(row, "reserved"),
        Rows.credits(row, "spent"));
  }
}
