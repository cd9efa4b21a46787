package dev.backlot.store;

import static dev.backlot.store.StoreFixture.await;
import static dev.backlot.store.StoreFixture.succeeded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.CancelPolicy;
import dev.backlot.domain.job.Job;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobState;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Dispatches.Claimed;
import dev.backlot.port.Dispatches.Fact;
import dev.backlot.port.Endings.Ending;
import dev.backlot.port.EventLog.Event;
import dev.backlot.port.EventLog.Snapshot;
import io.vertx.core.Future;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PgEventLogTest {
  private StoreFixture store;
  private NodeLease node;

  @BeforeEach
  void open() throws Exception {
    store = new StoreFixture();
    node = store.node("one");
    store.slots(10);
  }

  @AfterEach
  void close() throws Exception {
    store.close();
  }

  @Test
  void an_empty_log_has_its_head_at_zero() throws Exception {
    assertThat(await(store.log.head())).isZero();
    assertThat(await(store.log.oldest())).isOne();
  }

  @Test
  void the_log_is_read_on_from_a_position() throws Exception {
    JobId job = store.job();
    store.claimOne(node);

    List<Event> all = await(store.log.after(0, 10));
    assertThat(all).extracting(Event::type).containsExactly("job.queued", "job.submitting");
    assertThat(all).extracting(Event::job).containsOnly(job);
    assertThat(await(store.log.after(all.get(0).position(), 10))).containsExactly(all.get(1));
    assertThat(await(store.log.after(0, 1))).containsExactly(all.get(0));
    assertThat(await(store.log.head())).isEqualTo(all.get(1).position());
    assertThat(await(store.log.oldest())).isEqualTo(all.get(0).position());
  }

  @Test
  void a_tenant_reads_its_own_events_only() throws Exception {
    TenantId other = store.store.tenant("other", "1000");
    store.job();
    JobId theirs = store.jobs(other, 1).get(0);

    assertThat(await(store.log.after(other, Set.of(), 0, 10)))
        .extracting(Event::job)
        .containsExactly(theirs);
    assertThat(await(store.log.after(store.tenant, Set.of(theirs), 0, 10))).isEmpty();
  }

  @Test
  void events_may_be_narrowed_to_some_jobs() throws Exception {
    List<JobId> jobs = store.jobs(store.tenant, 3);

    assertThat(await(store.log.after(store.tenant, Set.of(jobs.get(0), jobs.get(2)), 0, 10)))
        .extracting(Event::job)
        .containsExactly(jobs.get(0), jobs.get(2));
  }

  @Test
  void a_snapshot_shows_the_newest_live_jobs_and_where_the_log_stands() throws Exception {
    List<JobId> jobs = store.jobs(store.tenant, 3);
    store.finish(CancelPolicy.KEEP, succeeded(store.running(node), null));

    Snapshot snapshot = await(store.log.snapshot(store.tenant, Set.of(), 1));

    assertThat(snapshot.position()).isEqualTo(await(store.log.head()));
    assertThat(snapshot.jobs()).extracting(Job::id).containsExactly(jobs.get(2));
  }

  @Test
  void a_snapshot_of_named_jobs_shows_ended_ones_too_but_no_other_tenants() throws Exception {
    JobId job = store.job();
    store.finish(CancelPolicy.KEEP, succeeded(store.running(node), null));
    JobId theirs = store.jobs(store.store.tenant("other", "1000"), 1).get(0);

    Snapshot snapshot = await(store.log.snapshot(store.tenant, Set.of(job, theirs), 10));

    assertThat(snapshot.jobs())
        .singleElement()
        .satisfies(
            each -> {
              assertThat(each.id()).isEqualTo(job);
              assertThat(each.state()).isEqualTo(JobState.SUCCEEDED);
            });
  }

  @Test
  void a_snapshot_without_jobs_still_has_a_position() throws Exception {
    store.job();

    Snapshot snapshot = await(store.log.snapshot(store.store.tenant("other", "1"), Set.of(), 10));

    assertThat(snapshot.jobs()).isEmpty();
    assertThat(snapshot.position()).isEqualTo(await(store.log.head()));
  }

  @Test
  void a_batch_that_waits_for_a_row_gets_positions_after_what_overtook_it() throws Exception {
    store.jobs(store.tenant, 3);
    List<AttemptRef> refs = store.claim(node, 3).stream().map(Claimed::ref).toList();
    accept(refs);
    long before = await(store.log.head());

    Future<List<Ending>> waiting;
    try (Connection holder = store.database.owner()) {
      lock(holder, refs.get(1).job());
      waiting = finishing(refs.get(0), refs.get(1));
      awaitWaiters(1);
      await(finishing(refs.get(2)));
      assertThat(await(store.log.after(before, 10)))
          .extracting(Event::job)
          .containsExactly(refs.get(2).job());
      holder.rollback();
    }
    await(waiting);

    assertThat(await(store.log.after(before, 10)))
        .extracting(Event::job)
        .containsExactly(refs.get(2).job(), refs.get(0).job(), refs.get(1).job());
  }

  @Test
  void versions_of_a_job_do_not_invert_when_two_transactions_follow_each_other_closely()
      throws Exception {
    JobId job = store.job();
    AttemptRef ref = store.claimOne(node).ref();
    Future<?> accepting;
    Future<?> again;
    try (Connection holder = store.database.owner()) {
      lock(holder, job);
      accepting = store.dispatches.record(List.of(new Fact.Accepted(ref, "t")), StoreFixture.NOW);
      awaitWaiters(1);
      again = store.dispatches.record(List.of(new Fact.Accepted(ref, "t")), StoreFixture.NOW);
      awaitWaiters(2);
      holder.rollback();
    }
    await(Future.join(accepting, again));
    await(finishing(ref));

    assertThat(store.events(job)).isEqualTo("1 queued, 2 submitting, 3 running, 4 succeeded");
  }

  @Test
  void what_is_not_committed_yet_holds_back_every_later_position() throws Exception {
    store.jobs(store.tenant, 2);
    List<AttemptRef> refs = store.claim(node, 2).stream().map(Claimed::ref).toList();
    accept(refs);
    long before = await(store.log.head());
    Future<?> behind;
    try (Connection writer = store.database.owner();
        var statement = writer.createStatement()) {
      writer.setAutoCommit(false);
      statement.execute("SELECT pg_advisory_xact_lock(1)");
      statement.execute(
          """
          INSERT INTO event (tenant_id, job_id, job_version, type, at, data)
            SELECT tenant_id, id, 99, 'job.slow', now(), '{}' FROM job LIMIT 1""");
      behind = finishing(refs.get(0));
      awaitWaiters(1);
      assertThat(await(store.log.head())).isEqualTo(before);
      writer.commit();
    }
    await(behind);

    assertThat(await(store.log.after(before, 10)))
        .extracting(Event::type)
        .containsExactly("job.slow", "job.succeeded");
  }

  private void accept(List<AttemptRef> refs) throws Exception {
    List<Fact> facts = new ArrayList<>();
    refs.forEach(ref -> facts.add(new Fact.Accepted(ref, "task-" + ref.id())));
    await(store.dispatches.record(facts, StoreFixture.NOW));
  }

  private Future<List<Ending>> finishing(AttemptRef... refs) {
    List<Ending> endings = new ArrayList<>();
    for (AttemptRef ref : refs) {
      endings.add(succeeded(ref, null));
    }
    return store.endings.finish(endings, CancelPolicy.KEEP, StoreFixture.NOW);
  }

  private static void lock(Connection holder, JobId job) throws Exception {
    holder.setAutoCommit(false);
    try (var statement = holder.createStatement()) {
      statement.execute("SELECT 1 FROM job WHERE id = '" + job + "' FOR UPDATE");
    }
  }

  /** Until this many sessions of the server wait for a lock. */
  private void awaitWaiters(int count) {
    String waiters = "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted";
    long deadline = System.nanoTime() + 20_000_000_000L;
    while (store.database.number(waiters) < count) {
      assertThat(System.nanoTime()).as("nobody waits").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }
}
