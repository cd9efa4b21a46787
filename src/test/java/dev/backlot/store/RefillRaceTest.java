package dev.backlot.store;

import static dev.backlot.store.StoreFixture.ACCOUNT;
import static dev.backlot.store.StoreFixture.NOW;
import static dev.backlot.store.StoreFixture.POOL;
import static dev.backlot.store.StoreFixture.SLOT_CLASS;
import static dev.backlot.store.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.AttemptId;
import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.CancelPolicy;
import dev.backlot.domain.job.FreeSlots;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.PlannedAttempt;
import dev.backlot.domain.job.QueuedJob;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Dispatches.Claimed;
import dev.backlot.port.Dispatches.Claiming;
import dev.backlot.port.Dispatches.Fact;
import dev.backlot.port.Dispatches.SlotLimit;
import dev.backlot.port.Endings.Ending;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Endings that start other jobs, while others do the same and somebody looks. */
class RefillRaceTest {
  private static final String SECOND = "account-b";
  private static final int SLOTS = 6;

  private StoreFixture store;

  /** Free slots and queued jobs, as they were seen together. */
  private record Sight(long free, long queued) {
    static Sight read(Row row) {
      return new Sight(row.getLong("free"), row.getLong("queued"));
    }
  }

  @BeforeEach
  void open() throws Exception {
    store = new StoreFixture();
    await(
        store.dispatches.configureSlots(
            List.of(
                new SlotLimit(POOL, ACCOUNT, SLOT_CLASS, SLOTS),
                new SlotLimit(POOL, SECOND, SLOT_CLASS, SLOTS)),
            NOW));
    store.database.execute("ALTER TABLE slot ADD CHECK (in_flight <= ceiling)");
  }

  @AfterEach
  void close() throws Exception {
    assertThat(store.store.violations()).isEmpty();
    store.close();
  }

  @Test
  void nobody_ever_sees_a_slot_free_while_work_is_queued() throws Exception {
    NodeLease node = store.node("one");
    store.jobs(store.tenant, 200);
    List<AttemptRef> running = await(start(await(claim(node, 2 * SLOTS))));
    List<Sight> seen = Collections.synchronizedList(new ArrayList<>());

    Future<Void> looking = look(seen);
    await(work(node, running, new Random(1)));
    await(looking);

    assertThat(seen)
        .hasSizeGreaterThan(50)
        .filteredOn(sight -> sight.queued() > 0)
        .allSatisfy(sight -> assertThat(sight.free()).isZero());
  }

  @Test
  void two_nodes_that_end_each_in_the_slots_of_the_other_never_wait_in_a_circle() throws Exception {
    int jobs = 900;
    TenantId second = store.store.tenant("second", "1000000");
    List<JobId> all = new ArrayList<>(store.jobs(store.tenant, jobs / 2));
    all.addAll(store.jobs(second, jobs / 2));

    await(
        Future.join(
            workAnew(store.node("one"), new Random(1)),
            workAnew(store.node("two"), new Random(2)),
            store.cancelSome(all, new Random(3))));

    assertThat(await(store.live())).isZero();
    assertThat(store.inFlight()).isZero();
    assertThat(store.database.number("SELECT count(*) FROM attempt WHERE closed_at IS NULL"))
        .isZero();
    assertThat(
            store.database.number(
                "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"))
        .isZero();
  }

  /** One node at work until every job has ended: what its endings start, it ends in turn. */
  private Future<Void> workAnew(NodeLease node, Random random) {
    return claim(node, 1 + random.nextInt(2 * SLOTS))
        .compose(this::start)
        .compose(running -> work(node, running, random))
        .compose(done -> store.live())
        .compose(live -> live == 0 ? Future.succeededFuture() : workAnew(node, random));
  }

  private Future<Void> work(NodeLease node, List<AttemptRef> running, Random random) {
    if (running.isEmpty()) {
      return Future.succeededFuture();
    }
    Collections.shuffle(running, random);
    int count = 1 + random.nextInt(running.size());
    List<Ending> endings = new ArrayList<>();
    running.subList(0, count).forEach(ref -> endings.add(ending(ref, random)));
    List<AttemptRef> left = new ArrayList<>(running.subList(count, running.size()));
    return store
        .endings
        .finishAndRefill(endings, CancelPolicy.DISCARD, claiming(node), NOW)
        .compose(refilled -> start(refilled.claims().attempts()))
        .compose(
            started -> {
              left.addAll(started);
              return work(node, left, random);
            });
  }

  private static Ending ending(AttemptRef ref, Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> StoreFixture.failed(ref, "1");
      case 1 -> StoreFixture.tryAgain(ref, "2");
      default -> StoreFixture.succeeded(ref, null);
    };
  }

  private Future<List<Claimed>> claim(NodeLease node, int limit) {
    Claiming claiming = claiming(node);
    return store
        .dispatches
        .claim(
            node,
            claiming.pools(),
            claiming.accounts(),
            claiming.shut(),
            limit,
            claiming.planner(),
            NOW)
        .map(claims -> claims.attempts());
  }

  private Claiming claiming(NodeLease node) {
    return new Claiming(
        node, List.of(POOL), List.of(ACCOUNT, SECOND), List.of(), 2 * SLOTS, this::plan);
  }

  private List<PlannedAttempt> plan(List<QueuedJob> jobs, List<FreeSlots> slots) {
    Map<String, Integer> free = new HashMap<>();
    slots.forEach(each -> free.put(each.account(), each.free()));
    List<PlannedAttempt> planned = new ArrayList<>();
    for (QueuedJob job : jobs) {
      free.entrySet().stream()
          .filter(each -> each.getValue() > 0)
          .findAny()
          .ifPresent(
              each -> {
                each.setValue(each.getValue() - 1);
                planned.add(attempt(job, each.getKey()));
              });
    }
    return planned;
  }

  private PlannedAttempt attempt(QueuedJob job, String account) {
    PlannedAttempt like = store.attempt(job);
    AttemptId id = like.id();
    return new PlannedAttempt(
        id,
        like.job(),
        account,
        like.dialect(),
        like.path(),
        like.lookup(),
        like.externalId(),
        like.body(),
        like.slotClass(),
        like.slots());
  }

  private Future<List<AttemptRef>> start(List<Claimed> claimed) {
    List<Fact> accepted = new ArrayList<>();
    claimed.forEach(each -> accepted.add(new Fact.Accepted(each.ref(), "task-" + each.ref().id())));
    return store
        .dispatches
        .record(accepted, NOW)
        .map(recorded -> new ArrayList<>(recorded.stream().map(Fact::ref).toList()));
  }

  private Future<Void> look(List<Sight> seen) {
    return Loop.untilOver(
        () ->
            Reads.list(
                    store.database.pool(),
                    "SELECT (SELECT sum(ceiling - in_flight) FROM slot) AS free,"
                        + " (SELECT count(*) FROM job WHERE state = 'queued') AS queued",
                    Tuple.tuple(),
                    Sight::read)
                .map(
                    rows -> {
                      seen.addAll(rows);
                      return rows.get(0).queued() == 0;
                    }));
  }
}
