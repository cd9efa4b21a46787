package dev.backlot.store;

import dev.backlot.domain.node.CommitGate;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PrepareOptions;
import io.vertx.sqlclient.PreparedQuery;
import io.vertx.sqlclient.Query;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/**
 * A pool without a timer of its own, and how long a request waits for one of its connections. The
 * client's own timer is of no use to us: when another event loop serves a request in the moment in
 * which it is put into the queue, its timer is armed after that, and when it fires the request is
 * answered once more (vertx-sql-client issue 1567). And it fails with nothing but a text.
 *
 * <p>Who has given up keeps its place in the pool's queue, which is bounded, until its connection
 * comes; that one is given back at once, to whoever waits next.
 */
final class BoundedPool implements Pool {
  private final Vertx vertx;
  private final Pool pool;
  private final long waitMillis;
  private final CommitGate gate;
  private final WriteSlots writes;

  /**
   * @param pool without a connection time-out
   * @param wait at least a millisecond
   * @param gate asked before each commit
   * @param writes passed before each commit
   */
  BoundedPool(Vertx vertx, Pool pool, Duration wait, CommitGate gate, WriteSlots writes) {
    this.vertx = vertx;
    this.pool = pool;
    this.waitMillis = wait.toMillis();
    this.gate = gate;
    this.writes = writes;
  }

  CommitGate gate() {
    return gate;
  }

  WriteSlots writes() {
    return writes;
  }

  /** Fails with {@link TimeoutException} when the time is over. */
  @Override
  public Future<SqlConnection> getConnection() {
    Future<SqlConnection> acquired = pool.getConnection();
    return acquired.isComplete() ? acquired : inTime(acquired);
  }

  private Future<SqlConnection> inTime(Future<SqlConnection> acquired) {
    Promise<SqlConnection> promise = Promise.promise();
    long timer =
        vertx.setTimer(
            waitMillis,
            over ->
                promise.tryFail(new TimeoutException("no connection in " + waitMillis + " ms")));
    acquired.onComplete(
        connection -> {
          vertx.cancelTimer(timer);
          if (!promise.tryComplete(connection)) {
            connection.close();
          }
        },
        failure -> {
          vertx.cancelTimer(timer);
          promise.tryFail(failure);
        });
    return promise.future();
  }

  /** Waits without a bound; the store takes a connection instead. */
  @Override
  public Query<RowSet<Row>> query(String sql) {
    return pool.query(sql);
  }

  /** Waits without a bound; the store takes a connection instead. */
  @Override
  public PreparedQuery<RowSet<Row>> preparedQuery(String sql) {
    return pool.preparedQuery(sql);
  }

  /** Waits without a bound; the store takes a connection instead. */
  @Override
  public PreparedQuery<RowSet<Row>> preparedQuery(String sql, PrepareOptions options) {
    return pool.preparedQuery(sql, options);
  }

  @Override
  public int size() {
    return pool.size();
  }

  @Override
  public Future<Void> close() {
    return pool.close();
  }
}
