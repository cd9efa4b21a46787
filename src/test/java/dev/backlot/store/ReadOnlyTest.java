package dev.backlot.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.database.TestDatabase;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.node.NodeId;
import dev.backlot.domain.node.NodeLease;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server that takes no writes any more, as a primary after a fail-over. */
class ReadOnlyTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private Vertx vertx;
  private TestDatabase database;
  private Pool pool;

  /** One connection, which has become one to such a server. */
  @BeforeEach
  void open() {
    vertx = Vertx.vertx();
    database = TestDatabase.create(vertx);
    pool = Pools.create(vertx, database.config(1, 100, PATIENCE), "backlot test");
    Store.await(pool.query("SET default_transaction_read_only = on").execute());
  }

  @AfterEach
  void close() {
    Store.await(pool.close());
    database.close();
    Store.await(vertx.close());
  }

  @Test
  void a_transaction_is_refused_for_now_and_the_next_one_has_another_connection() {
    PgKeys keys = new PgKeys(vertx, pool, new Random(2), UUID::randomUUID);

    assertThat(Store.failure(create(keys))).isEqualTo(ErrorCode.STORE_UNAVAILABLE);

    assertThat(Store.await(create(keys))).isNotNull();
  }

  @Test
  void a_single_statement_is_refused_for_now_and_the_next_one_has_another_connection() {
    PgMembership membership = new PgMembership(vertx, pool, new Random(3));
    NodeLease lease =
        new NodeLease(new NodeId(UUID.randomUUID()), Duration.ofSeconds(10), System::nanoTime);

    assertThat(Store.failure(membership.register(lease, "one")))
        .isEqualTo(ErrorCode.STORE_UNAVAILABLE);

    assertThat(Store.await(membership.register(lease, "one"))).isEqualTo(1);
  }

  @Test
  void readiness_is_told() {
    PgWritability writability = new PgWritability(pool);

    assertThat(Store.await(writability.isWritable())).isFalse();
    Store.await(pool.query("SET default_transaction_read_only = off").execute());
    assertThat(Store.await(writability.isWritable())).isTrue();
  }

  @Test
  void a_read_is_answered_and_keeps_its_connection() {
    PgEventLog log = new PgEventLog(pool);
    String session = session();

    assertThat(Store.await(log.head())).isZero();

    assertThat(session()).isEqualTo(session);
  }

  private String session() {
    return Store.await(pool.query("SELECT pg_backend_pid()").execute())
        .iterator()
        .next()
        .getValue(0)
        .toString();
  }

  private static Future<?> create(PgKeys keys) {
    return keys.create("studio", Set.of(Scope.SUBMIT), Submissions.NOW);
  }
}
