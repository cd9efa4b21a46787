package dev.backlot.store;

import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Membership;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.stream.StreamSupport;

/** Leases of nodes on the database's clock. */
public final class PgMembership implements Membership {
  private final PgTransactions transactions;
  private final Pool pool;

  public PgMembership(Vertx vertx, Pool pool, RandomGenerator random) {
    this.transactions = new PgTransactions(vertx, pool, random);
    this.pool = pool;
  }

  @Override
  public Future<String> installation() {
    return Reads.list(pool, MembershipSql.INSTALLATION, Tuple.tuple(), row -> row.getString("id"))
        .map(ids -> ids.get(0));
  }

  @Override
  public Future<Long> register(NodeLease lease, String name) {
    return Reads.written(
            pool,
            MembershipSql.REGISTER,
            Tuple.of(lease.node().value(), name, lease.duration().toMillis()),
            row -> row.getLong("epoch"))
        .map(epochs -> epochs.get(0));
  }

  @Override
  public Future<Boolean> heartbeat(NodeLease lease) {
    return Reads.count(pool, MembershipSql.HEARTBEAT, Tuple.of(lease.node().value(), lease.epoch()))
        .map(written -> written == 1);
  }

  @Override
  public Future<Integer> takeOver(NodeLease lease, int limit) {
    UUID node = lease.node().value();
    return transactions.inTwoFlights(
        transaction -> {
          transaction.execute(MembershipSql.END_LEASES, Tuple.of(lease.duration().toMillis()));
          return transaction
              .execute(MembershipSql.LOCK_LOST, Tuple.of(node, lease.epoch(), limit))
              .map(PgMembership::ids);
        },
        (lost, transaction) ->
            lost.length == 0
                ? Future.succeededFuture(0)
                : transaction
                    .execute(MembershipSql.TAKE_OVER, Tuple.of(node, lease.epoch(), lost))
                    .map(rows -> rows.iterator().next().getInteger("taken")));
  }

  private static UUID[] ids(RowSet<Row> rows) {
    return StreamSupport.stream(rows.spliterator(), false)
        .map(row -> row.getUUID("id"))
        .toArray(UUID[]::new);
  }

  @Override
  public Future<Void> leave(NodeLease lease) {
    Tuple us = Tuple.of(lease.node().value(), lease.epoch());
    return transactions.inOneFlight(
        transaction -> {
          transaction.execute(MembershipSql.LEAVE, us);
          return transaction.execute(MembershipSql.DROP_DUTIES, us).mapEmpty();
        });
  }

  @Override
  public Future<Boolean> holdDuty(NodeLease lease, String duty, Duration duration) {
    return Reads.count(
            pool,
            MembershipSql.HOLD_DUTY,
            Tuple.of(duty, lease.node().value(), lease.epoch(), duration.toMillis()))
        .map(written -> written == 1);
  }
}
