package dev.backlot.store;

import static dev.backlot.store.StoreFixture.NOW;
import static dev.backlot.store.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.batch.BatchId;
import dev.backlot.domain.batch.BatchState;
import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.CancelPolicy;
import dev.backlot.domain.job.JobState;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Dispatches.Claimed;
import dev.backlot.port.Dispatches.Fact;
import dev.backlot.port.Endings.Ending;
import dev.backlot.port.Retention.Kind;
import dev.backlot.system.Eventually;
import io.vertx.core.Future;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lanes of batches go when nothing can need them any more, and come back when something does. */
class BatchLaneRetentionTest {
  private static final Instant LATER = NOW.plusSeconds(60);
  private static final int MANY = 100;

  private StoreFixture store;
  private BatchFixture fixture;
  private PgRetention retention;
  private NodeLease node;

  @BeforeEach
  void open() throws Exception {
    store = new StoreFixture();
    fixture = new BatchFixture(store);
    retention = new PgRetention(store.vertx, store.database.pool(), new Random(1));
    node = store.node("one");
    store.slots(40);
  }

  @AfterEach
  void close() throws Exception {
    assertThat(store.store.violations()).isEmpty();
    assertThat(
            store.database.number(
                "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"))
        .isZero();
    store.close();
  }

  private Future<Integer> removing(Instant before) {
    return retention.remove(Kind.BATCH_LANES, before, MANY);
  }

  private int remove() throws Exception {
    return await(removing(LATER));
  }

  private long lanes(BatchId id) {
    return store.database.number("SELECT count(*) FROM batch_lane WHERE batch_id = '" + id + "'");
  }

  private void fail(AttemptRef ref) throws Exception {
    store.finish(CancelPolicy.KEEP, StoreFixture.failed(ref, null));
  }

  private BatchId failed() throws Exception {
    BatchId id = fixture.admitted(fixture.batch(1));
    fail(store.running(node));
    return id;
  }

  @Test
  void the_lanes_of_a_batch_go_when_all_its_jobs_have_ended() throws Exception {
    BatchId id = failed();
    BatchId canceled = fixture.admitted(fixture.batch(3));
    fixture.want(canceled, BatchState.CANCELED);
    fixture.steps(canceled);

    assertThat(remove()).isEqualTo(2);

    assertThat(lanes(id) + lanes(canceled)).isZero();
    assertThat(remove()).isZero();
  }

  @Test
  void those_of_jobs_of_no_batch_and_of_the_tenant_stay() throws Exception {
    store.job();
    fail(store.running(node));

    assertThat(remove()).isZero();

    assertThat(store.database.number("SELECT count(*) FROM batch_lane")).isOne();
    assertThat(store.database.number("SELECT count(*) FROM lane")).isOne();
  }

  @Test
  void those_of_a_batch_with_a_job_that_is_queued_held_or_at_work_stay() throws Exception {
    BatchId queued = fixture.admitted(fixture.batch(1));
    AttemptRef running = store.running(node);
    assertThat(remove()).isZero();

    store.finish(CancelPolicy.KEEP, StoreFixture.tryAgain(running, null));
    assertThat(remove()).isZero();

    fixture.want(queued, BatchState.PAUSED);
    fixture.steps(queued);
    assertThat(remove()).isZero();
    assertThat(lanes(queued)).isOne();
  }

  @Test
  void those_of_a_batch_that_was_changed_a_moment_ago_stay() throws Exception {
    failed();

    assertThat(await(removing(NOW))).isZero();
  }

  @Test
  void one_that_counts_a_slot_of_a_task_that_was_given_up_stays() throws Exception {
    BatchId id = failed();
    store.database.execute("UPDATE batch_lane SET in_flight = 1");
    store.database.execute("UPDATE lane SET in_flight = 1");
    store.database.execute("UPDATE slot SET in_flight = 1");

    assertThat(remove()).isZero();

    assertThat(lanes(id)).isOne();
  }

  @Test
  void a_repeat_makes_them_anew_with_what_is_said_of_the_batch() throws Exception {
    BatchId id = failed();
    fixture.want(id, BatchState.PAUSED);
    remove();

    fixture.retry(id);
    fixture.want(id, BatchState.OPEN);
    fixture.steps(id);

    assertThat(store.claim(node, 5)).hasSize(1);
    assertThat(lanes(id)).isOne();
  }

  @Test
  void those_of_a_batch_that_somebody_is_repeating_stay() throws Exception {
    BatchId id = failed();
    try (Connection repeat = store.database.owner();
        Statement statement = repeat.createStatement()) {
      repeat.setAutoCommit(false);
      statement.execute("SELECT 1 FROM batch WHERE id = '" + id + "' FOR UPDATE");

      assertThat(remove()).isZero();
    }
    assertThat(lanes(id)).isOne();
  }

  @Test
  void a_repeat_during_the_removal_waits_for_it_and_its_job_is_claimed() throws Exception {
    BatchId id = failed();
    try (Connection removal = store.database.owner();
        Statement statement = removal.createStatement()) {
      removal.setAutoCommit(false);
      statement.execute("SELECT 1 FROM batch WHERE id = '" + id + "' FOR UPDATE");
      Future<?> repeat = repeating(id);
      Eventually.until(
          "the repeat waits",
          Duration.ofSeconds(20),
          () -> store.database.number("SELECT count(*) FROM pg_locks WHERE NOT granted") == 1);
      statement.execute("DELETE FROM batch_lane WHERE batch_id = '" + id + "'");
      removal.commit();
      await(repeat);
    }

    assertThat(store.claim(node, 5)).hasSize(1);
  }

  /** While lanes are removed all the time, no repeated job is left in a lane that is not there. */
  @Test
  void repeats_and_endings_meet_the_removal_and_no_job_is_lost() throws Exception {
    List<BatchId> batches = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      batches.add(fixture.admitted(fixture.batch(1)));
    }
    AtomicInteger removed = new AtomicInteger();
    for (int round = 0; round < 8; round++) {
      List<Claimed> claimed = claimAll();
      assertThat(claimed).as("in round " + round).hasSize(40);
      await(
          Future.join(
              Future.join(claimed.stream().map(each -> failing(each.ref())).toList()),
              removing(removed, 20),
              removing(removed, 20)));
      await(
          Future.join(
              Future.join(batches.stream().map(this::repeating).toList()),
              removing(removed, 20),
              removing(removed, 20)));
    }

    assertThat(removed).hasValueGreaterThan(40);
    assertThat(claimAll()).hasSize(40);
  }

  /** A claim looks at some batches of a tenant only. */
  private List<Claimed> claimAll() throws Exception {
    List<Claimed> all = new ArrayList<>();
    List<Claimed> some;
    do {
      some = store.claim(node, 40);
      all.addAll(some);
    } while (!some.isEmpty());
    return all;
  }

  private Future<?> failing(AttemptRef ref) {
    Ending failed = StoreFixture.failed(ref, null);
    return store
        .dispatches
        .record(List.of(new Fact.Accepted(ref, "task-" + ref.id())), NOW)
        .compose(running -> store.endings.finish(List.of(failed), CancelPolicy.KEEP, NOW));
  }

  private Future<?> repeating(BatchId id) {
    return fixture.batches.retry(
        store.tenant, id, Set.of(JobState.FAILED), "testtesttest", null, NOW);
  }

  private Future<Integer> removing(AtomicInteger removed, int times) {
    return IntStream.range(0, times)
        .boxed()
        .reduce(
            Future.succeededFuture(0),
            (before, next) -> before.compose(done -> removing(LATER)).onSuccess(removed::addAndGet),
            (one, other) -> other);
  }
}
