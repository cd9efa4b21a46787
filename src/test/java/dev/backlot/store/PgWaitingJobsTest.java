package dev.backlot.store;

import static dev.backlot.store.StoreFixture.NOW;
import static dev.backlot.store.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.CancelResult;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobState;
import dev.backlot.domain.job.Submission;
import dev.backlot.domain.job.Terms;
import dev.backlot.domain.job.WaitingResult;
import dev.backlot.domain.node.NodeLease;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PgWaitingJobsTest {
  private static final Duration STEP = Duration.ofSeconds(60);

  private StoreFixture store;
  private PgWaitingJobs waiting;
  private NodeLease node;

  @BeforeEach
  void open() throws Exception {
    store = new StoreFixture();
    waiting = new PgWaitingJobs(store.vertx, store.database.pool(), new Random(9));
    node = store.node("one");
    store.slots(10);
  }

  @AfterEach
  void close() throws Exception {
    store.close();
  }

  @Test
  void a_held_job_is_not_claimed_and_keeps_its_reservation() throws Exception {
    JobId job = store.job();

    WaitingResult.Done held = (WaitingResult.Done) hold(store.tenant, job);

    assertThat(held.job().state()).isEqualTo(JobState.HELD);
    assertThat(held.job().heldReason()).isEqualTo("requested");
    assertThat(store.claim(node, 10)).isEmpty();
    assertThat(store.store.balance(store.tenant).reserved()).isEqualTo(Credits.of("5"));
    assertThat(store.events(job)).isEqualTo("1 queued, 2 held");
  }

  @Test
  void a_released_job_is_claimed_from_its_old_place() throws Exception {
    JobId first = store.job();
    store.job();
    hold(store.tenant, first);

    release(store.tenant, first);

    assertThat(store.claimOne(node).ref().job()).isEqualTo(first);
    assertThat(store.events(first)).isEqualTo("1 queued, 2 held, 3 queued, 4 submitting");
  }

  @Test
  void holding_and_releasing_may_be_repeated() throws Exception {
    JobId job = store.job();
    hold(store.tenant, job);
    assertThat(hold(store.tenant, job)).isInstanceOf(WaitingResult.Done.class);
    release(store.tenant, job);
    assertThat(release(store.tenant, job)).isInstanceOf(WaitingResult.Done.class);

    assertThat(store.events(job)).isEqualTo("1 queued, 2 held, 3 queued");
  }

  @Test
  void a_job_that_is_being_sent_is_neither_held_nor_moved() throws Exception {
    JobId job = store.job();
    store.claimOne(node);

    assertThat(hold(store.tenant, job)).isInstanceOf(WaitingResult.Refused.class);
    assertThat(await(waiting.reprioritise(store.tenant, job, 5, STEP)))
        .isInstanceOf(WaitingResult.Refused.class);
  }

  @Test
  void what_a_batch_holds_is_not_released_by_itself() throws Exception {
    JobId job = store.job();
    hold(store.tenant, job);
    store.database.execute("UPDATE job SET held_reason = 'batch_paused'");

    assertThat(release(store.tenant, job)).isInstanceOf(WaitingResult.Refused.class);
  }

  @Test
  void another_tenants_job_does_not_exist() throws Exception {
    JobId job = store.job();
    TenantId other = store.store.tenant("other", "1");

    assertThat(hold(other, job)).isInstanceOf(WaitingResult.Unknown.class);
    assertThat(await(waiting.reprioritise(other, job, 5, STEP)))
        .isInstanceOf(WaitingResult.Unknown.class);
    assertThat(store.claim(node, 10)).hasSize(1);
  }

  @Test
  void another_tenant_does_not_move_it_up() throws Exception {
    JobId first = store.job();
    JobId second = store.job();

    await(waiting.reprioritise(store.store.tenant("other", "1"), second, 5, STEP));

    assertThat(store.claimOne(node).ref().job()).isEqualTo(first);
  }

  @Test
  void a_higher_priority_goes_first() throws Exception {
    store.job();
    JobId second = store.job();

    await(waiting.reprioritise(store.tenant, second, 1, STEP));

    assertThat(store.claimOne(node).ref().job()).isEqualTo(second);
  }

  @Test
  void a_held_job_is_cancelled_at_once() throws Exception {
    JobId job = store.job();
    hold(store.tenant, job);

    assertThat(await(store.store.jobs.cancel(store.tenant, job, NOW)))
        .isInstanceOf(CancelResult.Canceled.class);
  }

  @Test
  void what_was_not_started_in_time_expires_and_costs_nothing() throws Exception {
    JobId queued = expiring(NOW.plusSeconds(1));
    JobId held = expiring(NOW.plusSeconds(1));
    hold(store.tenant, held);
    JobId later = expiring(NOW.plusSeconds(2));

    assertThat(await(store.dispatches.expire(10, NOW.plusSeconds(1)))).isEqualTo(2);

    assertThat(store.events(queued)).isEqualTo("1 queued, 2 expired");
    assertThat(store.events(held)).isEqualTo("1 queued, 2 held, 3 expired");
    assertThat(store.events(later)).isEqualTo("1 queued");
    assertThat(store.store.balance(store.tenant).reserved()).isEqualTo(Credits.of("5"));
    assertThat(store.store.violations()).isEmpty();
  }

  @Test
  void a_claim_and_a_hold_at_the_same_time_agree() throws Exception {
    for (int i = 0; i < 50; i++) {
      JobId job = store.job();
      Future<WaitingResult> holding = waiting.hold(store.tenant, job, NOW);
      int claimed = await(store.claiming(node, 1)).size();

      boolean held = await(holding) instanceof WaitingResult.Done;

      assertThat(held ? 0 : 1).isEqualTo(claimed);
      store.database.execute("UPDATE slot SET in_flight = 0");
    }
  }

  private JobId expiring(Instant at) {
    Terms terms = new Terms(null, at, true, null, null);
    Submission submission = Submissions.under(terms, Submissions.of(store.tenant, "5"));
    store.store.admit(submission);
    return submission.id();
  }

  private WaitingResult hold(TenantId tenant, JobId job) throws Exception {
    return await(waiting.hold(tenant, job, NOW));
  }

  private WaitingResult release(TenantId tenant, JobId job) throws Exception {
    return await(waiting.release(tenant, job, NOW));
  }
}
