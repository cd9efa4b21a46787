package dev.backlot.store;

import static dev.backlot.domain.job.CancelPolicy.KEEP;
import static dev.backlot.store.StoreFixture.ACCOUNT;
import static dev.backlot.store.StoreFixture.LEASE;
import static dev.backlot.store.StoreFixture.NOW;
import static dev.backlot.store.StoreFixture.POOL;
import static dev.backlot.store.StoreFixture.await;
import static dev.backlot.store.StoreFixture.failed;
import static dev.backlot.store.StoreFixture.succeeded;
import static dev.backlot.store.StoreFixture.tryAgain;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.batch.BatchId;
import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Dispatches.Claimed;
import dev.backlot.port.Dispatches.Claiming;
import dev.backlot.port.Dispatches.Pack;
import dev.backlot.port.Dispatches.Planner;
import dev.backlot.port.Dispatches.Unresolved;
import dev.backlot.port.Endings.Ending;
import dev.backlot.port.Endings.Refilled;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Endings whose transaction gives the slots to queued jobs. */
class PgRefillTest {
  private static final String OTHER_CLASS = "kling-v3/video";

  private StoreFixture store;
  private NodeLease node;

  @BeforeEach
  void open() throws Exception {
    store = new StoreFixture();
    node = store.node("one");
  }

  @AfterEach
  void close() throws Exception {
    assertThat(store.store.violations()).isEmpty();
    store.close();
  }

  @Test
  void the_transaction_that_ends_a_job_submits_the_next_one() throws Exception {
    store.slots(1);
    store.jobs(store.tenant, 2);
    AttemptRef first = store.running(node);

    Refilled refilled = store.refill(node, succeeded(first, "4"));

    Claimed next = refilled.claims().attempts().get(0);
    assertThat(store.state(first.job())).isEqualTo("succeeded");
    assertThat(store.state(next.ref().job())).isEqualTo("submitting");
    assertThat(store.inFlight()).isOne();
    assertThat(refilled.finished().freeSlots()).isZero();
    assertThat(store.database.number("SELECT count(DISTINCT xmin::text) FROM attempt")).isOne();
    assertThat(
            store.database.text(
                "SELECT string_agg(type, ' ' ORDER BY position) FROM (SELECT * FROM event ORDER BY"
                    + " position DESC LIMIT 2) AS last"))
        .isEqualTo("job.succeeded job.submitting");
  }

  @Test
  void what_it_claims_is_ours_under_a_fence_like_any_claim() throws Exception {
    store.slots(1);
    store.jobs(store.tenant, 2);

    Refilled refilled = store.refill(node, succeeded(store.running(node), null));
    AttemptRef next = store.accepted(refilled.claims().attempts().get(0));
    store.refill(node, succeeded(next, null));

    assertThat(store.events(next.job()))
        .isEqualTo("1 queued, 2 submitting, 3 running, 4 succeeded");
    assertThat(store.transfers(next.job())).isEqualTo("reserve 5, settle 5");
  }

  @Test
  void a_node_that_dies_before_it_sends_leaves_an_attempt_that_is_looked_for() throws Exception {
    store.slots(1);
    store.jobs(store.tenant, 2);

    Refilled refilled = store.refill(node, succeeded(store.running(node), null));

    assertThat(await(store.dispatches.unresolved(node, NOW.plusSeconds(1), 10)))
        .extracting(Unresolved::ref)
        .containsExactly(refilled.claims().attempts().get(0).ref());
  }

  @Test
  void slots_that_nobody_waits_for_are_free_afterwards() throws Exception {
    store.slots(2);
    store.jobs(store.tenant, 2);
    AttemptRef first = store.running(node);
    AttemptRef second = store.running(node);

    Refilled refilled = store.refill(node, succeeded(first, null), failed(second, null));

    assertThat(refilled.claims().attempts()).isEmpty();
    assertThat(refilled.finished().freeSlots()).isEqualTo(2);
    assertThat(store.inFlight()).isZero();
    assertThat(await(refilled.claims().more())).as("an empty lane was put to rest").isTrue();
  }

  @Test
  void a_job_that_is_tried_again_at_once_may_have_the_slot_itself() throws Exception {
    store.slots(1);
    JobId job = store.job();

    Refilled refilled = store.refill(node, tryAgain(store.running(node), null));

    assertThat(refilled.claims().attempts()).hasSize(1);
    assertThat(refilled.finished().queued()).isOne();
    assertThat(store.events(job))
        .isEqualTo("1 queued, 2 submitting, 3 running, 4 queued, 5 submitting");
  }

  @Test
  void only_slots_that_these_endings_have_locked_are_given_away() throws Exception {
    store.slots(1);
    store.slots(OTHER_CLASS, 5);
    store.job();
    AttemptRef first = store.running(node);
    JobId other = ofOtherClass();

    assertThat(store.refill(node, succeeded(first, null)).claims().attempts()).isEmpty();

    assertThat(store.claim(node, 10)).extracting(each -> each.ref().job()).containsExactly(other);
  }

  private JobId ofOtherClass() throws Exception {
    JobId job = store.job();
    store.database.execute(
        "UPDATE job SET slot_class = '%s' WHERE id = '%s'".formatted(OTHER_CLASS, job));
    store.database.execute(
        "INSERT INTO lane (pool_id, slot_class, tenant_id, tag) SELECT pool_id, '%s', tenant_id,"
                .formatted(OTHER_CLASS)
            + " tag FROM lane");
    store.database.execute(
        "INSERT INTO batch_lane (pool_id, slot_class, tenant_id, batch_id, tag)"
            + " SELECT pool_id, '%s', tenant_id, batch_id, tag FROM batch_lane"
                .formatted(OTHER_CLASS));
    return job;
  }

  @Test
  void slots_of_an_account_that_may_not_be_used_now_stay_free() throws Exception {
    store.slots(1);
    store.jobs(store.tenant, 2);
    AttemptRef first = store.running(node);
    Claiming parked =
        new Claiming(node, List.of(POOL), List.of("another"), List.of(), 10, store::plan);

    Refilled refilled =
        await(store.endings.finishAndRefill(List.of(succeeded(first, null)), KEEP, parked, NOW));

    assertThat(refilled.finished().freeSlots()).isOne();
    assertThat(refilled.claims().attempts()).isEmpty();
    assertThat(store.inFlight()).isZero();
  }

  @Test
  void slots_of_a_pack_that_may_not_be_used_now_stay_free() throws Exception {
    store.slots(1);
    store.jobs(store.tenant, 2);
    AttemptRef first = store.running(node);
    Claiming usedUp =
        new Claiming(
            node,
            List.of(POOL),
            List.of(ACCOUNT),
            List.of(new Pack(ACCOUNT, "video")),
            10,
            store::plan);

    Refilled refilled =
        await(store.endings.finishAndRefill(List.of(succeeded(first, null)), KEEP, usedUp, NOW));

    assertThat(refilled.claims().attempts()).isEmpty();
    assertThat(store.inFlight()).isZero();
  }

  @Test
  void a_ceiling_that_has_shrunk_below_what_is_in_flight_gives_nothing_away() throws Exception {
    store.slots(2);
    store.jobs(store.tenant, 3);
    AttemptRef first = store.running(node);
    store.running(node);
    store.database.execute("UPDATE slot SET ceiling = 1");

    Refilled refilled = store.refill(node, succeeded(first, null));

    assertThat(refilled.claims().attempts()).isEmpty();
    assertThat(store.inFlight()).isOne();
  }

  @Test
  void whoever_was_taken_over_ends_nothing_and_claims_nothing() throws Exception {
    store.slots(1);
    store.jobs(store.tenant, 2);
    AttemptRef first = store.running(node);
    store.database.execute(
        "UPDATE node SET heartbeat_at = heartbeat_at - interval '1 hour' WHERE id = '%s'"
            .formatted(node.node()));
    NodeLease heir = store.node("heir");
    await(store.membership.takeOver(heir, 100));

    Refilled refilled = store.refill(node, succeeded(first, null));

    assertThat(refilled.finished().applied()).isEmpty();
    assertThat(refilled.claims().attempts()).isEmpty();
    assertThat(store.state(first.job())).isEqualTo("running");
    assertThat(store.inFlight()).isOne();
  }

  @Test
  void a_node_that_was_registered_anew_claims_nothing_under_its_old_epoch() throws Exception {
    store.slots(1);
    store.jobs(store.tenant, 2);
    AttemptRef first = store.running(node);
    store.register(new NodeLease(node.node(), LEASE, System::nanoTime), "one again");

    Refilled refilled = store.refill(node, succeeded(first, null));

    assertThat(refilled.claims().attempts()).isEmpty();
    assertThat(store.inFlight()).isZero();
  }

  @Test
  void a_planner_that_fails_keeps_no_job_from_its_end() throws Exception {
    Refilled refilled =
        refillWith(
            (jobs, slots) -> {
              throw new IllegalStateException("no plan");
            });

    assertThat(refilled.finished().applied()).hasSize(1);
    assertThat(refilled.finished().freeSlots()).isOne();
    assertThat(store.inFlight()).isZero();
  }

  @Test
  void a_claim_that_the_database_refuses_keeps_no_job_from_its_end() throws Exception {
    store.database.execute(
        "ALTER TABLE attempt ADD CONSTRAINT never CHECK (body <> '[]') NOT VALID");

    Refilled refilled =
        refillWith((jobs, slots) -> jobs.stream().map(job -> store.attempt(job, "[]")).toList());

    assertThat(refilled.finished().applied()).hasSize(1);
    assertThat(refilled.claims().attempts()).isEmpty();
    assertThat(store.inFlight()).isZero();
  }

  private Refilled refillWith(Planner planner) throws Exception {
    store.slots(1);
    store.jobs(store.tenant, 2);
    List<Ending> ending = List.of(succeeded(store.running(node), null));
    return await(store.endings.finishAndRefill(ending, KEEP, store.whatFits(node, planner), NOW));
  }

  @Test
  void an_ending_that_the_database_refuses_is_stored_as_ever_and_claims_nothing() throws Exception {
    store.slots(2);
    store.jobs(store.tenant, 4);
    AttemptRef first = store.running(node);
    AttemptRef second = store.running(node);
    store.database.execute(
        "ALTER TABLE attempt ADD CONSTRAINT never CHECK (state <> 'failed') NOT VALID");

    Refilled refilled = store.refill(node, failed(first, null), succeeded(second, null));

    assertThat(refilled.finished().applied()).extracting(Ending::ref).containsExactly(second);
    assertThat(refilled.finished().freeSlots()).isOne();
    assertThat(refilled.claims().attempts()).isEmpty();
  }

  @Test
  void a_job_that_is_ended_twice_in_one_batch_ends_once_and_nothing_is_claimed() throws Exception {
    store.slots(1);
    store.jobs(store.tenant, 2);
    AttemptRef first = store.running(node);

    Refilled refilled = store.refill(node, succeeded(first, null), failed(first, null));

    assertThat(refilled.finished().applied()).hasSize(1);
    assertThat(refilled.claims().attempts()).isEmpty();
  }

  @Test
  void a_job_that_the_planner_leaves_out_is_passed_over() throws Exception {
    List<JobId> seen = new ArrayList<>();
    Refilled refilled =
        refillWith(
            (jobs, slots) -> {
              jobs.forEach(job -> seen.add(job.id()));
              return List.of();
            });

    assertThat(refilled.claims().attempts()).isEmpty();
    assertThat(refilled.finished().freeSlots()).isOne();
    assertThat(store.database.text("SELECT due FROM job WHERE id = '" + seen.get(0) + "'"))
        .isEqualTo("f");
  }

  @Test
  void one_job_starts_within_two_freed_slots_of_very_many_urgent_ones() throws Exception {
    store.slots(5);
    store.jobs(store.tenant, 500);
    store.database.execute("UPDATE job SET sort_key = sort_key - interval '1 day', priority = 100");
    Deque<AttemptRef> running = fill(5);
    JobId lone = store.jobs(store.store.tenant("small", "5"), 1).get(0);

    List<JobId> started = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      started.addAll(next(running));
    }

    assertThat(started).contains(lone);
  }

  @Test
  void slots_are_shared_by_weight_without_any_other_claim() throws Exception {
    TenantId heavy = store.store.tenant("heavy", "1000");
    store.database.execute("UPDATE tenant SET weight = 3 WHERE name = 'heavy'");
    store.slots(4);
    store.jobs(store.tenant, 50);
    Set<JobId> ofHeavy = new HashSet<>(store.jobs(heavy, 50));
    Deque<AttemptRef> running = fill(4);

    List<JobId> started = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      started.addAll(next(running));
    }

    assertThat(started).hasSize(40).filteredOn(ofHeavy::contains).hasSizeBetween(29, 31);
  }

  @Test
  void the_limit_of_a_tenant_holds_and_the_others_have_its_slots() throws Exception {
    TenantId bound = store.store.tenant("bound", "1000");
    store.database.execute("UPDATE tenant SET max_in_flight = 1 WHERE name = 'bound'");
    store.slots(3);
    store.jobs(bound, 10);
    Set<JobId> ofBound = new HashSet<>(store.jobs(bound, 10));
    store.jobs(store.tenant, 40);
    Deque<AttemptRef> running = fill(3);

    for (int i = 0; i < 30; i++) {
      assertThat(next(running)).hasSize(1);
      assertThat(running).filteredOn(ref -> ofBound.contains(ref.job())).hasSizeLessThan(2);
      assertThat(store.inFlight()).isEqualTo(3);
    }
  }

  @Test
  void the_limit_of_a_batch_holds() throws Exception {
    BatchFixture batches = new BatchFixture(store);
    BatchId batch = batches.admitted(batches.batch(10));
    store.database.execute("UPDATE batch SET max_in_flight = 1");
    store.database.execute(
        "UPDATE batch_lane SET max_in_flight = 1 WHERE batch_id = '" + batch + "'");
    store.slots(3);
    store.jobs(store.tenant, 20);
    Deque<AttemptRef> running = fill(3);

    for (int i = 0; i < 15; i++) {
      assertThat(next(running)).hasSize(1);
      assertThat(
              store.database.number(
                  "SELECT in_flight FROM batch_lane WHERE batch_id = '" + batch + "'"))
          .isLessThan(2);
    }
  }

  @Test
  void a_tenant_that_was_at_its_limit_is_looked_for_in_other_slots_too() throws Exception {
    store.database.execute("UPDATE tenant SET max_in_flight = 1 WHERE name = 'studio'");
    store.slots(2);
    store.jobs(store.tenant, 3);

    Refilled refilled = store.refill(node, succeeded(store.running(node), null));

    assertThat(refilled.claims().attempts()).hasSize(1);
    assertThat(refilled.finished().freeSlots()).isOne();
  }

  @Test
  void a_job_of_several_slots_is_not_started_in_fewer() throws Exception {
    store.slots(3);
    JobId big = store.job();
    store.database.execute("UPDATE job SET slots = 3");
    store.database.execute("UPDATE job SET sort_key = sort_key + interval '1 hour'");
    store.jobs(store.tenant, 3);
    Deque<AttemptRef> running = fill(3);

    assertThat(next(running)).isEmpty();
    assertThat(next(running)).isEmpty();
    assertThat(next(running)).containsExactly(big);
    assertThat(store.inFlight()).isEqualTo(3);
  }

  /** So many running attempts, in their order. */
  private Deque<AttemptRef> fill(int count) throws Exception {
    Deque<AttemptRef> running = new ArrayDeque<>();
    for (Claimed each : store.claim(node, count)) {
      running.add(store.accepted(each));
    }
    assertThat(running).hasSize(count);
    return running;
  }

  /** Ends the oldest attempt, and runs what has taken its slot. */
  private List<JobId> next(Deque<AttemptRef> running) throws Exception {
    Refilled refilled = store.refill(node, succeeded(running.remove(), null));
    List<JobId> started = new ArrayList<>();
    for (Claimed each : refilled.claims().attempts()) {
      running.add(store.accepted(each));
      started.add(each.ref().job());
    }
    return started;
  }
}
