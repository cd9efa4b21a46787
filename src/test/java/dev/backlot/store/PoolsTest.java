package dev.backlot.store;

import static dev.backlot.store.Store.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.database.TestDatabase;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PoolsTest {
  private static final String LOCK = "SELECT pg_advisory_xact_lock(1)";

  private final Vertx vertx = Vertx.vertx();
  private final TestDatabase database = TestDatabase.create(vertx);
  private final Pool pool = Pools.create(vertx, database.config(), "backlot test");

  @AfterEach
  void close() {
    await(pool.close());
    database.close();
    await(vertx.close());
  }

  /** It may be paused or cut off, and what it has locked is what all others need. */
  @Test
  void a_node_that_says_no_more_within_a_transaction_soon_loses_its_locks() {
    SqlConnection silent = await(pool.getConnection());
    await(silent.begin().compose(begun -> silent.query(LOCK).execute()));

    long asked = System.nanoTime();
    await(pool.withTransaction(other -> other.query(LOCK).execute().mapEmpty()));

    assertThat(Duration.ofNanos(System.nanoTime() - asked))
        .isLessThan(database.config().statementTimeout().dividedBy(2));
    await(silent.close().otherwise((Void) null));
  }
}
