package dev.backlot.store;

import static dev.backlot.store.Store.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.database.TestDatabase;
import dev.backlot.domain.ErrorCode;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class BoundedPoolTest {
  private static final Duration SHORT = Duration.ofSeconds(1);
  private static final Duration ENOUGH = Duration.ofSeconds(2);
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final int WAITING = 3;
  private static final int COMPETITORS = 64;
  private static final int TURNS = 500;

  private final Vertx vertx = Vertx.vertx();
  private final TestDatabase database = TestDatabase.create(vertx);

  /** The first connection of a process takes long. */
  @BeforeEach
  void warmUp() {
    await(read(database.pool()));
  }

  @AfterEach
  void close() {
    database.close();
    await(vertx.close());
  }

  @Test
  void a_read_that_gets_no_connection_in_time_says_that_the_store_is_unavailable() {
    Pool pool = pool(1, WAITING, SHORT);
    await(pool.getConnection());

    assertThat(Store.failure(read(pool))).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
  }

  @Test
  void a_transaction_that_gets_no_connection_in_time_says_that_the_store_is_unavailable() {
    Pool pool = pool(1, WAITING, SHORT);
    await(pool.getConnection());
    PgTransactions transactions = new PgTransactions(vertx, pool, new Random(1));

    assertThat(
            Store.failure(transactions.inOneFlight(sql -> sql.execute("SELECT 1", Tuple.tuple()))))
        .isEqualTo(ErrorCode.STORE_UNAVAILABLE);
  }

  @Test
  void a_connection_that_comes_too_late_is_there_for_the_next() {
    Pool pool = pool(1, WAITING, SHORT);
    SqlConnection only = await(pool.getConnection());
    Store.failure(read(pool));
    Store.failure(read(pool));

    await(only.close());

    assertThat(await(read(pool))).containsExactly(1);
  }

  @Test
  void at_the_bound_of_waiting_requests_the_next_one_is_told_to_come_back() {
    Pool pool = pool(1, WAITING, LONG);
    SqlConnection only = await(pool.getConnection());
    IntStream.range(0, WAITING).forEach(each -> read(pool));

    assertThat(Store.failure(read(pool))).isEqualTo(ErrorCode.OVERLOADED);
    // Else the close of the pool waits for as long as those who wait do.
    await(only.close());
  }

  /** The pool's own timer fails this now and then: issue 1567 of the client. */
  @Test
  void nothing_is_answered_twice_when_event_loops_compete() {
    Pool pool = pool(2, COMPETITORS, ENOUGH);
    Queue<Throwable> unhandled = new ConcurrentLinkedQueue<>();
    vertx.exceptionHandler(unhandled::add);

    await(vertx.deployVerticle(() -> competitor(pool), onEachLoop()));
    await(vertx.timer(2 * ENOUGH.toMillis()));

    assertThat(unhandled).isEmpty();
  }

  private static DeploymentOptions onEachLoop() {
    return new DeploymentOptions().setInstances(COMPETITORS);
  }

  private Deployable competitor(Pool pool) {
    return context -> turn(pool, TURNS);
  }

  private Future<Void> turn(Pool pool, int left) {
    return left == 0
        ? Future.succeededFuture()
        : pool.getConnection().compose(this::givenBackLater).compose(again -> turn(pool, left - 1));
  }

  /** In another turn of the event loop, as after an answer of the database. */
  private Future<Void> givenBackLater(SqlConnection connection) {
    Promise<Void> closed = Promise.promise();
    vertx.runOnContext(later -> connection.close().onComplete(closed));
    return closed.future();
  }

  private static Future<List<Integer>> read(Pool pool) {
    return Reads.list(pool, "SELECT 1 AS one", Tuple.tuple(), row -> row.getInteger("one"));
  }

  private Pool pool(int size, int waiting, Duration connectTimeout) {
    return Pools.create(vertx, database.config(size, waiting, connectTimeout), "backlot test");
  }
}
