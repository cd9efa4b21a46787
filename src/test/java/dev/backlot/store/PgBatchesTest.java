package dev.backlot.store;

import static dev.backlot.store.BatchFixture.cap;
import static dev.backlot.store.BatchFixture.key;
import static dev.backlot.store.StoreFixture.NOW;
import static dev.backlot.store.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.batch.BatchAdmission;
import dev.backlot.domain.batch.BatchChange;
import dev.backlot.domain.batch.BatchId;
import dev.backlot.domain.batch.BatchLine;
import dev.backlot.domain.batch.BatchState;
import dev.backlot.domain.batch.BatchTerms;
import dev.backlot.domain.batch.JobBatch;
import dev.backlot.domain.batch.NewBatch;
import dev.backlot.domain.batch.RefusedItem;
import dev.backlot.domain.batch.SpendCap;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.CancelPolicy;
import dev.backlot.domain.job.CancelResult;
import dev.backlot.domain.job.Job;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobState;
import dev.backlot.domain.job.StandIn;
import dev.backlot.domain.job.Submission;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Dispatches.Closing;
import dev.backlot.port.Dispatches.Fact;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PgBatchesTest {
  private StoreFixture store;
  private BatchFixture fixture;
  private PgBatches batches;

  @BeforeEach
  void open() {
    store = new StoreFixture();
    fixture = new BatchFixture(store);
    batches = fixture.batches;
  }

  @AfterEach
  void close() throws Exception {
    assertThat(store.store.violations()).isEmpty();
    store.close();
  }

  @Test
  void ten_thousand_jobs_are_stored_reserved_and_told_at_once() throws Exception {
    BatchId id = fixture.admitted(fixture.batch(10_000));

    assertThat(fixture.counts(id)).isEqualTo(Map.of(JobState.QUEUED, 10_000L));
    assertThat(store.balance()).isEqualTo("950000 50000 0");
    assertThat(store.database.text("SELECT count(*) FROM event WHERE batch_id = '" + id + "'"))
        .isEqualTo("10000");
    assertThat(store.database.text("SELECT count(DISTINCT type) || max(type) FROM event"))
        .isEqualTo("1job.queued");
  }

  @Test
  void with_too_little_credit_for_all_nothing_is_stored() throws Exception {
    TenantId poor = store.store.tenant("poor", "14");
    NewBatch batch = fixture.of(poor, Submissions.many(3, poor, "5"), SpendCap.NONE, key("k", 'a'));

    assertThat(fixture.admit(batch))
        .isEqualTo(
            new BatchAdmission.TooLittleCredit(
                Asset.VIDEO_UNIT, Credits.of("15"), Credits.of("14")));

    assertThat(store.database.number("SELECT count(*) FROM batch")).isZero();
    assertThat(store.database.number("SELECT count(*) FROM job")).isZero();
    assertThat(store.database.number("SELECT count(*) FROM idempotency_key")).isZero();
    assertThat(store.database.number("SELECT count(*) FROM event")).isZero();
  }

  @Test
  void a_key_gives_the_first_answer_again_and_stores_nothing_more() throws Exception {
    NewBatch first = fixture.keyed(3, "k", 'a');
    fixture.admit(first);

    assertThat(fixture.admit(fixture.keyed(3, "k", 'a')))
        .isEqualTo(new BatchAdmission.Replayed(first.id(), "{\"first\":true}"));
    assertThat(fixture.admit(fixture.keyed(3, "k", 'b'))).isEqualTo(new BatchAdmission.KeyReused());
    assertThat(store.database.number("SELECT count(*) FROM job")).isEqualTo(3);
  }

  @Test
  void its_terms_and_what_was_refused_of_it_are_kept() throws Exception {
    NewBatch batch = partlyRefused();

    BatchId id = fixture.admitted(batch);

    assertThat(await(batches.find(store.tenant, id)))
        .contains(new JobBatch(id, store.tenant, batch.terms(), BatchState.OPEN, 3, 1, NOW, NOW));
    assertThat(await(batches.refused(store.tenant, id))).isEqualTo(batch.refused());
  }

  @Test
  void what_was_refused_of_it_is_not_told_to_another_tenant() throws Exception {
    BatchId id = fixture.admitted(partlyRefused());

    assertThat(await(batches.refused(store.store.tenant("other", "100"), id))).isEmpty();
  }

  @Test
  void another_tenants_batch_does_not_exist() throws Exception {
    BatchId id = fixture.admitted(fixture.batch(2));
    TenantId other = store.store.tenant("other", "100");

    assertThat(await(batches.find(other, id))).isEqualTo(Optional.empty());
    assertThat(await(batches.list(other, null, 10)).items()).isEmpty();
    assertThat(await(batches.progress(other, id)).jobs()).isZero();
    assertThat(await(batches.lines(other, id, Set.of(), -1, 10))).isEmpty();
    assertThat(await(batches.change(other, id, BatchState.CANCELED, NOW)))
        .isEqualTo(new BatchChange.Unknown());
    assertThat(await(batches.change(other, id, terms -> terms, NOW)))
        .isEqualTo(new BatchChange.Unknown());
    assertThat(await(batches.retry(other, id, Set.of(JobState.FAILED), "k", null, NOW)))
        .isEqualTo(new BatchAdmission.Unknown());
  }

  @Test
  void a_list_goes_on_from_its_cursor() throws Exception {
    List<BatchId> made = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      made.add(0, fixture.admitted(fixture.batch(1)));
    }

    var first = await(batches.list(store.tenant, null, 2));
    var second = await(batches.list(store.tenant, first.nextCursor(), 2));

    assertThat(first.items()).extracting(JobBatch::id).isEqualTo(made.subList(0, 2));
    assertThat(second.items()).extracting(JobBatch::id).isEqualTo(made.subList(2, 3));
    assertThat(second.nextCursor()).isNull();
  }

  @Test
  void a_paused_batch_holds_what_waits_and_an_open_one_queues_it_again() throws Exception {
    BatchId id = fixture.admitted(fixture.batch(1_200));

    fixture.want(id, BatchState.PAUSED);
    assertThat(fixture.steps(id)).isEqualTo(1_200);
    assertThat(fixture.number(id, "count(DISTINCT state || held_reason) || max(held_reason)"))
        .isEqualTo("1batch_paused");
    assertThat(fixture.due(NOW.plusSeconds(60))).isEmpty();

    fixture.want(id, BatchState.OPEN);
    assertThat(fixture.steps(id)).isEqualTo(1_200);

    assertThat(fixture.counts(id)).isEqualTo(Map.of(JobState.QUEUED, 1_200L));
    JobId any =
        new JobId(await(batches.lines(store.tenant, id, Set.of(), -1, 1)).get(0).job().value());
    assertThat(store.events(any)).isEqualTo("1 queued, 2 held, 3 queued");
    assertThat(store.balance()).isEqualTo("994000 6000 0");
  }

  @Test
  void nothing_is_claimed_of_a_paused_batch_even_before_its_jobs_are_held() throws Exception {
    store.slots(5);
    NodeLease node = store.node("one");
    BatchId id = fixture.admitted(fixture.batch(3));

    fixture.want(id, BatchState.PAUSED);
    assertThat(store.claim(node, 5)).isEmpty();
    fixture.want(id, BatchState.OPEN);

    assertThat(store.claim(node, 5)).hasSize(3);
  }

  @Test
  void no_more_jobs_are_at_work_than_the_batch_says() throws Exception {
    store.slots(5);
    BatchId id = fixture.admitted(fixture.batch(4));
    await(
        batches.change(store.tenant, id, terms -> new BatchTerms(null, 9, 2, SpendCap.NONE), NOW));

    assertThat(store.claim(store.node("one"), 5)).hasSize(2);
    assertThat(
            store.database.text("SELECT max(weight) FROM batch_lane WHERE batch_id = '" + id + "'"))
        .isEqualTo("9");
  }

  @Test
  void a_cancel_ends_what_waits_and_asks_for_the_end_of_what_is_at_work() throws Exception {
    store.slots(1);
    BatchId id = fixture.admitted(fixture.batch(700));
    AttemptRef running = store.running(store.node("one"));

    fixture.want(id, BatchState.CANCELED);
    assertThat(fixture.steps(id)).isEqualTo(699);

    assertThat(fixture.counts(id)).isEqualTo(Map.of(JobState.CANCELED, 699L, JobState.RUNNING, 1L));
    assertThat(
            store.database.text(
                "SELECT cancel_requested FROM job WHERE id = '" + running.job() + "'"))
        .isEqualTo("t");
    assertThat(store.balance()).isEqualTo("999995 5 0");
    assertThat(fixture.due(NOW)).isEmpty();
    assertThat(fixture.due(NOW.plus(BatchFixture.RECHECK))).containsExactly(id);

    store.finish(CancelPolicy.DISCARD, StoreFixture.failed(running, null));
    fixture.steps(id);
    assertThat(fixture.due(NOW.plusSeconds(60))).isEmpty();
  }

  @Test
  void a_cancel_is_for_good() throws Exception {
    BatchId id = fixture.admitted(fixture.batch(1));
    fixture.want(id, BatchState.CANCELED);

    assertThat(await(batches.change(store.tenant, id, BatchState.OPEN, NOW)))
        .isEqualTo(new BatchChange.Closed());
    assertThat(await(batches.change(store.tenant, id, terms -> terms, NOW)))
        .isEqualTo(new BatchChange.Closed());
    assertThat(fixture.retry(id)).isEqualTo(new BatchAdmission.Closed());
    fixture.steps(id);
  }

  @Test
  void what_a_crash_has_left_half_done_stays_due_until_somebody_has_finished_it() throws Exception {
    BatchId id = fixture.admitted(fixture.batch(1_200));
    fixture.want(id, BatchState.PAUSED);
    await(batches.step(id, BatchFixture.CHUNK, BatchFixture.RECHECK, NOW));

    assertThat(fixture.due(NOW)).containsExactly(id);
    fixture.steps(id);

    assertThat(fixture.due(NOW.plusSeconds(60))).isEmpty();
    assertThat(fixture.counts(id)).isEqualTo(Map.of(JobState.HELD, 1_200L));
  }

  @Test
  void a_job_that_comes_back_into_the_queue_of_a_paused_batch_is_held() throws Exception {
    store.slots(1);
    BatchId id = fixture.admitted(fixture.batch(2));
    AttemptRef running = store.running(store.node("one"));
    fixture.want(id, BatchState.PAUSED);
    fixture.steps(id);

    store.finish(CancelPolicy.KEEP, StoreFixture.tryAgain(running, null));
    assertThat(fixture.due(NOW.plus(BatchFixture.RECHECK))).containsExactly(id);
    fixture.steps(id);

    assertThat(fixture.counts(id)).isEqualTo(Map.of(JobState.HELD, 2L));
  }

  @Test
  void a_single_held_job_can_be_canceled() throws Exception {
    BatchId id = fixture.admitted(fixture.batch(1));
    fixture.want(id, BatchState.PAUSED);
    fixture.steps(id);
    JobId job = await(batches.lines(store.tenant, id, Set.of(), -1, 1)).get(0).job();

    assertThat(await(store.store.jobs.cancel(store.tenant, job, NOW)))
        .isInstanceOf(CancelResult.Canceled.class);
  }

  @Test
  void only_as_many_are_queued_as_the_cap_pays_for_in_the_order_of_the_items() throws Exception {
    BatchId id = fixture.admitted(fixture.capped(10, "24"));

    assertThat(fixture.number(id, "string_agg(batch_item || state, ',' ORDER BY batch_item)"))
        .startsWith("0queued,1queued,2queued,3queued,4held");
    assertThat(fixture.number(id, "max(held_reason)")).isEqualTo("spend_cap");
    assertThat(store.database.text("SELECT string_agg(DISTINCT type, ',') FROM event"))
        .isEqualTo("job.held,job.queued");
  }

  @Test
  void an_item_that_does_not_fit_hides_no_cheaper_one_behind_it() throws Exception {
    BatchId id =
        fixture.admitted(
            fixture.of(
                store.tenant,
                List.of(
                    Submissions.of(store.tenant, "5"),
                    Submissions.of(store.tenant, "5"),
                    Submissions.of(store.tenant, "2")),
                cap("7"),
                null));

    assertThat(fixture.number(id, "string_agg(state, ',' ORDER BY batch_item)"))
        .isEqualTo("queued,held,queued");
  }

  @Test
  void what_a_job_did_not_cost_makes_room_for_the_next() throws Exception {
    store.slots(4);
    NodeLease node = store.node("one");
    BatchId id = fixture.admitted(fixture.capped(6, "11"));
    AttemptRef cheap = store.running(node);
    AttemptRef broken = store.running(node);

    store.finish(CancelPolicy.KEEP, StoreFixture.succeeded(cheap, "4"));
    assertThat(fixture.steps(id)).isZero();
    store.finish(CancelPolicy.KEEP, StoreFixture.failed(broken, null));
    assertThat(fixture.steps(id)).isEqualTo(1);

    assertThat(fixture.counts(id))
        .isEqualTo(
            Map.of(
                JobState.SUCCEEDED,
                1L,
                JobState.FAILED,
                1L,
                JobState.QUEUED,
                1L,
                JobState.HELD,
                3L));
    assertThat(fixture.due(NOW.plus(BatchFixture.RECHECK))).containsExactly(id);
  }

  @Test
  void a_batch_of_which_nothing_fits_and_nothing_is_on_its_way_is_left_alone() throws Exception {
    store.slots(1);
    BatchId id = fixture.admitted(fixture.capped(2, "5"));
    fixture.steps(id);
    assertThat(fixture.due(NOW.plus(BatchFixture.RECHECK))).containsExactly(id);

    store.finish(CancelPolicy.KEEP, StoreFixture.succeeded(store.running(store.node("one")), null));
    fixture.steps(id);

    assertThat(fixture.due(NOW.plusSeconds(60))).isEmpty();
    fixture.limit(id, "10");
    assertThat(fixture.due(NOW)).containsExactly(id);
    assertThat(fixture.steps(id)).isEqualTo(1);
  }

  @Test
  void a_lower_cap_takes_the_last_items_out_of_the_queue() throws Exception {
    BatchId id = fixture.admitted(fixture.batch(4));

    fixture.limit(id, "11");

    assertThat(fixture.number(id, "string_agg(state, ',' ORDER BY batch_item)"))
        .isEqualTo("queued,queued,held,held");
  }

  @Test
  void nothing_is_reserved_for_what_the_cap_does_not_let_in() throws Exception {
    BatchId id = fixture.admitted(fixture.capped(4, "11"));
    assertThat(store.balance()).isEqualTo("999990 10 0");

    fixture.limit(id, "15");
    fixture.steps(id);
    assertThat(store.balance()).isEqualTo("999985 15 0");

    fixture.limit(id, "5");
    assertThat(store.balance()).isEqualTo("999995 5 0");

    fixture.limit(id, "20");
    fixture.steps(id);
    assertThat(store.balance()).isEqualTo("999980 20 0");
    assertThat(fixture.counts(id)).isEqualTo(Map.of(JobState.QUEUED, 4L));
  }

  @Test
  void a_lower_cap_takes_what_a_pause_holds_out_of_the_reservations() throws Exception {
    BatchId id = fixture.admitted(fixture.batch(3));
    fixture.want(id, BatchState.PAUSED);
    fixture.steps(id);

    fixture.limit(id, "5");

    assertThat(store.balance()).isEqualTo("999995 5 0");
    fixture.want(id, BatchState.OPEN);
    fixture.steps(id);
    assertThat(fixture.number(id, "string_agg(state, ',' ORDER BY batch_item)"))
        .isEqualTo("queued,held,held");
    assertThat(store.balance()).isEqualTo("999995 5 0");
  }

  @Test
  void what_the_cap_lets_in_waits_for_credit_and_is_looked_at_again() throws Exception {
    TenantId poor = store.store.tenant("poor", "12");
    BatchId id =
        fixture.admitted(fixture.of(poor, Submissions.many(4, poor, "5"), cap("10"), null));
    fixture.steps(id);
    await(batches.change(poor, id, terms -> new BatchTerms("films", 1, null, SpendCap.NONE), NOW));

    assertThat(fixture.steps(id)).isZero();
    assertThat(fixture.due(NOW)).isEmpty();
    assertThat(fixture.due(NOW.plus(BatchFixture.RECHECK))).containsExactly(id);

    store.store.grant(poor, "7");
    assertThat(fixture.steps(id)).isEqualTo(1);
    assertThat(store.balance(poor)).isEqualTo("4 15 0");
  }

  @Test
  void what_was_never_reserved_is_canceled_at_no_cost() throws Exception {
    BatchId id = fixture.admitted(fixture.capped(3, "5"));
    fixture.want(id, BatchState.CANCELED);
    fixture.steps(id);

    assertThat(fixture.counts(id)).isEqualTo(Map.of(JobState.CANCELED, 3L));
    assertThat(store.balance()).isEqualTo("1000000 0 0");
  }

  @Test
  void what_a_lower_cap_has_released_is_not_released_again_by_a_cancel() throws Exception {
    BatchId id = fixture.admitted(fixture.batch(3));
    fixture.limit(id, "5");
    JobId held = await(batches.lines(store.tenant, id, Set.of(JobState.HELD), -1, 1)).get(0).job();

    await(store.store.jobs.cancel(store.tenant, held, NOW));

    assertThat(store.transfers(held)).isEqualTo("reserve 5, release 5");
    assertThat(store.balance()).isEqualTo("999995 5 0");
  }

  @Test
  void nor_by_a_cancel_of_the_batch() throws Exception {
    BatchId id = fixture.admitted(fixture.batch(3));
    fixture.limit(id, "5");

    fixture.want(id, BatchState.CANCELED);
    fixture.steps(id);

    assertThat(store.database.text("SELECT string_agg(kind, ',' ORDER BY id) FROM transfer"))
        .isEqualTo("grant,reserve,reserve,reserve,release,release,release");
    assertThat(store.balance()).isEqualTo("1000000 0 0");
  }

  /** Although what was reserved for it was released. */
  @Test
  void what_a_lower_cap_takes_out_of_the_queue_says_no_charge_before_its_end() throws Exception {
    BatchId id = fixture.admitted(fixture.batch(2));
    fixture.limit(id, "5");

    BatchLine held = await(batches.lines(store.tenant, id, Set.of(JobState.HELD), -1, 1)).get(0);

    assertThat(held.charged()).isNull();
    assertThat(await(store.store.jobs.find(store.tenant, held.job())).orElseThrow().charged())
        .isNull();
  }

  @Test
  void what_was_never_reserved_says_at_its_end_that_it_was_charged_nothing() throws Exception {
    BatchId id = fixture.admitted(fixture.capped(2, "5"));
    fixture.want(id, BatchState.CANCELED);
    fixture.steps(id);

    List<BatchLine> lines = await(batches.lines(store.tenant, id, Set.of(), -1, 10));

    assertThat(lines).extracting(BatchLine::charged).containsExactly(Credits.ZERO, Credits.ZERO);
    assertThat(await(store.store.jobs.find(store.tenant, lines.get(1).job())).orElseThrow())
        .extracting(Job::charged)
        .isEqualTo(Credits.ZERO);
  }

  @Test
  void a_cap_below_what_is_at_work_is_refused_and_changes_nothing() throws Exception {
    store.slots(2);
    NodeLease node = store.node("one");
    BatchId id = fixture.admitted(fixture.batch(3));
    store.running(node);
    store.running(node);

    assertThat(
            await(
                batches.change(
                    store.tenant, id, terms -> new BatchTerms("x", 2, 2, cap("9.5")), NOW)))
        .isEqualTo(new BatchChange.CapTooLow(Asset.VIDEO_UNIT, Credits.of("10")));

    assertThat(await(batches.find(store.tenant, id)).orElseThrow().terms().name())
        .isEqualTo("films");
    assertThat(fixture.counts(id)).isEqualTo(Map.of(JobState.QUEUED, 1L, JobState.RUNNING, 2L));
  }

  @Test
  void a_cap_must_name_what_the_jobs_cost() throws Exception {
    BatchId id = fixture.admitted(fixture.batch(1));
    SpendCap images = new SpendCap(Map.of(Asset.IMAGE_UNIT, Credits.of("1")));

    assertThat(
            await(
                batches.change(
                    store.tenant, id, terms -> new BatchTerms(null, 1, null, images), NOW)))
        .isEqualTo(new BatchChange.CapIncomplete(Asset.VIDEO_UNIT));
  }

  @Test
  void a_retry_makes_a_new_job_for_each_failed_item_and_only_its_newest_counts() throws Exception {
    store.slots(3);
    NodeLease node = store.node("one");
    BatchId id = fixture.admitted(fixture.batch(3));
    AttemptRef good = store.running(node);
    AttemptRef bad = store.running(node);
    AttemptRef worse = store.running(node);
    store.finish(
        CancelPolicy.KEEP,
        StoreFixture.succeeded(good, null),
        StoreFixture.failed(bad, null),
        StoreFixture.failed(worse, "2"));

    assertThat(fixture.retry(id))
        .isInstanceOfSatisfying(
            BatchAdmission.Accepted.class, done -> assertThat(done.jobs()).isEqualTo(2));

    assertThat(fixture.counts(id)).isEqualTo(Map.of(JobState.SUCCEEDED, 1L, JobState.QUEUED, 2L));
    List<BatchLine> lines = await(batches.lines(store.tenant, id, Set.of(), -1, 10));
    assertThat(lines).extracting(BatchLine::item).containsExactly(0, 1, 2);
    assertThat(lines).extracting(BatchLine::retryOf).contains(bad.job(), worse.job());
    assertThat(store.state(bad.job())).isEqualTo("failed");
    assertThat(store.balance()).isEqualTo("999985 10 5");
    assertThat(fixture.retry(id))
        .isInstanceOfSatisfying(
            BatchAdmission.Accepted.class, done -> assertThat(done.jobs()).isZero());
  }

  @Test
  void a_retry_asks_again_for_the_model_that_was_asked_for() throws Exception {
    store.slots(1);
    store.slots("other/video", 2);
    NodeLease node = store.node("one");
    BatchId id = fixture.admitted(fixture.batch(1));
    StandIn other = new StandIn("kling-v2-6", "other", "other/video", 2);
    StandIn another = new StandIn("other", "another", "other/video", 2);
    store.record(new Fact.Replaced(store.claimOne(node).ref(), Closing.REFUSED, other, "gone"));
    store.record(new Fact.Replaced(store.claimOne(node).ref(), Closing.REFUSED, another, "gone"));
    store.finish(CancelPolicy.KEEP, StoreFixture.failed(store.running(node), null));

    fixture.retry(id);

    assertThat(
            store.database.text(
                "SELECT concat_ws(' ', model, requested_model, slot_class, slots, pool_id, cost::int)"
                    + " FROM job WHERE retry_of IS NOT NULL"))
        .isEqualTo("kling-v2-6 kling-v2-6/video 1 default 5");
    assertThat(store.balance()).isEqualTo("999995 5 0");
    assertThat(store.claimOne(node).plan().slotClass()).isEqualTo(StoreFixture.SLOT_CLASS);
  }

  @Test
  void a_retry_keeps_its_priority_and_goes_before_what_waits_longer() throws Exception {
    store.slots(1);
    NodeLease node = store.node("one");
    Submission plain = Submissions.of(store.tenant, "5");
    Submission urgent = Submissions.urgent(50, Duration.ofMinutes(50), plain);
    BatchId id =
        fixture.admitted(fixture.of(store.tenant, List.of(plain, urgent), SpendCap.NONE, null));
    store.finish(CancelPolicy.KEEP, StoreFixture.failed(store.running(node), null));
    Instant later = NOW.plusSeconds(60);
    await(batches.retry(store.tenant, id, Set.of(JobState.FAILED), "k", null, later));

    JobId next = await(store.claiming(node, 1, later)).get(0).ref().job();

    assertThat(store.database.text("SELECT retry_of FROM job WHERE id = '" + next + "'"))
        .isEqualTo(urgent.id().toString());
    assertThat(await(store.store.jobs.find(store.tenant, next)).orElseThrow().priority())
        .isEqualTo(50);
  }

  @Test
  void a_retry_under_a_key_happens_once() throws Exception {
    BatchId id = failedBatch(2);
    var first = repeatUnder(id, 'a');
    assertThat(first).isInstanceOf(BatchAdmission.Accepted.class);
    String answer = ((BatchAdmission.Accepted) first).answer();

    assertThat(repeatUnder(id, 'a'))
        .isInstanceOfSatisfying(
            BatchAdmission.Replayed.class, again -> assertThat(again.answer()).isEqualTo(answer));
    assertThat(repeatUnder(id, 'b')).isEqualTo(new BatchAdmission.KeyReused());
    assertThat(store.database.number("SELECT count(*) FROM job")).isEqualTo(4);
  }

  @Test
  void a_retry_keeps_to_the_cap() throws Exception {
    store.slots(3);
    NodeLease node = store.node("one");
    BatchId id = fixture.admitted(fixture.capped(2, "10"));
    AttemptRef good = store.running(node);
    AttemptRef bad = store.running(node);
    store.finish(
        CancelPolicy.KEEP, StoreFixture.succeeded(good, null), StoreFixture.failed(bad, null));
    fixture.limit(id, "9");

    fixture.retry(id);

    assertThat(fixture.counts(id)).isEqualTo(Map.of(JobState.SUCCEEDED, 1L, JobState.HELD, 1L));
  }

  @Test
  void a_retry_in_a_paused_batch_is_held() throws Exception {
    BatchId id = failedBatch(1);
    fixture.want(id, BatchState.PAUSED);
    fixture.retry(id);

    assertThat(fixture.counts(id)).isEqualTo(Map.of(JobState.HELD, 1L));

    fixture.want(id, BatchState.OPEN);
    assertThat(fixture.steps(id)).isEqualTo(1);
  }

  /** Two items of three are taken. */
  private NewBatch partlyRefused() {
    NewBatch plain = fixture.batch(2);
    return new NewBatch(
        plain.id(),
        plain.tenant(),
        plain.keyId(),
        new BatchTerms("spring", 7, 3, cap("10")),
        3,
        plain.jobs(),
        List.of(new RefusedItem(2, ErrorCode.UNKNOWN_KIND, "/kind", "/kind must be one of")),
        NOW,
        null);
  }

  private BatchAdmission repeatUnder(BatchId id, char digest) throws Exception {
    return await(
        batches.retry(store.tenant, id, Set.of(JobState.FAILED), "k", key("again", digest), NOW));
  }

  private BatchId failedBatch(int items) throws Exception {
    store.slots(items);
    NodeLease node = store.node("one");
    BatchId id = fixture.admitted(fixture.batch(items));
    for (int i = 0; i < items; i++) {
      store.finish(CancelPolicy.KEEP, StoreFixture.failed(store.running(node), null));
    }
    return id;
  }
}
