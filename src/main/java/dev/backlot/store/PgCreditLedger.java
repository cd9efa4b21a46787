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
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

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
    return query(CreditSql.BALANCES, Tuple.of(tenant.value()))
        .map(rows -> rows.stream().map(PgCreditLedger::balance).toList());
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
          return tx.execute(CreditSql.GRANT, grant).map(rows -> rows.size() > 0);
        });
  }

  @Override
  public Future<List<TenantBalance>> allBalances(int limit) {
    return query(CreditSql.ALL_BALANCES, Tuple.of(limit))
        .map(
            rows ->
                rows.stream()
                    .map(
                        row ->
                            new TenantBalance(
                                Rows.tenant(row, "tenant_id"), row.getString("name"), balance(row)))
                    .toList());
  }

  @Override
  public Future<Map<String, Credits>> totals(Asset asset) {
    return query(CreditSql.TOTALS, Tuple.of(asset.text()))
        .map(
            rows -> {
              Map<String, Credits> totals = new TreeMap<>();
              rows.forEach(row -> totals.put(row.getString("role"), Rows.credits(row, "amount")));
              return totals;
            });
  }

  @Override
  public Future<List<String>> violations() {
    return query(CreditSql.VIOLATIONS, Tuple.tuple())
        .map(rows -> rows.stream().map(row -> row.getString("violation")).toList());
  }

  private Future<RowSet<Row>> query(String sql, Tuple arguments) {
    return pool.preparedQuery(sql)
        .execute(arguments)
        .recover(failure -> Future.failedFuture(PgErrors.translate(failure)));
  }

  private static Balance balance(Row row) {
    return new Balance(
        Asset.parse(row.getString("asset")),
        Rows.credits(row, "available"),
        Rows.credits(row, "reserved"),
        Rows.credits(row, "spent"));
  }
}
