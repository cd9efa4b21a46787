package dev.backlot.store;

import static dev.backlot.store.BatchFixture.CHUNK;
import static dev.backlot.store.BatchFixture.RECHECK;
import static dev.backlot.store.StoreFixture.NOW;
import static dev.backlot.store.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.batch.BatchId;
import dev.backlot.domain.batch.BatchState;
import dev.backlot.domain.job.HeldReason;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobState;
import dev.backlot.domain.job.WaitingResult;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.domain.schedule.QueuePlace;
import dev.backlot.domain.schedule.WaitReason;
import dev.backlot.domain.schedule.Waiting;
import dev.backlot.port.StrandedJobs.Release;
import dev.backlot.system.Eventually;
import io.vertx.core.Future;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A job that was held by itself is let go while its batch is paused. */
class PausedBatchReleaseTest {
  private static final int ROUNDS = 30;

  private StoreFixture store;
  private BatchFixture fixture;
  private PgWaitingJobs waiting;
  private PgStrandedJobs stranded;
  private NodeLease node;
  private BatchId batch;
  private JobId job;

  @BeforeEach
  void open() throws Exception {
    store = new StoreFixture();
    fixture = new BatchFixture(store);
    waiting = new PgWaitingJobs(store.vertx, store.database.pool(), new Random(5));
    stranded = new PgStrandedJobs(store.vertx, store.database.pool(), new Random(5));
    node = store.node("one");
    store.slots(5);
    batch = fixture.admitted(fixture.batch(1));
    job = await(fixture.batches.lines(store.tenant, batch, Set.of(), -1, 1)).get(0).job();
  }

  @AfterEach
  void close() throws Exception {
    assertThat(store.store.violations()).isEmpty();
    store.close();
  }

  private WaitingResult release() throws Exception {
    return await(waiting.release(store.tenant, job, NOW));
  }

  private void hold() throws Exception {
    await(waiting.hold(store.tenant, job, NOW));
  }

  private void pause() throws Exception {
    fixture.want(batch, BatchState.PAUSED);
    fixture.steps(batch);
  }

  private void resume() throws Exception {
    fixture.want(batch, BatchState.OPEN);
    fixture.steps(batch);
  }

  private String held() {
    return store.database.text("SELECT state || ' ' || coalesce(held_reason, '') FROM job");
  }

  private WaitReason reason() throws Exception {
    QueuePlace place =
        await(
                new PgQueues(store.database.pool())
                    .place(store.tenant, job, (queued, account) -> true))
            .orElseThrow();
    return Waiting.of(place, account -> true, NOW).reason();
  }

  @Test
  void it_is_held_for_its_batch_and_goes_on_when_that_is_resumed() throws Exception {
    hold();
    pause();

    WaitingResult.Done released = (WaitingResult.Done) release();

    assertThat(released.job().state()).isEqualTo(JobState.HELD);
    assertThat(released.job().heldReason()).isEqualTo(HeldReason.BATCH_PAUSED);
    assertThat(reason()).isEqualTo(WaitReason.HELD);
    assertThat(store.claim(node, 5)).isEmpty();

    resume();

    assertThat(store.claimOne(node).ref().job()).isEqualTo(job);
    assertThat(store.events(job)).isEqualTo("1 queued, 2 held, 3 queued, 4 submitting");
  }

  @Test
  void a_second_release_is_refused_as_of_any_job_that_its_batch_holds() throws Exception {
    hold();
    pause();
    release();

    assertThat(release()).isInstanceOf(WaitingResult.Refused.class);
    assertThat(held()).isEqualTo("held batch_paused");
  }

  @Test
  void in_an_open_batch_it_is_queued() throws Exception {
    hold();
    pause();
    resume();
    assertThat(held()).isEqualTo("held requested");

    release();

    assertThat(held()).isEqualTo("queued ");
  }

  @Test
  void what_is_still_queued_after_a_pause_waits_for_its_batch() throws Exception {
    fixture.want(batch, BatchState.PAUSED);

    assertThat(held()).isEqualTo("queued ");
    assertThat(reason()).isEqualTo(WaitReason.BATCH_PAUSED);

    fixture.want(batch, BatchState.OPEN);

    assertThat(reason()).isEqualTo(WaitReason.NOTHING);
  }

  @Test
  void a_release_during_a_pause_that_is_not_committed_yet_waits_for_it() throws Exception {
    hold();
    Future<WaitingResult> released;
    try (Connection pause = store.database.owner();
        Statement statement = pause.createStatement()) {
      pause.setAutoCommit(false);
      statement.execute("UPDATE batch SET state = 'paused'");
      released = waiting.release(store.tenant, job, NOW);
      Eventually.until(
          "the release waits",
          Duration.ofSeconds(20),
          () -> store.database.number("SELECT count(*) FROM pg_locks WHERE NOT granted") > 0);
      pause.commit();
    }

    await(released);

    assertThat(held()).isEqualTo("held batch_paused");
  }

  @Test
  void a_release_and_a_pause_at_the_same_time_leave_it_held_for_its_batch() throws Exception {
    for (int i = 0; i < ROUNDS; i++) {
      hold();
      race(BatchState.PAUSED);
      assertThat(held()).isEqualTo("held batch_paused");
      resume();
    }
  }

  @Test
  void a_release_and_a_resume_at_the_same_time_leave_it_queued() throws Exception {
    for (int i = 0; i < ROUNDS; i++) {
      hold();
      pause();
      race(BatchState.OPEN);
      assertThat(held()).isEqualTo("queued ");
    }
  }

  /** Whoever changes a batch looks at its jobs once; nobody comes a second time here. */
  private void race(BatchState wanted) throws Exception {
    Future<?> changed =
        fixture
            .batches
            .change(store.tenant, batch, wanted, NOW)
            .compose(done -> fixture.batches.step(batch, CHUNK, RECHECK, NOW));
    Future<?> released = waiting.release(store.tenant, job, NOW);
    await(Future.join(changed, released));
  }

  @Test
  void one_that_could_run_nowhere_is_left_when_its_batch_is_paused_or_being_changed()
      throws Exception {
    await(stranded.hold(List.of(job), HeldReason.MODEL_UNAVAILABLE, NOW));
    fixture.want(batch, BatchState.PAUSED);
    assertThat(letGo()).isZero();

    fixture.want(batch, BatchState.OPEN);
    try (Connection change = store.database.owner();
        Statement statement = change.createStatement()) {
      change.setAutoCommit(false);
      statement.execute("SELECT 1 FROM batch FOR UPDATE");
      assertThat(letGo()).isZero();
    }
    assertThat(held()).isEqualTo("held model_unavailable");

    assertThat(letGo()).isOne();
    assertThat(held()).isEqualTo("queued ");
  }

  private int letGo() throws Exception {
    return await(
        stranded.release(HeldReason.MODEL_UNAVAILABLE, List.of(new Release(job, null)), NOW));
  }
}
