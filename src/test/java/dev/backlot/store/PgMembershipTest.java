package dev.backlot.store;

import static dev.backlot.store.StoreFixture.LEASE;
import static dev.backlot.store.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.DatabaseConfig;
import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.CancelPolicy;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Dispatches.Closing;
import dev.backlot.port.Dispatches.Fact;
import dev.backlot.port.Dispatches.Unresolved;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PgMembershipTest {
  private StoreFixture store;
  private NodeLease one;
  private NodeLease two;

  @BeforeEach
  void open() throws Exception {
    store = new StoreFixture();
    one = store.node("one");
    two = store.node("two");
    store.slots(10);
  }

  @AfterEach
  void close() throws Exception {
    store.close();
  }

  @Test
  void a_heartbeat_in_time_keeps_the_lease() throws Exception {
    assertThat(heartbeat(one)).isTrue();
  }

  @Test
  void a_heartbeat_after_the_lease_has_run_out_is_refused() throws Exception {
    outlive(one);

    assertThat(heartbeat(one)).isFalse();
  }

  @Test
  void a_heartbeat_is_counted_on_the_databases_clock() throws Exception {
    long lease = LEASE.toSeconds();
    assertThat(await(ahead(lease + 1 + " seconds").heartbeat(one))).isFalse();
    assertThat(await(ahead(lease - 10 + " seconds").heartbeat(one))).isTrue();
  }

  @Test
  void a_node_that_comes_back_gets_a_higher_epoch() throws Exception {
    long before = one.epoch();
    outlive(one);
    store.register(one, "one");

    assertThat(one.epoch()).isEqualTo(before + 1);
    assertThat(heartbeat(one)).isTrue();
  }

  @Test
  void a_heartbeat_under_an_earlier_epoch_is_refused() throws Exception {
    NodeLease again = registeredAnew(one);

    assertThat(heartbeat(one)).isFalse();
    assertThat(heartbeat(again)).isTrue();
  }

  @Test
  void the_jobs_of_a_live_node_are_not_taken() throws Exception {
    running(one);

    assertThat(takeOver(two)).isZero();
  }

  @Test
  void the_jobs_of_a_node_that_is_late_are_taken_under_a_higher_fence() throws Exception {
    JobId job = running(one).job();
    outlive(one);

    assertThat(takeOver(two)).isOne();
    assertThat(owner(job)).isEqualTo(two.node() + " 1 2");
    assertThat(await(store.endings.allRunning(two, null, 10))).hasSize(1);
    assertThat(await(store.endings.allRunning(one, null, 10))).isEmpty();
  }

  @Test
  void a_take_over_is_no_transition() throws Exception {
    JobId job = running(one).job();
    outlive(one);
    takeOver(two);

    assertThat(store.events(job)).isEqualTo("1 queued, 2 submitting, 3 running");
    assertThat(store.database.text("SELECT version FROM job")).isEqualTo("3");
  }

  @Test
  void the_jobs_of_a_node_that_nobody_knows_are_taken() throws Exception {
    running(one);
    store.database.execute("DELETE FROM node WHERE id = '" + one.node() + "'");

    assertThat(takeOver(two)).isOne();
  }

  @Test
  void the_jobs_of_an_earlier_epoch_are_taken_also_by_their_own_node() throws Exception {
    running(one);
    store.register(one, "one");

    assertThat(takeOver(one)).isOne();
    assertThat(await(store.endings.allRunning(one, null, 10))).hasSize(1);
  }

  @Test
  void until_then_nobody_acts_for_them() throws Exception {
    AttemptRef running = running(one);
    store.job();
    AttemptRef unknown = store.claimOne(one).ref();
    store.record(new Fact.SendUnknown(unknown, "time-out"));
    NodeLease again = registeredAnew(one);

    assertThat(await(store.endings.allRunning(again, null, 10))).isEmpty();
    assertThat(await(store.endings.running(again, List.of(running.id())))).isEmpty();
    assertThat(await(store.dispatches.unresolved(again, StoreFixture.NOW, 10))).isEmpty();
  }

  @Test
  void a_take_over_is_bounded() throws Exception {
    running(one);
    running(one);
    running(one);
    outlive(one);

    assertThat(await(store.membership.takeOver(two, 2))).isEqualTo(2);
    assertThat(takeOver(two)).isOne();
  }

  @Test
  void a_node_without_a_lease_takes_nothing() throws Exception {
    running(one);
    outlive(one);
    outlive(two);

    assertThat(takeOver(two)).isZero();
  }

  @Test
  void a_take_over_ends_the_lease_before_it_takes() throws Exception {
    running(one);
    outlive(one);
    takeOver(two);

    // However long it was: the row says that it is over.
    store.database.execute("UPDATE node SET lease_millis = 365 * 86400000::bigint");
    assertThat(heartbeat(one)).isFalse();
  }

  @Test
  void what_the_former_owner_had_claimed_may_have_been_sent_until_now() throws Exception {
    store.job();
    AttemptRef ref = store.claimOne(one).ref();
    outlive(one);
    takeOver(two);

    Unresolved unresolved = await(store.dispatches.unresolved(two, StoreFixture.NOW, 10)).get(0);
    assertThat(unresolved.ref().id()).isEqualTo(ref.id());
    assertThat(unresolved.ref().fence()).isEqualTo(ref.fence() + 1);
    assertThat(store.attemptState(ref)).isEqualTo("unknown");
    assertThat(
            store.database.text(
                "SELECT last_unknown_at BETWEEN now() - interval '1 minute' AND now() FROM"
                    + " attempt"))
        .isEqualTo("t");
  }

  @Test
  void whatever_the_former_owner_still_writes_comes_to_nothing() throws Exception {
    store.job();
    AttemptRef claimed = store.claimOne(one).ref();
    AttemptRef running = running(one);
    outlive(one);
    takeOver(two);

    assertThat(store.record(new Fact.Accepted(claimed, "task"))).isEmpty();
    assertThat(store.record(StoreFixture.backToQueue(claimed, Closing.ABSENT, true))).isEmpty();
    assertThat(store.finish(CancelPolicy.KEEP, StoreFixture.succeeded(running, "5"))).isEmpty();
    assertThat(store.inFlight()).isEqualTo(2);
  }

  @Test
  void a_node_whose_lease_was_ended_claims_nothing() throws Exception {
    store.job();
    outlive(one);
    takeOver(two);

    assertThat(store.claim(one, 10)).isEmpty();
    assertThat(store.claim(two, 10)).hasSize(1);
  }

  @Test
  void the_jobs_of_a_node_that_leaves_are_taken_at_once() throws Exception {
    running(one);
    await(store.membership.leave(one));

    assertThat(takeOver(two)).isOne();
  }

  /** The same process, which has another epoch now. */
  private NodeLease registeredAnew(NodeLease node) throws Exception {
    NodeLease again = new NodeLease(node.node(), LEASE, System::nanoTime);
    store.register(again, "again");
    return again;
  }

  private AttemptRef running(NodeLease node) throws Exception {
    store.job();
    return store.running(node);
  }

  private boolean heartbeat(NodeLease node) throws Exception {
    return await(store.membership.heartbeat(node));
  }

  private int takeOver(NodeLease node) throws Exception {
    return await(store.membership.takeOver(node, 100));
  }

  private void outlive(NodeLease node) {
    store.database.execute(
        "UPDATE node SET heartbeat_at = heartbeat_at - interval '%d seconds' WHERE id = '%s'"
            .formatted(LEASE.toSeconds() + 1, node.node()));
  }

  /** Over connections for which the database's clock is ahead. */
  private PgMembership ahead(String interval) {
    DatabaseConfig config = store.database.config();
    Pool pool =
        PgBuilder.pool()
            .using(store.vertx)
            .connectingTo(
                new PgConnectOptions()
                    .setHost(config.host())
                    .setPort(config.port())
                    .setDatabase(config.name())
                    .setUser(config.appUser())
                    .addProperty("backlot.clock_offset", interval))
            .build();
    return new PgMembership(store.vertx, pool, new Random(1));
  }

  private String owner(JobId job) {
    return store.database.text(
        "SELECT owner || ' ' || epoch || ' ' || fence FROM job WHERE id = '" + job + "'");
  }
}
