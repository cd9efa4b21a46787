package dev.backlot.store;

import static dev.backlot.store.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.batch.BatchId;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobState;
import dev.backlot.domain.job.Pinned;
import dev.backlot.domain.job.Submission;
import dev.backlot.domain.job.Uses;
import dev.backlot.domain.render.RenderTimes;
import dev.backlot.domain.schedule.Forecast;
import dev.backlot.domain.schedule.Forecast.Span;
import dev.backlot.domain.schedule.QueuePlace;
import dev.backlot.domain.schedule.QueuePlace.Account;
import dev.backlot.domain.schedule.QueuePlace.Budget;
import dev.backlot.domain.schedule.QueuePlace.Limit;
import dev.backlot.domain.schedule.QueuePlace.Ripening;
import dev.backlot.domain.schedule.Share;
import dev.backlot.domain.schedule.WaitReason;
import dev.backlot.domain.schedule.Waiting;
import dev.backlot.port.Dispatches.Fact;
import dev.backlot.port.Dispatches.SlotLimit;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PgQueuesTest {
  private StoreFixture store;
  private PgQueues queues;
  private PgShares shares;

  @BeforeEach
  void open() {
    store = new StoreFixture();
    queues = new PgQueues(store.database.pool());
    shares = new PgShares(store.vertx, store.database.pool(), new Random(5));
  }

  @AfterEach
  void close() throws Exception {
    store.close();
  }

  /** When all accounts can carry everything. */
  private Optional<QueuePlace> place(TenantId tenant, JobId job) throws Exception {
    return await(queues.place(tenant, job, (queued, account) -> true));
  }

  @Test
  void a_queued_job_knows_what_is_around_it() throws Exception {
    store.slots(3);
    store.jobs(store.tenant, 4);
    store.claim(store.node("one"), 3);
    JobId last = store.job();
    TenantId other = store.store.tenant("other", "100");
    store.jobs(other, 2);

    QueuePlace place = place(store.tenant, last).orElseThrow();

    assertThat(place.state()).isEqualTo(JobState.QUEUED);
    assertThat(place.ahead()).isEqualTo(1);
    assertThat(place.own()).isEqualTo(2);
    assertThat(place.queued()).isEqualTo(4);
    assertThat(place.weight()).isEqualTo(1);
    assertThat(place.others()).isEqualTo(1);
    assertThat(place.otherBatches()).isZero();
    assertThat(place.tenantLimit()).isEqualTo(new Limit(3, null));
    assertThat(place.accounts()).containsExactly(new Account(StoreFixture.ACCOUNT, 3, 3, 3));
  }

  /** The only one that knows a result is full; another of its pool has room. */
  private QueuePlace placeBesideAnIdleAccount() throws Exception {
    store.slots(1);
    store.job();
    store.claim(store.node("one"), 1);
    await(
        store.dispatches.configureSlots(
            List.of(
                new SlotLimit(StoreFixture.POOL, StoreFixture.ACCOUNT, StoreFixture.SLOT_CLASS, 1),
                new SlotLimit(StoreFixture.POOL, "idle", StoreFixture.SLOT_CLASS, 5)),
            StoreFixture.NOW));
    Pinned made = new Pinned(StoreFixture.ACCOUNT, Map.of("/video_id", "77"));
    Submission using = Submissions.of(store.tenant, "5").using(new Uses(List.of(), made));
    await(store.store.admissions.admit(List.of(using), StoreFixture.NOW));
    return place(store.tenant, using.id()).orElseThrow();
  }

  @Test
  void a_job_that_uses_a_result_waits_for_the_account_that_made_it() throws Exception {
    QueuePlace place = placeBesideAnIdleAccount();

    assertThat(place.accounts()).containsExactly(new Account(StoreFixture.ACCOUNT, 1, 1, 1));
    assertThat(Waiting.of(place, account -> true, StoreFixture.NOW).reason())
        .isEqualTo(WaitReason.SLOTS_BUSY);
    assertThat(Waiting.of(place, "idle"::equals, StoreFixture.NOW).reason())
        .isEqualTo(WaitReason.ACCOUNTS_UNAVAILABLE);
  }

  @Test
  void it_knows_who_goes_to_that_account_before_it_and_which_accounts_serve_the_others()
      throws Exception {
    placeBesideAnIdleAccount();

    QueuePlace second = placeBesideAnIdleAccount();

    assertThat(second.bound())
        .isEqualTo(new QueuePlace.Bound(1, List.of(new Account("idle", 0, 5, 5))));
    assertThat(second.ahead()).as("of all").isGreaterThanOrEqualTo(1);
  }

  @Test
  void nobody_says_that_it_starts_at_once() throws Exception {
    QueuePlace place = placeBesideAnIdleAccount();

    Span start =
        Forecast.ofQueued(
                place, Duration.ZERO, new RenderTimes().of(place.profile()), account -> true)
            .start();

    assertThat(start.p50()).isGreaterThan(Duration.ofSeconds(5));
  }

  /** One account alone can carry it, and is full; another of its pool has room. */
  private QueuePlace placeWithOneCarrier(JobId job) throws Exception {
    return await(
            queues.place(
                store.tenant,
                job,
                (queued, account) ->
                    !queued.id().equals(job) || account.equals(StoreFixture.ACCOUNT)))
        .orElseThrow();
  }

  private void oneFullAndOneIdle() throws Exception {
    store.slots(1);
    store.job();
    store.claim(store.node("one"), 1);
    await(
        store.dispatches.configureSlots(
            List.of(
                new SlotLimit(StoreFixture.POOL, StoreFixture.ACCOUNT, StoreFixture.SLOT_CLASS, 1),
                new SlotLimit(StoreFixture.POOL, "idle", StoreFixture.SLOT_CLASS, 5)),
            StoreFixture.NOW));
  }

  @Test
  void a_job_that_one_account_alone_can_carry_waits_for_that_one() throws Exception {
    oneFullAndOneIdle();

    QueuePlace place = placeWithOneCarrier(store.job());

    assertThat(place.accounts()).containsExactly(new Account(StoreFixture.ACCOUNT, 1, 1, 1));
    assertThat(Waiting.of(place, account -> true, StoreFixture.NOW))
        .isEqualTo(
            new Waiting(WaitReason.SLOTS_BUSY, Map.of("in_flight", 1, "granted", 1, "slots", 1)));
    assertThat(Waiting.of(place, "idle"::equals, StoreFixture.NOW))
        .isEqualTo(new Waiting(WaitReason.ACCOUNTS_UNAVAILABLE, Map.of("accounts", 1)));
  }

  @Test
  void it_stands_in_line_for_it_with_those_of_its_kind() throws Exception {
    oneFullAndOneIdle();
    store.jobs(store.tenant, 2);
    JobId other = store.job();
    store.database.execute("UPDATE job SET kind = 'image2video' WHERE id = '" + other + "'");

    QueuePlace place = placeWithOneCarrier(store.job());

    assertThat(place.ahead()).isEqualTo(3);
    assertThat(place.bound())
        .isEqualTo(new QueuePlace.Bound(2, List.of(new Account("idle", 0, 5, 5))));
  }

  @Test
  void a_job_that_all_accounts_can_carry_is_bound_to_none() throws Exception {
    oneFullAndOneIdle();

    assertThat(place(store.tenant, store.job()).orElseThrow().bound()).isNull();
  }

  @Test
  void a_job_that_was_put_aside_for_its_account_still_waits_for_that() throws Exception {
    oneFullAndOneIdle();
    JobId job = store.job();
    store.database.execute(
        "UPDATE job SET due = false, ripe_at = '2026-03-01 12:00:10Z' WHERE id = '" + job + "'");

    QueuePlace place = placeWithOneCarrier(job);

    assertThat(Waiting.of(place, account -> true, StoreFixture.NOW).reason())
        .isEqualTo(WaitReason.SLOTS_BUSY);
    assertThat(Waiting.of(place, "idle"::equals, StoreFixture.NOW).reason())
        .isEqualTo(WaitReason.ACCOUNTS_UNAVAILABLE);
  }

  @Test
  void a_job_whose_send_had_no_answer_knows_since_when() throws Exception {
    store.slots(1);
    JobId job = store.job();
    AttemptRef sent = store.claimOne(store.node("one")).ref();

    store.record(new Fact.SendUnknown(sent, "time-out"));

    assertThat(place(store.tenant, job).orElseThrow().unknownSince()).isEqualTo(StoreFixture.NOW);
  }

  @Test
  void a_job_that_its_batch_does_not_let_in_knows_the_budget() throws Exception {
    BatchFixture batches = new BatchFixture(store);
    BatchId id = batches.admitted(batches.capped(3, "11"));
    JobId held =
        await(batches.batches.lines(store.tenant, id, Set.of(JobState.HELD), -1, 1)).get(0).job();

    QueuePlace place = place(store.tenant, held).orElseThrow();

    assertThat(place.budget())
        .isEqualTo(
            new Budget(Credits.of("5"), Credits.of("11"), Credits.of("10"), Credits.of("999990")));
  }

  @Test
  void a_job_whose_time_has_not_come_knows_what_becomes_due_before_it() throws Exception {
    store.job();
    store.jobStartingAt(StoreFixture.NOW.plusSeconds(60));
    store.jobStartingAt(StoreFixture.NOW.plusSeconds(90));
    JobId late = store.jobStartingAt(StoreFixture.NOW.plusSeconds(60));

    QueuePlace place = place(store.tenant, late).orElseThrow();

    assertThat(place.due()).isFalse();
    assertThat(place.ahead()).isEqualTo(1);
    assertThat(place.ripening()).isEqualTo(new Ripening(1, 2));
  }

  @Test
  void a_changed_share_counts_in_every_lane() throws Exception {
    store.slots(3);
    JobId job = store.job();

    await(shares.change(store.tenant, new Share(7, 2)));

    QueuePlace place = place(store.tenant, job).orElseThrow();
    assertThat(place.weight()).isEqualTo(7);
    assertThat(place.tenantLimit()).isEqualTo(new Limit(0, 2));
    assertThat(await(shares.of(store.tenant))).isEqualTo(new Share(7, 2));
  }

  @Test
  void a_limit_that_was_lifted_lets_a_tenant_go_on() throws Exception {
    store.slots(10);
    await(shares.change(store.tenant, new Share(1, 1)));
    store.jobs(store.tenant, 5);
    var node = store.node("one");
    assertThat(store.claim(node, 10)).hasSize(1);

    await(shares.change(store.tenant, new Share(1, null)));

    assertThat(store.claim(node, 10)).hasSize(4);
  }

  @Test
  void another_tenants_job_has_no_place() throws Exception {
    JobId job = store.job();
    TenantId other = store.store.tenant("other", "100");

    assertThat(place(other, job)).isEmpty();
  }

  @Test
  void a_running_job_tells_since_when() throws Exception {
    store.slots(1);
    store.job();
    var running = store.running(store.node("one"));

    QueuePlace place = place(store.tenant, running.job()).orElseThrow();

    assertThat(place.runningSince()).isEqualTo(StoreFixture.NOW);
    assertThat(place.state()).isEqualTo(JobState.RUNNING);
  }
}
