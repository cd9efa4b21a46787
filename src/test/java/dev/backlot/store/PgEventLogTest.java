package dev.backlot.store;

import static dev.backlot.store.StoreFixture.await;
import static dev.backlot.store.StoreFixture.succeeded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.CancelPolicy;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Dispatches.Claimed;
import dev.backlot.port.Dispatches.Fact;
import dev.backlot.port.Endings.Ending;
import dev.backlot.port.Endings.Finished;
import dev.backlot.port.EventLog;
import dev.backlot.port.EventLog.Event;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The order of commits; the rest is {@link PgEventLogContractTest}. */
class PgEventLogTest {
  private static final String WAITING_FOR_THE_LOG =
      "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted";

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
  void a_new_log_after_a_restore_gives_out_no_position_again() throws Exception {
    append(5);
    long lost = await(store.log.head());
    restoreTo(lost - 2);
    append(1);
    assertThat(await(store.log.head())).as("without a new log").isLessThanOrEqualTo(lost);

    store.database.execute(newLog());
    append(1);
    long first = await(store.log.head());
    store.database.execute(newLog());
    append(1);
    long second = await(store.log.head());

    assertThat(first).isGreaterThan(lost);
    assertThat(EventLog.number(first)).isGreaterThan(EventLog.number(lost));
    assertThat(EventLog.number(second)).isGreaterThan(EventLog.number(first));
    assertThat(await(store.log.after(lost, 10)))
        .extracting(Event::position)
        .containsExactly(first, second);
  }

  private void append(int events) {
    store.database.execute(
        "INSERT INTO event (tenant_id, job_id, job_version, type, at, data) SELECT"
            + " gen_random_uuid(), gen_random_uuid(), 1, 'job.queued', now(), '{}' FROM"
            + " generate_series(1, "
            + events
            + ")");
  }

  /** What the database is then: without the later events, and not knowing that there were any. */
  private void restoreTo(long position) {
    store.database.execute(
        "DELETE FROM event WHERE position > " + position,
        "ALTER TABLE event ALTER COLUMN position RESTART WITH " + (position + 1));
  }

  /** As the page for operators has it. */
  private static String newLog() throws IOException {
    String page = Files.readString(Path.of("src/site/markdown/operations.md"));
    int begin = page.indexOf("SELECT setval(");
    return page.substring(begin, page.indexOf(";", begin));
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

  /** Two that share no row: nothing but the lock of the log keeps them apart. */
  @Test
  void of_two_transactions_one_at_a_time_gives_out_positions() throws Exception {
    store.jobs(store.tenant, 2);
    List<AttemptRef> refs = store.claim(node, 2).stream().map(Claimed::ref).toList();
    List<Future<?>> accepting = new ArrayList<>();
    try (Connection holder = store.database.owner();
        var statement = holder.createStatement()) {
      holder.setAutoCommit(false);
      statement.execute("LOCK TABLE event IN SHARE MODE");
      for (AttemptRef ref : refs) {
        accepting.add(
            store.dispatches.record(
                List.of(new Fact.Accepted(ref, "task-" + ref.id())), StoreFixture.NOW));
      }
      awaitWaiters(2);

      assertThat(store.database.number(WAITING_FOR_THE_LOG)).isEqualTo(1);
      holder.rollback();
    }
    await(Future.join(accepting));
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
    return store
        .endings
        .finish(endings, CancelPolicy.KEEP, StoreFixture.NOW)
        .map(Finished::applied);
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
