package dev.backlot.store;

import static dev.backlot.store.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backlot.config.NodeConfig;
import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.node.CommitGate;
import dev.backlot.domain.node.NodeId;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.system.Eventually;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The connections over which a node keeps its lease, beside ordinary ones that are all busy. */
class LeasePoolTest {
  private static final Duration LEASE = Duration.ofSeconds(14);

  private static final NodeConfig NODE =
      new NodeConfig("node", LEASE, Duration.ofSeconds(4), Duration.ofMinutes(1));

  private final Store store = new Store();
  private final Pool ordinary =
      Pools.create(
          store.vertx, store.database.config(1, 10, Duration.ofSeconds(5)), "backlot ordinary");
  private final Pool pool =
      Pools.forLease(
          store.vertx,
          store.database.config(),
          NODE,
          "backlot lease",
          new CommitGate(System::nanoTime));
  private final PgMembership membership = new PgMembership(store.vertx, pool, new Random(1));
  private final NodeLease lease =
      new NodeLease(new NodeId(UUID.randomUUID()), LEASE, System::nanoTime);

  @BeforeEach
  void register() throws Exception {
    long sentAt = lease.tick();
    lease.renewed(await(membership.register(lease, "node")), sentAt);
  }

  @AfterEach
  void close() throws Exception {
    await(Future.join(ordinary.close(), pool.close()));
    store.close();
  }

  @Test
  void a_heartbeat_waits_for_none_of_the_ordinary_connections() throws Exception {
    SqlConnection busy = await(ordinary.getConnection());

    assertThat(await(membership.heartbeat(lease))).isTrue();
    await(busy.close());
  }

  @Test
  void a_take_over_that_waits_for_a_lock_on_jobs_holds_up_no_heartbeat_and_no_probe()
      throws Exception {
    try (Connection blocker = store.database.owner();
        Statement statement = blocker.createStatement()) {
      blocker.setAutoCommit(false);
      statement.execute("LOCK TABLE job IN ACCESS EXCLUSIVE MODE");
      Future<Integer> takeOver = membership.takeOver(lease, 10);
      Eventually.until(
          "the take-over waits",
          Duration.ofSeconds(20),
          () -> store.database.number("SELECT count(*) FROM pg_locks WHERE NOT granted") > 0);

      assertThat(await(membership.heartbeat(lease))).isTrue();
      assertThat(await(membership.holdDuty(lease, "sweep", LEASE))).isTrue();
      assertThat(await(new PgWritability(pool).isWritable())).isTrue();
      assertThatThrownBy(() -> await(takeOver))
          .hasCauseInstanceOf(BacklotException.class)
          .cause()
          .extracting("code")
          .isEqualTo(ErrorCode.STORE_UNAVAILABLE);
      blocker.rollback();
    }
  }

  @Test
  void its_statements_have_what_half_a_lease_leaves_after_a_heartbeat() throws Exception {
    assertThat(show("statement_timeout")).isEqualTo("3s");
    assertThat(show("idle_in_transaction_session_timeout")).isEqualTo("3s");
  }

  @Test
  void it_has_a_name_of_its_own() throws Exception {
    assertThat(show("application_name")).isEqualTo("backlot lease");
  }

  private String show(String setting) throws Exception {
    return await(
            Reads.list(
                pool, "SELECT current_setting($1)", Tuple.of(setting), row -> row.getString(0)))
        .get(0);
  }
}
