package dev.backlot.store;

import static dev.backlot.store.StoreFixture.ACCOUNT;
import static dev.backlot.store.StoreFixture.NOW;
import static dev.backlot.store.StoreFixture.POOL;
import static dev.backlot.store.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.CancelPolicy;
import dev.backlot.domain.job.Job;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Dispatches.Claimed;
import dev.backlot.port.Dispatches.Closing;
import dev.backlot.port.Dispatches.Fact;
import dev.backlot.port.Endings.Ending;
import dev.backlot.port.EventLog.Event;
import dev.backlot.port.EventLog.Snapshot;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nodes that claim, record, end and cancel at the same time, while somebody reads the log. */
class StoreRaceTest {
  private static final int BATCH = 100;

  private StoreFixture store;
  private final AtomicInteger claimed = new AtomicInteger();

  @BeforeEach
  void open() {
    store = new StoreFixture();
  }

  @AfterEach
  void close() throws Exception {
    store.close();
  }

  @Test
  void two_claimers_never_take_a_job_twice_nor_a_slot_that_is_not_free() throws Exception {
    int jobs = 10_000;
    store.slots(120);
    store.database.execute("ALTER TABLE slot ADD CHECK (in_flight <= ceiling)");
    store.jobs(store.tenant, jobs);

    await(
        Future.join(
            work(store.node("one"), new Random(1), false),
            work(store.node("two"), new Random(2), false)));

    assertThat(claimed).hasValue(jobs);
    assertThat(store.database.number("SELECT count(*) FROM attempt")).isEqualTo(jobs);
    assertThat(store.inFlight()).isZero();
    assertThat(store.balance()).isEqualTo("950000 0 50000");
    assertThat(store.store.violations()).isEmpty();
    assertThat(deadlocks()).isZero();
  }

  @Test
  void claims_facts_endings_and_cancels_meet_without_a_deadlock_and_the_log_stays_in_order()
      throws Exception {
    int jobs = 1_500;
    store.slots(60);
    List<JobId> all = store.jobs(store.tenant, jobs);
    List<Snapshot> snapshots = Collections.synchronizedList(new ArrayList<>());
    List<Event> tailed = Collections.synchronizedList(new ArrayList<>());

    Future<?> readers = Future.join(tail(tailed), look(snapshots));
    await(
        Future.join(
            work(store.node("one"), new Random(1), true),
            work(store.node("two"), new Random(2), true),
            store.cancelSome(all, new Random(3))));
    await(readers);

    List<Event> log = await(store.log.after(0, 1_000_000));
    assertThat(tailed).isEqualTo(log);
    assertThat(gaps(log)).isEmpty();
    assertThat(snapshots).isNotEmpty().allSatisfy(snapshot -> agrees(snapshot, log));
    assertThat(store.database.number("SELECT count(*) FROM job WHERE ended_at IS NULL")).isZero();
    assertThat(store.database.number("SELECT count(*) FROM reservation WHERE outcome = 'open'"))
        .isZero();
    assertThat(store.inFlight()).isZero();
    assertThat(store.store.violations()).isEmpty();
    assertThat(deadlocks()).isZero();
  }

  /** One node at work until every job has ended. */
  private Future<Void> work(NodeLease node, Random random, boolean mishaps) {
    return store
        .dispatches
        .claim(node, List.of(POOL), List.of(ACCOUNT), List.of(), BATCH, store::plan, NOW)
        .compose(taken -> live(taken.attempts(), random, mishaps))
        .compose(done -> store.live())
        .compose(live -> live == 0 ? Future.succeededFuture() : work(node, random, mishaps));
  }

  private Future<Void> live(List<Claimed> taken, Random random, boolean mishaps) {
    claimed.addAndGet(taken.size());
    List<Fact> facts = new ArrayList<>();
    taken.forEach(each -> facts.add(fact(each.ref(), random, mishaps)));
    return store
        .dispatches
        .record(facts, NOW)
        .compose(
            recorded -> {
              List<Ending> endings = new ArrayList<>();
              for (Fact fact : recorded) {
                if (fact instanceof Fact.Accepted) {
                  endings.add(ending(fact.ref(), random, mishaps));
                }
              }
              Collections.shuffle(endings, random);
              return store.endings.finish(endings, CancelPolicy.DISCARD, NOW);
            })
        .mapEmpty();
  }

  /** Reads on and on, as a node's one tail does. */
  private Future<Void> tail(List<Event> seen) {
    return Loop.untilOver(() -> store.live().compose(live -> drain(seen).map(end -> live == 0)));
  }

  private Future<Void> drain(List<Event> seen) {
    return Loop.untilOver(
        () -> {
          long cursor = seen.isEmpty() ? 0 : seen.get(seen.size() - 1).position();
          return store
              .log
              .after(cursor, 100)
              .map(
                  events -> {
                    seen.addAll(events);
                    return events.isEmpty();
                  });
        });
  }

  private Future<Void> look(List<Snapshot> seen) {
    return Loop.untilOver(
        () ->
            store
                .log
                .snapshot(store.tenant, Set.of(), 200)
                .compose(
                    snapshot -> {
                      seen.add(snapshot);
                      return store.live();
                    })
                .map(live -> live == 0));
  }

  /** Jobs whose versions do not follow one another in the order of the log. */
  private static List<Event> gaps(List<Event> log) {
    Map<JobId, Integer> versions = new HashMap<>();
    List<Event> gaps = new ArrayList<>();
    for (Event event : log) {
      Integer before = versions.put(event.job(), event.jobVersion());
      if (event.jobVersion() != 1 + (before == null ? 0 : before)) {
        gaps.add(event);
      }
    }
    return gaps;
  }

  /** A job in a snapshot is what the last event up to the snapshot's position says. */
  private static void agrees(Snapshot snapshot, List<Event> log) {
    Map<JobId, String> last = new HashMap<>();
    for (Event event : log) {
      if (event.position() <= snapshot.position()) {
        last.put(event.job(), event.jobVersion() + " " + event.type());
      }
    }
    for (Job job : snapshot.jobs()) {
      assertThat(last.get(job.id())).isEqualTo(job.version() + " job." + job.state().text());
    }
  }

  private long deadlocks() {
    return store.database.number(
        "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()");
  }

  private static Fact fact(AttemptRef ref, Random random, boolean mishaps) {
    int dice = mishaps ? random.nextInt(10) : 9;
    if (dice == 0) {
      return StoreFixture.backToQueue(ref, Closing.REFUSED, false);
    }
    return dice == 1
        ? new Fact.Rejected(ref, StoreFixture.ERROR, Closing.UNSENT)
        : new Fact.Accepted(ref, "task-" + ref.id());
  }

  private static Ending ending(AttemptRef ref, Random random, boolean mishaps) {
    int dice = mishaps ? random.nextInt(10) : 9;
    return switch (dice) {
      case 0 -> StoreFixture.failed(ref, "1");
      case 1 -> StoreFixture.tryAgain(ref, "2");
      case 2 -> StoreFixture.succeeded(ref, "7");
      case 3 -> StoreFixture.succeeded(ref, "3");
      default -> StoreFixture.succeeded(ref, null);
    };
  }
}
