package dev.backlot.store;

import static dev.backlot.store.StoreFixture.LEASE;
import static dev.backlot.store.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.node.NodeId;
import dev.backlot.domain.node.NodeLease;
import io.vertx.core.Future;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who has a duty of which there is one. The longest is held for two hours at a time. */
class DutyTest {
  private static final String DUTY = "audit";
  private static final Duration LONG = Duration.ofHours(2);
  private static final int ROUNDS = 30;

  private StoreFixture store;
  private NodeLease one;
  private NodeLease two;

  @BeforeEach
  void open() throws Exception {
    store = new StoreFixture();
    one = store.node("one");
    two = store.node("two");
  }

  @AfterEach
  void close() throws Exception {
    store.close();
  }

  @Test
  void a_duty_is_kept_by_whoever_has_it() throws Exception {
    assertThat(holds(one)).isTrue();
    assertThat(holds(one)).isTrue();
    assertThat(holds(two)).isFalse();
  }

  @Test
  void a_duty_that_has_run_out_is_taken_by_another_node() throws Exception {
    holds(one);
    store.database.execute("UPDATE duty SET expires_at = backlot_now()");

    assertThat(holds(two)).isTrue();
    assertThat(holds(one)).isFalse();
  }

  @Test
  void a_node_that_leaves_drops_its_duties() throws Exception {
    holds(one);
    await(store.membership.leave(one));

    assertThat(holds(two)).isTrue();
  }

  @Test
  void the_duty_of_a_node_whose_lease_has_ended_is_taken_over_at_once() throws Exception {
    holds(one);
    endLease(one);

    assertThat(holds(two)).isTrue();
  }

  @Test
  void the_duty_of_a_node_that_nobody_knows_is_taken_over() throws Exception {
    holds(one);
    store.database.execute("DELETE FROM node WHERE id = '" + one.node() + "'");

    assertThat(holds(two)).isTrue();
  }

  @Test
  void a_node_whose_lease_has_ended_takes_no_duty() throws Exception {
    endLease(one);

    assertThat(holds(one)).isFalse();
  }

  @Test
  void a_node_whose_lease_has_ended_keeps_no_duty() throws Exception {
    holds(one);
    endLease(one);

    assertThat(holds(one)).isFalse();
  }

  @Test
  void a_node_whose_lease_has_run_out_keeps_no_duty_also_before_anybody_has_ended_it()
      throws Exception {
    holds(one);
    outlive(one);

    assertThat(holds(one)).isFalse();
  }

  @Test
  void a_node_that_was_never_registered_takes_no_duty() throws Exception {
    NodeLease stranger = new NodeLease(new NodeId(UUID.randomUUID()), LEASE, System::nanoTime);

    assertThat(holds(stranger)).isFalse();
  }

  @Test
  void a_node_that_joins_again_takes_what_it_had_before() throws Exception {
    holds(one);
    NodeLease again = registeredAnew(one);

    assertThat(holds(again)).isTrue();
    assertThat(holds(one)).as("under the former epoch").isFalse();
  }

  @Test
  void of_all_that_want_the_duty_of_a_dead_node_one_gets_it() throws Exception {
    List<NodeLease> live = List.of(two, store.node("three"), store.node("four"));
    NodeLease holder = one;
    for (int round = 0; round < ROUNDS; round++) {
      holds(holder);
      endLease(holder);
      List<Future<Boolean>> asked = new ArrayList<>();
      live.forEach(each -> asked.add(holding(each)));

      assertThat(await(Future.all(asked)).<Boolean>list()).containsOnlyOnce(true);
      store.database.execute("DELETE FROM duty");
      holder = store.node("again " + round);
    }
  }

  /** The loser's statement began before the winner was a member. */
  @Test
  void a_duty_is_not_taken_from_a_node_that_is_newer_than_the_statement() throws Exception {
    holds(one);
    endLease(one);
    NodeLease newcomer = new NodeLease(new NodeId(UUID.randomUUID()), LEASE, System::nanoTime);
    Future<Boolean> late;
    try (Connection holder = store.database.owner();
        Statement statement = holder.createStatement()) {
      holder.setAutoCommit(false);
      statement.execute("SELECT 1 FROM duty FOR UPDATE");
      late = holding(two);
      waitForItsLock();
      store.register(newcomer, "newcomer");
      statement.execute(
          "UPDATE duty SET epoch = 1, expires_at = backlot_now() + interval '2 hours', owner = '"
              + newcomer.node()
              + "'");
      holder.commit();
    }

    assertThat(await(late)).isFalse();
    assertThat(holds(newcomer)).isTrue();
  }

  private void waitForItsLock() {
    long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (store.database.number("SELECT count(*) FROM pg_locks WHERE NOT granted") == 0) {
      assertThat(System.nanoTime()).as("the statement waits").isLessThan(limit);
    }
  }

  private Future<Boolean> holding(NodeLease node) {
    return store.membership.holdDuty(node, DUTY, LONG);
  }

  private boolean holds(NodeLease node) throws Exception {
    return await(holding(node));
  }

  /** As the take-over of another node does it. */
  private void endLease(NodeLease node) throws Exception {
    outlive(node);
    await(store.membership.takeOver(two, 1));
  }

  private void outlive(NodeLease node) {
    store.database.execute(
        "UPDATE node SET heartbeat_at = heartbeat_at - interval '%d seconds' WHERE id = '%s'"
            .formatted(LEASE.toSeconds() + 1, node.node()));
  }

  /** The same process, which has another epoch now. */
  private NodeLease registeredAnew(NodeLease node) throws Exception {
    NodeLease again = new NodeLease(node.node(), LEASE, System::nanoTime);
    store.register(again, "again");
    return again;
  }
}
