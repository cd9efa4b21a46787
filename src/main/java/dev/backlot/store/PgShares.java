package dev.backlot.store;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.schedule.Share;
import dev.backlot.port.Shares;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.util.random.RandomGenerator;

/** The limit stands with the tenant, for lanes to come, and with each lane that is there. */
public final class PgShares implements Shares {
  private final Pool pool;
  private final PgTransactions transactions;

  public PgShares(Vertx vertx, Pool pool, RandomGenerator random) {
    this.pool = pool;
    this.transactions = new PgTransactions(vertx, pool, random);
  }

  @Override
  public Future<Share> of(TenantId tenant) {
    return Reads.list(
            pool,
            ShareSql.FIND,
            Tuple.of(tenant.value()),
            row -> new Share(row.getInteger("weight"), row.getInteger("max_in_flight")))
        .map(shares -> shares.get(0));
  }

  @Override
  public Future<Void> change(TenantId tenant, Share share) {
    return transactions.inOneFlight(
        tx -> {
          tx.execute(
              ShareSql.CHANGE,
              Rows.arguments(tenant.value(), share.weight(), share.mostInFlight()));
          tx.execute(ShareSql.LOCK_LANES, Tuple.of(tenant.value()));
          return tx.execute(
                  ShareSql.LIMIT_LANES, Rows.arguments(tenant.value(), share.mostInFlight()))
              .mapEmpty();
        });
  }
}
