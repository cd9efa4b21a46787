package dev.backlot.store;

import static dev.backlot.store.BatchFixture.RECHECK;
import static dev.backlot.store.StoreFixture.ACCOUNT;
import static dev.backlot.store.StoreFixture.NOW;
import static dev.backlot.store.StoreFixture.POOL;
import static dev.backlot.store.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.batch.BatchId;
import dev.backlot.domain.batch.BatchState;
import dev.backlot.domain.batch.BatchTerms;
import dev.backlot.domain.batch.SpendCap;
import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.CancelPolicy;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.StandIn;
import dev.backlot.domain.job.Submission;
import dev.backlot.domain.job.Terms;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Dispatches.Claims;
import dev.backlot.port.Dispatches.Closing;
import dev.backlot.port.Dispatches.Fact;
import dev.backlot.port.Endings.Ending;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is said of a batch holds in all of its lanes, whenever they come to be. */
class BatchLanesTest {
  private StoreFixture store;
  private BatchFixture fixture;

  @BeforeEach
  void open() {
    store = new StoreFixture();
    fixture = new BatchFixture(store);
  }

  @AfterEach
  void close() throws Exception {
    assertThat(store.store.violations()).isEmpty();
    store.close();
  }

  @Test
  void a_limit_holds_for_jobs_that_start_later() throws Exception {
    store.slots(5);
    Terms later = new Terms(NOW.plusSeconds(1), null, true, null, null);
    List<Submission> jobs =
        IntStream.range(0, 4)
            .mapToObj(i -> Submissions.under(later, Submissions.of(store.tenant, "5")))
            .toList();
    BatchId id = fixture.admitted(fixture.of(store.tenant, jobs, SpendCap.NONE, null));
    limit(id, 2);
    await(store.dispatches.ripen(10, NOW.plusSeconds(1)));

    assertThat(store.claim(store.node("one"), 5)).hasSize(2);
  }

  @Test
  void a_limit_holds_for_the_class_of_another_model() throws Exception {
    store.slots(3);
    store.slots("other/video", 3);
    NodeLease node = store.node("one");
    BatchId id = fixture.admitted(fixture.batch(3));
    List<AttemptRef> running =
        List.of(store.running(node), store.running(node), store.running(node));
    limit(id, 1);
    StandIn other = new StandIn("kling-v2-6", "other", "other/video", 1);
    store.finish(
        CancelPolicy.KEEP,
        running.stream()
            .map(ref -> new Ending.Replaced(ref, StoreFixture.ERROR, null, other, "{}"))
            .toArray(Ending[]::new));

    assertThat(store.claim(node, 5)).hasSize(1);
  }

  @Test
  void a_raised_limit_counts_at_once() throws Exception {
    store.slots(5);
    NodeLease node = store.node("one");
    BatchId id = fixture.admitted(fixture.batch(4));
    limit(id, 1);
    store.running(node);
    // It is full: there is nothing to claim, and its lane is put to rest.
    assertThat(store.claim(node, 5)).isEmpty();

    limit(id, null);

    assertThat(store.claim(node, 5)).hasSize(3);
  }

  @Test
  void a_batch_of_three_times_the_weight_gets_three_of_four_slots_one_by_one() throws Exception {
    store.slots(100);
    BatchId heavy = fixture.admitted(fixture.weighed(60, 3));
    fixture.admitted(fixture.weighed(60, 1));

    assertThat(claimedOf(heavy, store.node("one"), 40)).isBetween(29, 31);
  }

  @Test
  void a_batch_of_three_times_the_weight_gets_three_of_four_slots_at_once() throws Exception {
    store.slots(100);
    BatchId heavy = fixture.admitted(fixture.weighed(60, 3));
    fixture.admitted(fixture.weighed(60, 1));

    store.claim(store.node("one"), 40);

    assertThat(claimed(heavy)).isBetween(29, 31);
  }

  @Test
  void a_batch_that_was_paused_does_not_catch_up() throws Exception {
    store.slots(100);
    BatchId paused = fixture.admitted(fixture.batch(30));
    fixture.admitted(fixture.batch(60));
    fixture.want(paused, BatchState.PAUSED);
    fixture.steps(paused);
    NodeLease node = store.node("one");
    store.claim(node, 20);
    fixture.want(paused, BatchState.OPEN);
    fixture.steps(paused);

    assertThat(claimedOf(paused, node, 20)).isBetween(9, 11);
  }

  @Test
  void a_tenant_whose_only_batch_was_full_does_not_catch_up() throws Exception {
    store.slots(100);
    BatchId full = fixture.admitted(fixture.batch(30));
    store.jobs(store.store.tenant("other", "1000"), 60);
    limit(full, 1);
    NodeLease node = store.node("one");
    store.claim(node, 2);
    store.claim(node, 20);
    limit(full, null);

    assertThat(claimedOf(full, node, 20)).as("with the one before").isBetween(10, 12);
  }

  /** A product that makes a batch for each of its jobs, as fast as there are slots. */
  @Test
  void a_stream_of_batches_of_one_job_leaves_the_others_their_turns() throws Exception {
    store.slots(1);
    NodeLease node = store.node("one");
    Set<JobId> others = Set.copyOf(store.jobs(store.tenant, 5));
    List<JobId> claimed = new ArrayList<>();
    for (int turn = 0; turn < 20; turn++) {
      fixture.admitted(fixture.batch(1));
      AttemptRef ref = store.claim(node, 1).get(0).ref();
      claimed.add(ref.job());
      store.record(new Fact.Rejected(ref, StoreFixture.ERROR, Closing.REFUSED));
    }

    assertThat(claimed).containsAll(others);
  }

  @Test
  void claims_go_on_until_small_batches_have_filled_every_slot() throws Exception {
    store.slots(20);
    NodeLease node = store.node("one");
    for (int i = 0; i < 20; i++) {
      fixture.admitted(fixture.batch(1));
    }
    int claimed = 0;
    boolean more = true;
    while (more) {
      Claims claims =
          await(
              store.dispatches.claim(
                  node, List.of(POOL), List.of(ACCOUNT), List.of(), 100, store::plan, NOW));
      claimed += claims.attempts().size();
      more = await(claims.more());
    }

    assertThat(claimed).isEqualTo(20);
  }

  /** More of them than one look puts to rest. */
  @Test
  void hundreds_of_empty_batches_come_to_rest() throws Exception {
    store.slots(5);
    NodeLease node = store.node("one");
    store.jobs(store.tenant, 1);
    store.running(node);
    store.database.execute(
        """
        INSERT INTO batch_lane (pool_id, slot_class, tenant_id, batch_id, tag)
        SELECT pool_id, slot_class, tenant_id, gen_random_uuid(), 0
          FROM lane CROSS JOIN generate_series(1, 1200)""");
    boolean more = true;
    while (more) {
      more =
          await(
              store
                  .dispatches
                  .claim(node, List.of(POOL), List.of(ACCOUNT), List.of(), 5, store::plan, NOW)
                  .compose(Claims::more));
    }

    assertThat(store.database.number("SELECT count(*) FROM batch_lane WHERE active")).isZero();
    assertThat(store.database.number("SELECT count(*) FROM lane WHERE active")).isZero();
  }

  @Test
  void an_end_between_two_looks_of_one_step_is_not_forgotten() throws Exception {
    store.slots(1);
    BatchId id = fixture.admitted(fixture.capped(2, "5"));
    AttemptRef running = store.running(store.node("one"));
    PgTransactions transactions =
        new PgTransactions(store.vertx, store.database.pool(), new Random(1));
    BatchStep step = new BatchStep(id.value(), 10, NOW);

    await(
        transactions.inTwoFlights(
            step::lock,
            (locked, transaction) ->
                store
                    .endings
                    .finish(List.of(StoreFixture.failed(running, null)), CancelPolicy.KEEP, NOW)
                    .map(ended -> step.write(locked, RECHECK, transaction))));

    assertThat(fixture.due(NOW.plus(RECHECK))).containsExactly(id);
    assertThat(fixture.steps(id)).isEqualTo(1);
  }

  /** Claims so many jobs, one by one. */
  private int claimedOf(BatchId batch, NodeLease node, int jobs) throws Exception {
    for (int i = 0; i < jobs; i++) {
      store.claimOne(node);
    }
    return claimed(batch);
  }

  private int claimed(BatchId batch) {
    return Integer.parseInt(fixture.number(batch, "count(*) FILTER (WHERE state = 'submitting')"));
  }

  private void limit(BatchId id, @Nullable Integer most) throws Exception {
    await(
        fixture.batches.change(
            store.tenant, id, terms -> new BatchTerms("films", 1, most, SpendCap.NONE), NOW));
  }
}
