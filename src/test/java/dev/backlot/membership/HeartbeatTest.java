package dev.backlot.membership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.bus.Addresses;
import dev.backlot.bus.Bus;
import dev.backlot.config.NodeConfig;
import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.node.NodeId;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.store.StoreFixture;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Leases over the real store, whose clock is moved forward. */
class HeartbeatTest {
  private static final NodeConfig CONFIG =
      new NodeConfig("node", StoreFixture.LEASE, Duration.ofSeconds(2), Duration.ofMinutes(1));

  private final StoreFixture store = new StoreFixture();
  private final Bus bus = Bus.install(store.vertx);
  private final AtomicLong ticker = new AtomicLong();
  private final NodeLease lease = lease();
  private final NodeLease other = lease();
  private final Heartbeat heartbeat = heartbeat(lease);
  private final Heartbeat another = heartbeat(other);
  private final LinkedBlockingQueue<Object> published = new LinkedBlockingQueue<>();

  @BeforeEach
  void start() throws Exception {
    store.slots(5);
    StoreFixture.await(bus.subscribe(Addresses.LEASE_LOST, published::add));
    StoreFixture.await(bus.subscribe(Addresses.JOBS_TAKEN_OVER, published::add));
    StoreFixture.await(heartbeat.register());
  }

  @AfterEach
  void close() throws Exception {
    store.close();
  }

  private NodeLease lease() {
    return new NodeLease(new NodeId(UUID.randomUUID()), StoreFixture.LEASE, ticker::get);
  }

  private Heartbeat heartbeat(NodeLease of) {
    return new Heartbeat(store.membership, of, bus, CONFIG);
  }

  private AttemptRef running() throws Exception {
    store.job();
    return store.running(lease);
  }

  private Object published() throws InterruptedException {
    return published.poll(20, TimeUnit.SECONDS);
  }

  /** As if the node had been silent for longer than its lease. */
  private void leaseRunsOut() {
    store.database.execute(
        "UPDATE node SET heartbeat_at = heartbeat_at - interval '1 minute' WHERE id = '"
            + lease.node()
            + "'");
  }

  @Test
  void a_heartbeat_prolongs_the_lease_from_before_it_was_sent() throws Exception {
    ticker.addAndGet(StoreFixture.LEASE.minusSeconds(1).toNanos());
    StoreFixture.await(heartbeat.beat());
    ticker.addAndGet(StoreFixture.LEASE.minusSeconds(1).toNanos());
    assertThat(lease.isHeld()).isTrue();

    ticker.addAndGet(Duration.ofSeconds(1).toNanos());

    assertThat(lease.isHeld()).isFalse();
  }

  @Test
  void a_node_that_was_silent_too_long_joins_again_as_another_epoch() throws Exception {
    long epoch = lease.epoch();
    leaseRunsOut();

    StoreFixture.await(heartbeat.beat());

    assertThat(published()).isEqualTo(new Addresses.LeaseLost(epoch));
    assertThat(lease.epoch()).isGreaterThan(epoch);
    assertThat(lease.isHeld()).isTrue();
  }

  @Test
  void jobs_of_a_silent_node_are_taken_over_under_a_higher_fence() throws Exception {
    AttemptRef ref = running();
    StoreFixture.await(another.register());
    leaseRunsOut();

    StoreFixture.await(another.takeOver());

    assertThat(published()).isEqualTo(new Addresses.JobsTakenOver(1));
    assertThat(store.database.text("SELECT owner || ' ' || (fence > " + ref.fence() + ") FROM job"))
        .isEqualTo(other.node() + " true");
  }

  @Test
  void jobs_of_a_node_that_beats_are_left_alone() throws Exception {
    running();
    StoreFixture.await(another.register());

    StoreFixture.await(another.takeOver());

    assertThat(store.database.text("SELECT owner::text FROM job"))
        .isEqualTo(lease.node().toString());
  }

  @Test
  void a_node_without_a_lease_takes_nothing_over() throws Exception {
    running();
    StoreFixture.await(another.register());
    leaseRunsOut();
    other.lost();

    StoreFixture.await(another.takeOver());

    assertThat(store.database.text("SELECT owner::text FROM job"))
        .isEqualTo(lease.node().toString());
  }

  @Test
  void after_a_clean_leave_nobody_waits_for_the_lease_to_run_out() throws Exception {
    running();
    StoreFixture.await(another.register());

    StoreFixture.await(heartbeat.leave());
    StoreFixture.await(another.takeOver());

    assertThat(lease.isHeld()).isFalse();
    assertThat(store.database.text("SELECT owner::text FROM job"))
        .isEqualTo(other.node().toString());
  }

  /** The timer goes on until the database has answered. */
  @Test
  void a_heartbeat_while_the_node_leaves_does_not_join_again() throws Exception {
    long epoch = lease.epoch();

    Future<Void> left = heartbeat.leave();
    StoreFixture.await(heartbeat.beat());
    StoreFixture.await(left);
    StoreFixture.await(heartbeat.beat());

    assertThat(store.database.text("SELECT epoch || ' ' || heartbeat_at FROM node"))
        .isEqualTo(epoch + " -infinity");
  }

  /** As when its lease had run out just before. */
  @Test
  void a_node_that_joins_again_when_it_is_told_to_leave_is_gone_all_the_same() throws Exception {
    long epoch = lease.epoch();

    Future<Void> joined = heartbeat.register();
    StoreFixture.await(heartbeat.leave());

    assertThat(joined.succeeded()).isTrue();
    assertThat(lease.isHeld()).isFalse();
    assertThat(
            store.database.text("SELECT (epoch > " + epoch + ") || ' ' || heartbeat_at FROM node"))
        .isEqualTo("true -infinity");
  }

  /** What is still on its way to the provider must not be written under a lease that was left. */
  @Test
  void a_heartbeat_that_is_answered_after_the_order_to_leave_gives_no_permit() throws Exception {
    BooleanSupplier permit = lease.permit();

    Future<Void> beat = heartbeat.beat();
    Future<Void> left = heartbeat.leave();
    StoreFixture.await(beat);

    assertThat(permit.getAsBoolean()).isFalse();
    StoreFixture.await(left);
  }
}
