package dev.backlot.store;

import static dev.backlot.store.StoreFixture.ACCOUNT;
import static dev.backlot.store.StoreFixture.ERROR;
import static dev.backlot.store.StoreFixture.NOW;
import static dev.backlot.store.StoreFixture.POOL;
import static dev.backlot.store.StoreFixture.SLOT_CLASS;
import static dev.backlot.store.StoreFixture.await;
import static dev.backlot.store.StoreFixture.backToQueue;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backlot.domain.catalog.LookupBy;
import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.PlannedAttempt;
import dev.backlot.domain.job.QueuedJob;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Dispatches.Claimed;
import dev.backlot.port.Dispatches.Closing;
import dev.backlot.port.Dispatches.Fact;
import dev.backlot.port.Dispatches.Pack;
import dev.backlot.port.Dispatches.SlotLimit;
import dev.backlot.port.Dispatches.SlotUse;
import dev.backlot.port.Dispatches.Unresolved;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PgDispatchesTest {
  private StoreFixture store;
  private NodeLease node;

  @BeforeEach
  void open() throws Exception {
    store = new StoreFixture();
    node = store.node("one");
  }

  @AfterEach
  void close() throws Exception {
    store.close();
  }

  @Test
  void a_claim_takes_jobs_in_the_order_of_their_sort_keys() throws Exception {
    store.slots(10);
    List<JobId> jobs = store.jobs(store.tenant, 3);
    store.database.execute(
        "UPDATE job SET sort_key = sort_key - interval '1 hour' WHERE id = '" + jobs.get(2) + "'");

    assertThat(store.claim(node, 10))
        .extracting(claimed -> claimed.ref().job())
        .containsExactly(jobs.get(2), jobs.get(0), jobs.get(1));
  }

  @Test
  void a_claim_takes_no_more_than_there_are_free_slots() throws Exception {
    store.slots(2);
    store.jobs(store.tenant, 5);

    assertThat(store.claim(node, 10)).hasSize(2);
    assertThat(store.claim(node, 10)).isEmpty();
    assertThat(store.inFlight()).isEqualTo(2);
  }

  @Test
  void a_planner_that_takes_too_much_is_held_to_the_free_slots() throws Exception {
    store.slots(3);
    store.jobs(store.tenant, 3);

    List<Claimed> claimed = claim((job, attempt) -> slots(attempt, 2));

    assertThat(claimed).hasSize(1);
    assertThat(store.inFlight()).isEqualTo(2);
  }

  @Test
  void a_planner_that_names_an_account_it_was_not_shown_claims_nothing() throws Exception {
    store.slots(3);
    store.job();
    await(
        store.dispatches.configureSlots(
            List.of(new SlotLimit("other", "account-b", SLOT_CLASS, 5)), NOW));

    assertThat(claim((job, attempt) -> onAccount(attempt, "account-b"))).isEmpty();
  }

  @Test
  void a_job_is_not_tried_on_an_account_of_another_pool() throws Exception {
    store.slots(3);
    store.job();
    await(
        store.dispatches.configureSlots(
            List.of(new SlotLimit("other", "account-b", SLOT_CLASS, 5)), NOW));
    store.database.execute(
        """
        INSERT INTO job (id, tenant_id, api_key_id, kind, model, input, metadata, priority, state,
                         pool_id, slot_class, slots, sort_key, start_at, asset, cost,
                         price_version, accepted_at, updated_at)
          SELECT gen_random_uuid(), tenant_id, api_key_id, kind, model, input, metadata, priority,
                 state, 'other', slot_class, slots, sort_key, start_at, asset, cost, price_version,
                 accepted_at, updated_at FROM job""");
    store.database.execute(
        "INSERT INTO lane (pool_id, slot_class, tenant_id, tag)"
            + " SELECT 'other', slot_class, tenant_id, tag FROM lane");
    store.database.execute(
        "INSERT INTO batch_lane (pool_id, slot_class, tenant_id, batch_id, tag)"
            + " SELECT 'other', slot_class, tenant_id, batch_id, tag FROM batch_lane");

    List<Claimed> claimed =
        await(
                store.dispatches.claim(
                    node,
                    List.of(POOL, "other"),
                    List.of(ACCOUNT, "account-b"),
                    List.of(),
                    10,
                    (jobs, slots) ->
                        jobs.stream().map(job -> onAccount(store.attempt(job), ACCOUNT)).toList(),
                    NOW))
            .attempts();

    assertThat(claimed).hasSize(1);
  }

  @Test
  void a_claim_leaves_out_what_a_pack_pays_for_that_may_not_be_used() throws Exception {
    store.slots(5);
    store.slots("kling-v2-6/image", 5);
    store.job();
    List<JobId> images = store.jobsOf("kling-v2-6/image", 2);

    List<Claimed> claimed =
        await(
                store.dispatches.claim(
                    node,
                    List.of(POOL),
                    List.of(ACCOUNT),
                    List.of(new Pack(ACCOUNT, "video"), new Pack("account-b", "image")),
                    10,
                    store::plan,
                    NOW))
            .attempts();

    assertThat(claimed)
        .extracting(each -> each.ref().job())
        .containsExactlyInAnyOrderElementsOf(images);
  }

  @Test
  void a_claim_submits_the_job_under_our_name_and_a_new_fence() throws Exception {
    store.slots(1);
    JobId job = store.job();

    Claimed claimed = store.claimOne(node);

    assertThat(claimed.ref().fence()).isEqualTo(1);
    assertThat(row("state || ' ' || owner || ' ' || epoch || ' ' || fence", job))
        .isEqualTo("submitting " + node.node() + " 1 1");
    assertThat(store.attemptState(claimed.ref())).isEqualTo("claimed");
    assertThat(store.events(job)).isEqualTo("1 queued, 2 submitting");
    assertThat(store.lastEventData(job)).isEqualTo("{\"state\": \"submitting\", \"version\": 2}");
  }

  @Test
  void a_job_that_may_not_start_yet_is_left() throws Exception {
    store.slots(1);
    JobId job = store.job();
    store.database.execute(
        "UPDATE job SET due = false, start_at = '2026-03-01 12:00:01Z' WHERE id = '" + job + "'");

    assertThat(store.claim(node, 10)).isEmpty();
    assertThat(await(store.dispatches.ripen(10, NOW))).isZero();
  }

  @Test
  void a_node_that_was_registered_anew_claims_nothing_under_its_old_epoch() throws Exception {
    store.slots(1);
    store.job();
    NodeLease same = new NodeLease(node.node(), StoreFixture.LEASE, System::nanoTime);
    store.register(same, "one again");

    assertThat(store.claim(node, 10)).isEmpty();
    assertThat(store.claim(same, 10)).hasSize(1);
  }

  @Test
  void a_claim_passes_by_a_job_that_somebody_has_locked() throws Exception {
    store.slots(2);
    List<JobId> jobs = store.jobs(store.tenant, 2);
    try (var other = store.database.owner();
        var statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("SELECT 1 FROM job WHERE id = '" + jobs.get(0) + "' FOR UPDATE");

      assertThat(store.claim(node, 10))
          .extracting(claimed -> claimed.ref().job())
          .containsExactly(jobs.get(1));
      other.rollback();
    }
  }

  @Test
  void an_accepted_attempt_runs() throws Exception {
    store.slots(1);
    JobId job = store.job();
    AttemptRef ref = store.claimOne(node).ref();

    assertThat(store.record(new Fact.Accepted(ref, "task-1"))).hasSize(1);

    assertThat(store.state(job)).isEqualTo("running");
    assertThat(store.attemptState(ref)).isEqualTo("running");
    assertThat(store.events(job)).isEqualTo("1 queued, 2 submitting, 3 running");
    assertThat(store.inFlight()).isEqualTo(1);
  }

  @Test
  void a_fact_is_recorded_once() throws Exception {
    store.slots(1);
    JobId job = store.job();
    Fact accepted = new Fact.Accepted(store.claimOne(node).ref(), "task-1");
    store.record(accepted);

    assertThat(store.record(accepted)).isEmpty();
    assertThat(store.events(job)).isEqualTo("1 queued, 2 submitting, 3 running");
  }

  @Test
  void a_fact_of_a_lost_fence_changes_nothing() throws Exception {
    store.slots(1);
    JobId job = store.job();
    AttemptRef ref = store.claimOne(node).ref();
    store.database.execute("UPDATE job SET fence = fence + 1");

    assertThat(store.record(backToQueue(ref, Closing.REFUSED, true))).isEmpty();
    assertThat(store.state(job)).isEqualTo("submitting");
    assertThat(store.inFlight()).isEqualTo(1);
  }

  @Test
  void the_task_id_of_an_answer_that_lost_its_fence_is_kept_as_evidence() throws Exception {
    store.slots(1);
    store.job();
    AttemptRef ref = store.claimOne(node).ref();
    store.database.execute("UPDATE job SET fence = fence + 1");

    assertThat(store.record(new Fact.Accepted(ref, "task-1"))).isEmpty();
    assertThat(attempt("state || ' ' || task_id", ref)).isEqualTo("claimed task-1");
  }

  @Test
  void a_refused_attempt_sends_the_job_back_to_its_place_with_its_credit() throws Exception {
    store.slots(1);
    List<JobId> jobs = store.jobs(store.tenant, 2);
    String place = row("sort_key::text", jobs.get(0));
    AttemptRef ref = store.claimOne(node).ref();

    store.record(backToQueue(ref, Closing.REFUSED, false));

    assertThat(row("state || ' ' || attempts || ' ' || coalesce(owner::text, '-')", jobs.get(0)))
        .isEqualTo("queued 0 -");
    assertThat(row("sort_key::text", jobs.get(0))).isEqualTo(place);
    assertThat(store.attemptState(ref)).isEqualTo("refused");
    assertThat(store.balance()).isEqualTo("999990 10 0");
    assertThat(store.inFlight()).isZero();
    assertThat(store.lastEventData(jobs.get(0)))
        .isEqualTo("{\"state\": \"queued\", \"reason\": \"busy\", \"attempt\": 1, \"version\": 3}");
    assertThat(store.claimOne(node).ref().job()).isEqualTo(jobs.get(0));
  }

  @Test
  void the_next_attempt_of_a_job_gets_the_next_number() throws Exception {
    store.slots(1);
    store.job();
    store.record(backToQueue(store.claimOne(node).ref(), Closing.REFUSED, false));

    AttemptRef second = store.claimOne(node).ref();

    assertThat(attempt("number", second)).isEqualTo("2");
    assertThat(second.fence()).isEqualTo(2);
  }

  @Test
  void a_counted_attempt_counts() throws Exception {
    store.slots(1);
    JobId job = store.job();
    store.record(backToQueue(store.claimOne(node).ref(), Closing.UNSENT, true));

    assertThat(row("attempts", job)).isEqualTo("1");
  }

  @Test
  void an_attempt_with_an_unknown_send_is_not_closed_by_a_refusal() throws Exception {
    store.slots(1);
    JobId job = store.job();
    AttemptRef ref = store.claimOne(node).ref();
    store.record(new Fact.SendUnknown(ref, "time-out"));

    assertThat(store.record(backToQueue(ref, Closing.REFUSED, false))).isEmpty();
    assertThat(store.record(new Fact.Rejected(ref, ERROR, Closing.UNSENT))).isEmpty();
    assertThat(store.state(job)).isEqualTo("submitting");
    assertThat(store.attemptState(ref)).isEqualTo("unknown");
  }

  @Test
  void an_attempt_with_an_unknown_send_is_closed_when_it_is_absent() throws Exception {
    store.slots(1);
    JobId job = store.job();
    AttemptRef ref = store.claimOne(node).ref();
    store.record(new Fact.SendUnknown(ref, "time-out"));

    assertThat(store.record(backToQueue(ref, Closing.ABSENT, true))).hasSize(1);
    assertThat(store.state(job)).isEqualTo("queued");
    assertThat(store.attemptState(ref)).isEqualTo("absent");
  }

  @Test
  void an_attempt_that_cannot_be_looked_up_is_abandoned_with_its_job() throws Exception {
    JobId job = store.job();
    AttemptRef ref = claimWithoutLookup().ref();
    store.record(new Fact.SendUnknown(ref, "time-out"));

    assertThat(store.record(backToQueue(ref, Closing.ABANDONED, true))).isEmpty();
    assertThat(store.record(new Fact.Rejected(ref, ERROR, Closing.ABSENT))).isEmpty();
    assertThat(store.record(new Fact.Rejected(ref, ERROR, Closing.ABANDONED))).hasSize(1);

    assertThat(store.state(job)).isEqualTo("failed");
    assertThat(store.attemptState(ref)).isEqualTo("abandoned");
    assertThat(store.transfers(job)).isEqualTo("reserve 5, release 5");
    assertThat(store.inFlight()).isZero();
  }

  @Test
  void what_can_be_looked_up_is_not_abandoned() throws Exception {
    store.slots(1);
    JobId job = store.job();
    AttemptRef ref = store.claimOne(node).ref();
    store.record(new Fact.SendUnknown(ref, "time-out"));

    assertThat(store.record(new Fact.Rejected(ref, ERROR, Closing.ABANDONED))).isEmpty();
    assertThat(store.state(job)).isEqualTo("submitting");
  }

  @Test
  void the_task_of_an_abandoned_attempt_is_kept_as_evidence() throws Exception {
    store.job();
    AttemptRef ref = claimWithoutLookup().ref();
    store.record(new Fact.SendUnknown(ref, "time-out"));
    store.record(new Fact.Rejected(ref, ERROR, Closing.ABANDONED));

    assertThat(store.record(new Fact.Accepted(ref, "task-1"))).isEmpty();
    assertThat(store.database.text("SELECT task_id FROM attempt")).isEqualTo("task-1");
  }

  @Test
  void how_an_attempt_is_looked_up_comes_back_with_it() throws Exception {
    store.job();
    AttemptRef ref = claimWithoutLookup().ref();
    store.record(new Fact.SendUnknown(ref, "time-out"));

    assertThat(await(store.dispatches.unresolved(node, NOW, 10)))
        .extracting(row -> row.plan().lookup())
        .containsExactly(LookupBy.NONE);
  }

  @Test
  void a_job_that_has_no_way_does_not_keep_others_from_a_slot() throws Exception {
    store.slots(1);
    JobId stuck = store.job();
    JobId next = store.job();
    assertThat(claimAllBut(stuck, NOW)).as("only the first was shown").isEmpty();

    assertThat(claimAllBut(stuck, NOW)).extracting(each -> each.ref().job()).containsExactly(next);
    assertThat(store.events(stuck)).isEqualTo("1 queued");
  }

  @Test
  void a_job_that_was_passed_over_has_its_old_place_a_second_later() throws Exception {
    store.slots(1);
    JobId job = store.job();
    store.job();
    claimAllBut(job, NOW);

    assertThat(await(store.dispatches.ripen(10, NOW.plusSeconds(1)))).isEqualTo(1);
    assertThat(claimAllBut(new JobId(new UUID(0, 0)), NOW.plusSeconds(1)))
        .extracting(each -> each.ref().job())
        .containsExactly(job);
  }

  @Test
  void the_database_itself_refuses_to_close_an_attempt_with_an_unknown_send_as_refused()
      throws Exception {
    store.slots(1);
    store.job();
    store.record(new Fact.SendUnknown(store.claimOne(node).ref(), "time-out"));

    assertThatThrownBy(
            () -> store.database.execute("UPDATE attempt SET state = 'refused', closed_at = now()"))
        .hasMessageContaining("violates check constraint");
  }

  @Test
  void the_database_itself_refuses_a_second_open_attempt() throws Exception {
    store.slots(1);
    store.job();
    store.claimOne(node);

    assertThatThrownBy(
            () ->
                store.database.execute(
                    """
                    INSERT INTO attempt (id, job_id, tenant_id, number, account_id, dialect, path,
                        external_id, body, lookup, slot_class, slots, state, first_sent_at, created_at)
                      SELECT gen_random_uuid(), job_id, tenant_id, 2, account_id, dialect, path,
                             'another', body, lookup, slot_class, slots, state, now(), now() FROM attempt
                    """))
        .hasMessageContaining("attempt_one_open");
  }

  @Test
  void an_unknown_attempt_that_is_found_runs() throws Exception {
    store.slots(1);
    JobId job = store.job();
    AttemptRef ref = store.claimOne(node).ref();
    store.record(new Fact.SendUnknown(ref, "time-out"));

    store.record(new Fact.Accepted(ref, "task-1"));

    assertThat(store.state(job)).isEqualTo("running");
  }

  @Test
  void sending_again_counts_a_send_and_leaves_it_in_doubt() throws Exception {
    store.slots(1);
    store.job();
    AttemptRef ref = store.claimOne(node).ref();
    store.record(new Fact.SendUnknown(ref, "time-out"));

    await(store.dispatches.record(List.of(new Fact.SendingAgain(ref)), NOW.plusSeconds(30)));

    assertThat(unresolved())
        .singleElement()
        .satisfies(
            each -> {
              assertThat(each.sends()).isEqualTo(2);
              assertThat(each.lastUnknownSendAt()).isEqualTo(NOW.plusSeconds(30));
              assertThat(each.firstSentAt()).isEqualTo(NOW);
            });
  }

  @Test
  void two_facts_about_one_job_in_one_batch_are_recorded_in_their_order() throws Exception {
    store.slots(1);
    JobId job = store.job();
    AttemptRef ref = store.claimOne(node).ref();

    assertThat(
            store.record(new Fact.SendUnknown(ref, "time-out"), new Fact.Accepted(ref, "task-1")))
        .hasSize(2);
    assertThat(store.state(job)).isEqualTo("running");
  }

  @Test
  void a_batch_of_every_kind_of_fact_is_one_transaction() throws Exception {
    store.slots(5);
    List<JobId> jobs = store.jobs(store.tenant, 5);
    List<AttemptRef> refs = store.claim(node, 5).stream().map(Claimed::ref).toList();

    store.record(
        new Fact.Accepted(refs.get(0), "task-1"),
        new Fact.SendUnknown(refs.get(1), "reset"),
        new Fact.SendingAgain(refs.get(2)),
        backToQueue(refs.get(3), Closing.UNSENT, false),
        new Fact.Rejected(refs.get(4), ERROR, Closing.REFUSED));

    assertThat(jobs)
        .extracting(store::state)
        .containsExactly("running", "submitting", "submitting", "queued", "failed");
    assertThat(store.database.number("SELECT count(DISTINCT xmin::text) FROM attempt")).isOne();
    assertThat(store.inFlight()).isEqualTo(3);
    assertThat(store.balance()).isEqualTo("999980 20 0");
  }

  @Test
  void a_rejected_job_fails_and_its_reservation_is_released() throws Exception {
    store.slots(1);
    JobId job = store.job();

    store.record(new Fact.Rejected(store.claimOne(node).ref(), ERROR, Closing.REFUSED));

    assertThat(store.balance()).isEqualTo("1000000 0 0");
    assertThat(store.transfers(job)).isEqualTo("reserve 5, release 5");
    assertThat(store.lastEventData(job))
        .contains("\"code\": \"generation-failed\"", "\"detail\": \"It did not work out.\"");
  }

  @Test
  void a_job_that_was_to_be_cancelled_ends_instead_of_being_queued_again() throws Exception {
    store.slots(1);
    JobId job = store.job();
    AttemptRef ref = store.claimOne(node).ref();
    store.wantCancel(job);

    store.record(backToQueue(ref, Closing.REFUSED, false));

    assertThat(store.state(job)).isEqualTo("canceled");
    assertThat(store.balance()).isEqualTo("1000000 0 0");
    assertThat(store.inFlight()).isZero();
  }

  @Test
  void a_full_provider_shrinks_the_ceiling_to_what_is_left_in_flight() throws Exception {
    store.slots(5);
    store.jobs(store.tenant, 5);
    List<AttemptRef> refs = store.claim(node, 5).stream().map(Claimed::ref).toList();
    store.record(
        new Fact.Accepted(refs.get(0), "task-0"),
        new Fact.Accepted(refs.get(1), "task-1"),
        full(refs.get(2)),
        full(refs.get(3)),
        full(refs.get(4)));

    assertThat(await(store.dispatches.slotUse()))
        .containsExactly(new SlotUse(ACCOUNT, SLOT_CLASS, 2, 2, 5, NOW));
    assertThat(store.claim(node, 5)).isEmpty();
  }

  @Test
  void an_account_that_had_no_slot_at_all_is_tried_again_by_probes_only() throws Exception {
    store.slots(5);
    store.job();
    store.record(full(store.claimOne(node).ref()));

    assertThat(store.claim(node, 5)).isEmpty();
    await(store.dispatches.probeCeilings(NOW.plusSeconds(1), NOW.plusSeconds(1)));
    assertThat(store.claim(node, 5)).hasSize(1);
  }

  @Test
  void a_ceiling_probes_back_up_one_by_one_to_its_limit() throws Exception {
    store.slots(2);
    store.job();
    store.record(full(store.claimOne(node).ref()));

    assertThat(await(store.dispatches.probeCeilings(NOW, NOW.plusSeconds(1)))).isZero();
    assertThat(await(store.dispatches.probeCeilings(NOW.plusSeconds(1), NOW.plusSeconds(2))))
        .isOne();
    assertThat(await(store.dispatches.probeCeilings(NOW.plusSeconds(3), NOW.plusSeconds(4))))
        .isOne();
    assertThat(await(store.dispatches.probeCeilings(NOW.plusSeconds(9), NOW.plusSeconds(9))))
        .isZero();
    assertThat(await(store.dispatches.slotUse()))
        .containsExactly(new SlotUse(ACCOUNT, SLOT_CLASS, 0, 2, 2, null));
  }

  @Test
  void a_raised_limit_raises_a_ceiling_that_stood_at_it() throws Exception {
    store.slots(2);
    store.slots(4);

    assertThat(await(store.dispatches.slotUse()))
        .containsExactly(new SlotUse(ACCOUNT, SLOT_CLASS, 0, 4, 4, null));
  }

  @Test
  void a_raised_limit_leaves_a_learnt_ceiling_and_a_lowered_one_lowers_it() throws Exception {
    store.slots(3);
    store.database.execute("UPDATE slot SET ceiling = 2");
    store.slots(4);
    assertThat(await(store.dispatches.slotUse()))
        .containsExactly(new SlotUse(ACCOUNT, SLOT_CLASS, 0, 2, 4, NOW.minusSeconds(60)));

    store.slots(1);
    assertThat(await(store.dispatches.slotUse()))
        .containsExactly(new SlotUse(ACCOUNT, SLOT_CLASS, 0, 1, 1, null));
  }

  @Test
  void a_task_id_that_the_database_refuses_keeps_no_other_job_from_running() throws Exception {
    store.slots(2);
    store.jobs(store.tenant, 2);
    List<Claimed> both = store.claim(node, 2);
    Fact odd = new Fact.Accepted(both.get(0).ref(), "86\0");
    Fact plain = new Fact.Accepted(both.get(1).ref(), "87");

    assertThat(store.record(odd, plain)).containsExactly(plain);

    assertThat(store.state(plain.ref().job())).isEqualTo("running");
    assertThat(store.state(odd.ref().job())).isEqualTo("submitting");
    assertThat(await(store.dispatches.unresolved(node, NOW.plusSeconds(1), 10)))
        .extracting(Unresolved::ref)
        .containsExactly(odd.ref());
    assertThat(store.inFlight()).isEqualTo(2);
  }

  @Test
  void what_was_claimed_long_ago_and_never_heard_of_is_unresolved() throws Exception {
    store.slots(1);
    store.job();
    Claimed claimed = store.claimOne(node);

    assertThat(await(store.dispatches.unresolved(node, NOW, 10))).isEmpty();
    assertThat(await(store.dispatches.unresolved(node, NOW.plusSeconds(1), 10)))
        .containsExactly(new Unresolved(claimed.ref(), claimed.plan(), NOW, NOW, 1, 0));
  }

  @Test
  void nodes_do_not_see_each_others_unresolved_attempts() throws Exception {
    store.slots(1);
    store.job();
    store.record(new Fact.SendUnknown(store.claimOne(node).ref(), "time-out"));

    assertThat(unresolved()).hasSize(1);
    assertThat(await(store.dispatches.unresolved(store.node("two"), NOW.plusSeconds(1), 10)))
        .isEmpty();
  }

  private List<Unresolved> unresolved() throws Exception {
    return await(store.dispatches.unresolved(node, NOW, 10));
  }

  private static Fact full(AttemptRef ref) {
    return new Fact.BackToQueue(ref, Closing.REFUSED, false, null, "busy", true);
  }

  private List<Claimed> claim(BiFunction<QueuedJob, PlannedAttempt, PlannedAttempt> change)
      throws Exception {
    return await(
            store.dispatches.claim(
                node,
                List.of(POOL),
                List.of(ACCOUNT),
                List.of(),
                10,
                (jobs, slots) ->
                    jobs.stream().map(job -> change.apply(job, store.attempt(job))).toList(),
                NOW))
        .attempts();
  }

  private Claimed claimWithoutLookup() throws Exception {
    store.slots(1);
    return claim((job, attempt) -> lookedUpBy(attempt, LookupBy.NONE)).get(0);
  }

  private List<Claimed> claimAllBut(JobId left, Instant when) throws Exception {
    return await(
            store.dispatches.claim(
                node,
                List.of(POOL),
                List.of(ACCOUNT),
                List.of(),
                10,
                (jobs, slots) ->
                    jobs.stream()
                        .filter(job -> !job.id().equals(left))
                        .map(store::attempt)
                        .toList(),
                when))
        .attempts();
  }

  private static PlannedAttempt lookedUpBy(PlannedAttempt of, LookupBy lookup) {
    return new PlannedAttempt(
        of.id(),
        of.job(),
        of.account(),
        of.dialect(),
        of.path(),
        lookup,
        of.externalId(),
        of.body(),
        of.slotClass(),
        of.slots());
  }

  private static PlannedAttempt slots(PlannedAttempt of, int slots) {
    return new PlannedAttempt(
        of.id(),
        of.job(),
        of.account(),
        of.dialect(),
        of.path(),
        of.lookup(),
        of.externalId(),
        of.body(),
        of.slotClass(),
        slots);
  }

  private static PlannedAttempt onAccount(PlannedAttempt of, String account) {
    return new PlannedAttempt(
        of.id(),
        of.job(),
        account,
        of.dialect(),
        of.path(),
        of.lookup(),
        of.externalId(),
        of.body(),
        of.slotClass(),
        of.slots());
  }

  private String row(String columns, JobId job) {
    return store.database.text("SELECT " + columns + " FROM job WHERE id = '" + job + "'");
  }

  private String attempt(String columns, AttemptRef ref) {
    return store.database.text("SELECT " + columns + " FROM attempt WHERE id = '" + ref.id() + "'");
  }
}
