package dev.backlot.store;

import static dev.backlot.store.BatchFixture.CHUNK;
import static dev.backlot.store.BatchFixture.RECHECK;
import static dev.backlot.store.BatchFixture.cap;
import static dev.backlot.store.StoreFixture.ACCOUNT;
import static dev.backlot.store.StoreFixture.NOW;
import static dev.backlot.store.StoreFixture.POOL;
import static dev.backlot.store.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.batch.BatchAdmission;
import dev.backlot.domain.batch.BatchId;
import dev.backlot.domain.batch.BatchState;
import dev.backlot.domain.batch.BatchTerms;
import dev.backlot.domain.batch.NewBatch;
import dev.backlot.domain.batch.SpendCap;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.CancelPolicy;
import dev.backlot.domain.job.JobState;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Batches.Step;
import dev.backlot.port.Dispatches.Claimed;
import dev.backlot.port.Dispatches.Closing;
import dev.backlot.port.Dispatches.Fact;
import dev.backlot.port.Endings.Ending;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A batch that is changed, stepped and retried while two nodes work on it. */
class BatchRaceTest {
  private StoreFixture store;
  private BatchFixture fixture;
  private final AtomicBoolean over = new AtomicBoolean();

  /** Jobs that were let in by the ends of others. */
  private final AtomicInteger refills = new AtomicInteger();

  @BeforeEach
  void open() {
    store = new StoreFixture();
    fixture = new BatchFixture(store);
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

  @Test
  void of_equal_requests_at_the_same_time_one_is_stored_and_the_others_get_its_answer()
      throws Exception {
    List<Future<BatchAdmission>> asked =
        IntStream.range(0, 8)
            .mapToObj(i -> fixture.batches.admit(fixture.keyed(100, "same", 'a')))
            .toList();
    await(Future.join(asked));

    List<BatchAdmission> answers = asked.stream().map(Future::result).toList();
    assertThat(answers).filteredOn(BatchAdmission.Accepted.class::isInstance).hasSize(1);
    assertThat(answers).filteredOn(BatchAdmission.Replayed.class::isInstance).hasSize(7);
    assertThat(store.database.number("SELECT count(*) FROM job")).isEqualTo(100);
    assertThat(store.database.number("SELECT count(*) FROM batch")).isEqualTo(1);
  }

  @Test
  void of_equal_retries_at_the_same_time_one_makes_the_jobs() throws Exception {
    store.slots(20);
    NodeLease node = store.node("one");
    BatchId id = fixture.admitted(fixture.batch(20));
    List<Ending> failures = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      failures.add(StoreFixture.failed(store.running(node), null));
    }
    await(store.endings.finish(failures, CancelPolicy.KEEP, NOW));

    List<Future<BatchAdmission>> asked =
        IntStream.range(0, 6)
            .mapToObj(
                i ->
                    fixture.batches.retry(
                        store.tenant, id, Set.of(JobState.FAILED), "key", null, NOW))
            .toList();
    await(Future.join(asked));

    assertThat(asked.stream().map(each -> (BatchAdmission.Accepted) each.result()))
        .extracting(BatchAdmission.Accepted::jobs)
        .containsOnlyOnce(20)
        .filteredOn(jobs -> jobs == 0)
        .hasSize(5);
    assertThat(store.database.number("SELECT count(*) FROM job")).isEqualTo(40);
  }

  /** Failures and discounts make room again and again, and each time somebody else wants it. */
  @Test
  void the_cap_is_never_exceeded_by_one_unit() throws Exception {
    store.slots(40);
    BatchId id = fixture.admitted(fixture.capped(600, "503"));
    List<BigDecimal> seen = Collections.synchronizedList(new ArrayList<>());

    Future<?> watching = watch(id, seen);
    await(
        Future.join(
            work(store.node("one"), new Random(1), 60),
            workOn(store.node("two"), new Random(2), 60),
            stepping(id, 60),
            stepping(id, 60),
            retrying(id, 40)));
    over.set(true);
    await(watching);

    assertThat(seen).isNotEmpty();
    assertThat(Collections.max(seen)).isLessThanOrEqualTo(new BigDecimal("503"));
    assertThat(refills).hasPositiveValue();
    fixture.steps(id);
    // It is of use, too: what was left over was given to the next, until no job of 5 fits in.
    assertThat(taken(id)).isBetween(new BigDecimal("498.000001"), new BigDecimal("503"));
    assertThat(store.database.number("SELECT count(*) FROM job WHERE ended_at IS NOT NULL"))
        .isGreaterThan(100);
  }

  @Test
  void credit_that_a_job_has_taken_meanwhile_lets_nothing_into_the_queue() throws Exception {
    TenantId poor = store.store.tenant("poor", "10");
    BatchId id =
        fixture.admitted(fixture.of(poor, Submissions.many(4, poor, "5"), cap("10"), null));
    store.store.grant(poor, "12");
    await(
        fixture.batches.change(
            poor, id, terms -> new BatchTerms("films", 1, null, SpendCap.NONE), NOW));

    Step step = behindAJob(poor, "7", () -> fixture.batches.step(id, CHUNK, RECHECK, NOW));

    assertThat(step.moved()).isEqualTo(1);
    assertThat(store.balance(poor)).isEqualTo("0 22 0");
  }

  @Test
  void a_batch_whose_credit_a_job_has_taken_meanwhile_is_refused_whole() throws Exception {
    TenantId poor = store.store.tenant("poor", "12");
    NewBatch batch = fixture.of(poor, Submissions.many(2, poor, "5"), SpendCap.NONE, null);

    BatchAdmission answer = behindAJob(poor, "7", () -> fixture.batches.admit(batch));

    assertThat(answer)
        .isEqualTo(
            new BatchAdmission.TooLittleCredit(
                Asset.VIDEO_UNIT, Credits.of("10"), Credits.of("5")));
  }

  @Test
  void pause_resume_and_cancel_meet_claims_and_endings_and_no_job_is_lost() throws Exception {
    store.slots(30);
    BatchId id = fixture.admitted(fixture.batch(900));

    await(
        Future.join(
            work(store.node("one"), new Random(1), 25),
            work(store.node("two"), new Random(2), 25),
            stepping(id, 60),
            changing(id, 40)));
    fixture.want(id, BatchState.CANCELED);
    fixture.steps(id);
    await(work(store.node("three"), new Random(3), 1));
    fixture.steps(id);

    Map<JobState, Long> counts = fixture.counts(id);
    assertThat(counts.keySet())
        .isSubsetOf(
            JobState.SUCCEEDED,
            JobState.FAILED,
            JobState.CANCELED,
            JobState.SUBMITTING,
            JobState.RUNNING);
    assertThat(counts.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(900);
    assertThat(
            store.database.number(
                "SELECT count(*) FROM job j WHERE version <> (SELECT count(*) FROM event e WHERE"
                    + " e.job_id = j.id)"))
        .isZero();
  }

  /** Begins while a job is about to take its credit, and goes on once that has it. */
  private <T> T behindAJob(TenantId tenant, String cost, Supplier<Future<T>> work)
      throws Exception {
    Future<?> job;
    Future<T> done;
    try (Connection other = store.database.owner();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("SELECT 1 FROM balance FOR UPDATE");
      job = store.store.admissions.admit(List.of(Submissions.of(tenant, cost)), NOW);
      awaitLockWaits(1);
      done = work.get();
      awaitLockWaits(2);
      other.rollback();
    }
    await(job);
    return await(done);
  }

  /** Returns once so many wait for a lock. */
  private void awaitLockWaits(int count) {
    Instant patience = Instant.now().plusSeconds(20);
    while (store.database.number("SELECT count(*) FROM pg_locks WHERE NOT granted") < count) {
      assertThat(Instant.now()).as("nobody waits for a lock").isBefore(patience);
    }
  }

  private Future<Void> changing(BatchId id, int rounds) {
    if (rounds == 0) {
      return Future.succeededFuture();
    }
    BatchState state = rounds % 2 == 0 ? BatchState.PAUSED : BatchState.OPEN;
    return fixture
        .batches
        .change(store.tenant, id, state, NOW)
        .compose(done -> fixture.batches.step(id, CHUNK, RECHECK, NOW))
        .compose(done -> changing(id, rounds - 1));
  }

  private Future<Void> stepping(BatchId id, int rounds) {
    return rounds == 0
        ? Future.succeededFuture()
        : fixture.batches.step(id, 7, RECHECK, NOW).compose(done -> stepping(id, rounds - 1));
  }

  private Future<Void> retrying(BatchId id, int rounds) {
    return rounds == 0
        ? Future.succeededFuture()
        : fixture
            .batches
            .retry(store.tenant, id, Set.of(JobState.FAILED), "key", null, NOW)
            .compose(
                done ->
                    fixture.batches.change(
                        store.tenant,
                        id,
                        terms -> new BatchTerms("r" + rounds, 1, null, terms.cap()),
                        NOW))
            .compose(done -> retrying(id, rounds - 1));
  }

  /** What is spent, and what is set aside for jobs that are let in. */
  private BigDecimal taken(BatchId id) {
    return new BigDecimal(
        store.database.text(
            "SELECT sum(CASE outcome WHEN 'open' THEN amount WHEN 'settled' THEN settled ELSE 0"
                + " END) FROM reservation JOIN job ON job.id = job_id WHERE batch_id = '"
                + id
                + "'"));
  }

  /** What is spent, and what the tasks at work can cost at most, read until the race is over. */
  private Future<Void> watch(BatchId id, List<BigDecimal> seen) {
    return Loop.untilOver(
        () ->
            Reads.list(
                    store.database.pool(),
                    """
                    SELECT coalesce(sum(CASE WHEN j.ended_at IS NULL THEN j.cost ELSE r.settled END), 0) AS spent
                      FROM job j JOIN reservation r ON r.job_id = j.id
                     WHERE j.batch_id = $1
                       AND (j.state IN ('submitting', 'running') OR r.outcome = 'settled')""",
                    Tuple.of(id.value()),
                    row -> row.getBigDecimal("spent"))
                .map(
                    sums -> {
                      seen.addAll(sums);
                      return over.get();
                    }));
  }

  /** One node at work, for so many passes. */
  private Future<Void> work(NodeLease node, Random random, int passes) {
    return passes == 0
        ? Future.succeededFuture()
        : store
            .dispatches
            .claim(node, List.of(POOL), List.of(ACCOUNT), List.of(), 20, store::plan, NOW)
            .compose(taken -> live(taken.attempts(), random))
            .compose(done -> work(node, random, passes - 1));
  }

  private Future<Void> live(List<Claimed> taken, Random random) {
    return ends(taken, random)
        .compose(endings -> store.endings.finish(endings, CancelPolicy.DISCARD, NOW))
        .mapEmpty();
  }

  /** As {@link #work}, but what ends lets the next jobs in, in the same transaction. */
  private Future<Void> workOn(NodeLease node, Random random, int passes) {
    return passes == 0
        ? Future.succeededFuture()
        : store
            .dispatches
            .claim(node, List.of(POOL), List.of(ACCOUNT), List.of(), 20, store::plan, NOW)
            .compose(taken -> liveOn(node, taken.attempts(), random))
            .compose(done -> workOn(node, random, passes - 1));
  }

  private Future<Void> liveOn(NodeLease node, List<Claimed> taken, Random random) {
    return taken.isEmpty()
        ? Future.succeededFuture()
        : ends(taken, random)
            .compose(
                endings ->
                    store.endings.finishAndRefill(
                        endings, CancelPolicy.DISCARD, store.whatFits(node), NOW))
            .onSuccess(refilled -> refills.addAndGet(refilled.claims().attempts().size()))
            .compose(refilled -> liveOn(node, refilled.claims().attempts(), random));
  }

  /** How those end that the provider accepts. */
  private Future<List<Ending>> ends(List<Claimed> taken, Random random) {
    List<Fact> facts = new ArrayList<>();
    taken.forEach(each -> facts.add(fact(each.ref(), random)));
    return store
        .dispatches
        .record(facts, NOW)
        .map(
            recorded ->
                recorded.stream()
                    .filter(Fact.Accepted.class::isInstance)
                    .map(fact -> ending(fact.ref(), random))
                    .toList());
  }

  private static Fact fact(AttemptRef ref, Random random) {
    return random.nextInt(8) == 0
        ? StoreFixture.backToQueue(ref, Closing.REFUSED, false)
        : new Fact.Accepted(ref, "task-" + ref.id());
  }

  private static Ending ending(AttemptRef ref, Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> StoreFixture.tryAgain(ref, "2");
      case 1, 2 -> StoreFixture.succeeded(ref, "2.3");
      case 3 -> StoreFixture.succeeded(ref, "7");
      default -> StoreFixture.failed(ref, "1");
    };
  }
}
