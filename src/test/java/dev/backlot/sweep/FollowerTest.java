package dev.backlot.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.bus.Addresses;
import dev.backlot.bus.Addresses.SlotsFreed;
import dev.backlot.bus.Bus;
import dev.backlot.config.SweepConfig;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.CancelPolicy;
import dev.backlot.domain.job.JobError;
import dev.backlot.domain.job.SubmitOutcome.Accepted;
import dev.backlot.domain.job.Uuid7;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Dispatches.Claimed;
import dev.backlot.port.Dispatches.Fact;
import dev.backlot.port.Endings.Ending;
import dev.backlot.port.FakeProvider;
import dev.backlot.port.Strays;
import dev.backlot.port.TaskLists.Listed;
import dev.backlot.port.TaskLists.TaskList;
import dev.backlot.port.VideoProvider.Create;
import dev.backlot.store.PgOrphans;
import dev.backlot.store.PgStrays;
import dev.backlot.store.StoreFixture;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Following detached attempts over the real store and a provider in memory. */
class FollowerTest {
  private static final SweepConfig CONFIG =
      new SweepConfig(
          Duration.ofMinutes(1),
          Duration.ofDays(35),
          Duration.ofMinutes(10),
          Duration.ofMinutes(30),
          3,
          Duration.ofMillis(500));

  private final StoreFixture store = new StoreFixture();
  private final FakeProvider provider = new FakeProvider();
  private final Bus bus = Bus.install(store.vertx);
  private final PgStrays strays = new PgStrays(store.vertx, store.database.pool(), new Random(5));
  private final AtomicReference<Instant> now = new AtomicReference<>(StoreFixture.NOW);
  private final Map<NodeLease, Follower> followers = new HashMap<>();
  private NodeLease node;

  @BeforeEach
  void join() throws Exception {
    node = store.node("one");
    store.slots(100);
  }

  @AfterEach
  void close() throws Exception {
    store.close();
  }

  @Test
  void a_task_that_ends_without_its_job_frees_its_slot_and_is_our_loss() throws Exception {
    AttemptRef ref = givenUp(1, "legacy").get(0);
    Promise<SlotsFreed> freed = Promise.promise();
    StoreFixture.await(bus.subscribe(Addresses.SLOTS_FREED, freed::tryComplete));

    follow(node);
    assertThat(store.inFlight()).as("still at work").isOne();
    provider.succeed(ref.externalId(), "4");
    follow(node);

    assertThat(store.inFlight()).isZero();
    assertThat(store.transfers(ref.job())).isEqualTo("reserve 5, release 5, loss 4");
    assertThat(StoreFixture.await(freed.future()).count()).isOne();
  }

  @Test
  void tasks_of_the_newer_dialect_are_asked_for_twenty_at_a_time() throws Exception {
    List<AttemptRef> refs = givenUp(25, "path-per-model");
    refs.forEach(ref -> provider.succeed(ref.externalId(), "5"));

    follow(node);

    assertThat(provider.queries()).isEqualTo(2);
    assertThat(store.inFlight()).isZero();
  }

  @Test
  void a_hint_at_a_detached_task_frees_its_slot_before_the_next_pass() throws Exception {
    AttemptRef ref = succeeded(3, "legacy").get(1);
    HintedStrays hinted = hinted(node);
    UUID unknown = new UUID(1, 2);

    hinted.hint(List.of(ref.id().value(), unknown, ref.id().value()));
    StoreFixture.await(hinted.runOnce());

    assertThat(provider.queries()).isOne();
    assertThat(store.inFlight()).isEqualTo(2);
    assertThat(store.transfers(ref.job())).isEqualTo("reserve 5, release 5, loss 5");
  }

  @Test
  void a_hint_is_followed_by_the_node_that_has_the_duty_alone() throws Exception {
    AttemptRef ref = givenUp(1, "legacy").get(0);
    follow(node);
    provider.succeed(ref.externalId(), "5");
    HintedStrays other = hinted(store.node("two"));

    other.hint(List.of(ref.id().value()));
    StoreFixture.await(other.runOnce());

    assertThat(store.inFlight()).isOne();
  }

  @Test
  void a_hint_at_an_attempt_that_polling_watches_is_not_asked_for() throws Exception {
    store.job();
    AttemptRef ref = store.running(node);
    HintedStrays hinted = hinted(node);

    hinted.hint(List.of(ref.id().value()));
    StoreFixture.await(hinted.runOnce());

    assertThat(provider.queries()).isZero();
  }

  @Test
  void beyond_the_bound_the_oldest_hint_is_forgotten() throws Exception {
    List<AttemptRef> refs = succeeded(2, "legacy");
    HintedStrays hinted = hinted(node);

    hinted.hint(List.of(refs.get(0).id().value()));
    for (int i = 0; i < Strays.MAX_HINTED - 1; i++) {
      hinted.hint(List.of(new UUID(3, i)));
    }
    hinted.hint(List.of(refs.get(1).id().value()));
    StoreFixture.await(hinted.runOnce());

    assertThat(store.transfers(refs.get(0).job())).isEqualTo("reserve 5, release 5");
    assertThat(store.transfers(refs.get(1).job())).isEqualTo("reserve 5, release 5, loss 5");
  }

  private HintedStrays hinted(NodeLease lease) {
    return new HintedStrays(strays, follower(lease, now::get));
  }

  @Test
  void a_silent_account_is_asked_three_times_a_pass_and_loses_nothing() throws Exception {
    succeeded(10, "legacy");
    provider.breakQueries(true);

    for (int pass = 1; pass <= 3; pass++) {
      follow(node);
      assertThat(provider.queries()).isEqualTo(3 * pass);
    }
    provider.breakQueries(false);
    follow(node);

    assertThat(store.inFlight()).isZero();
  }

  @Test
  void a_silent_account_of_the_newer_dialect_is_asked_four_times_a_pass() throws Exception {
    succeeded(50, "path-per-model");
    provider.breakQueries(true);

    follow(node);

    assertThat(provider.queries()).as("a group, and three of it alone").isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"legacy", "path-per-model"})
  void a_query_that_hangs_keeps_no_other_slot(String dialect) throws Exception {
    succeeded(45, dialect);
    hangOldest(1);

    follow(node);

    assertThat(store.inFlight()).isOne();
  }

  @ParameterizedTest
  @ValueSource(strings = {"legacy", "path-per-model"})
  void behind_many_queries_that_hang_everyone_is_asked_in_the_end(String dialect) throws Exception {
    succeeded(60, dialect);
    hangOldest(20);

    for (int pass = 0; pass < 10; pass++) {
      follow(node);
    }

    assertThat(store.inFlight()).isEqualTo(20);
  }

  @Test
  void groups_behind_queries_of_the_older_dialect_that_hang_are_asked_in_the_end()
      throws Exception {
    List<AttemptRef> refs = succeeded(30, "path-per-model");
    store.database.execute(
        "UPDATE attempt SET dialect = 'legacy' WHERE id IN "
            + "(SELECT id FROM attempt WHERE detached ORDER BY id DESC LIMIT 3)");
    hangOldest(1);
    refs.subList(27, 30).forEach(ref -> provider.hang(provider.taskId(ref.externalId())));

    follow(node);
    follow(node);

    assertThat(store.inFlight()).isEqualTo(4);
  }

  /**
   * One that outlasts its time is cut after each question, and in a group after the first alone.
   */
  @ParameterizedTest
  @ValueSource(strings = {"legacy", "path-per-model"})
  void a_pass_that_has_no_time_left_goes_on_in_the_next(String dialect) throws Exception {
    succeeded(25, dialect);
    hangOldest(2);
    InstantSource hasty = () -> now.updateAndGet(time -> time.plus(CONFIG.follow()).plusMillis(1));
    followers.put(node, follower(node, hasty));

    for (int pass = 0; pass < 30; pass++) {
      follow(node);
    }

    assertThat(store.inFlight()).isEqualTo(2);
  }

  @Test
  void a_node_that_takes_the_duty_over_begins_in_front() throws Exception {
    succeeded(10, "legacy");
    hangOldest(3);
    follow(node);
    store.database.execute("DELETE FROM duty");

    NodeLease other = store.node("two");
    follow(other);
    follow(other);

    assertThat(store.inFlight()).isEqualTo(3);
  }

  @Test
  void a_query_about_an_orphan_that_hangs_keeps_no_other_bill() throws Exception {
    orphans(10, "legacy");
    hang("SELECT task_id FROM orphan ORDER BY id LIMIT 4");

    follow(node);
    follow(node);

    assertThat(openOrphans()).isEqualTo(4);
  }

  @Test
  void a_pass_reads_one_page_after_the_other() throws Exception {
    orphans(Follower.PAGE + 5, "path-per-model");

    follow(node);

    assertThat(openOrphans()).isZero();
  }

  @Test
  void one_node_has_the_duty_at_a_time() throws Exception {
    AttemptRef ref = givenUp(1, "legacy").get(0);
    follow(node);
    provider.succeed(ref.externalId(), "5");

    follow(store.node("two"));

    assertThat(store.inFlight()).isOne();
  }

  @Test
  void a_node_without_its_lease_asks_nothing() throws Exception {
    givenUp(1, "legacy");
    node.lost();

    follow(node);

    assertThat(provider.queries()).isZero();
  }

  @Test
  void a_silent_provider_makes_nobody_forget() throws Exception {
    givenUp(1, "legacy");
    provider.breakQueries(true);
    now.updateAndGet(before -> before.plus(CONFIG.forgetAfter().multipliedBy(2)));

    follow(node);

    assertThat(store.inFlight()).isOne();
  }

  @Test
  void what_the_provider_does_not_know_any_more_is_forgotten_after_weeks() throws Exception {
    givenUp(1, "path-per-model");
    store.database.execute("UPDATE attempt SET task_id = 'gone'");
    follow(node);
    assertThat(store.inFlight()).isOne();

    now.updateAndGet(before -> before.plus(CONFIG.forgetAfter()).plusSeconds(1));
    follow(node);

    assertThat(store.inFlight()).isZero();
  }

  /** As the verticle does: once more at once when the pass says so. */
  private void follow(NodeLease lease) throws Exception {
    Follower follower = followers.computeIfAbsent(lease, mine -> follower(mine, now::get));
    Future<Boolean> again = Future.succeededFuture(true);
    while (StoreFixture.await(again)) {
      again = again.compose(any -> follower.runOnce(StoreFixture.ACCOUNT));
    }
  }

  private Follower follower(NodeLease lease, InstantSource clock) {
    return new Follower(strays, provider, store.membership, lease, bus, CONFIG, clock);
  }

  private List<AttemptRef> succeeded(int count, String dialect) throws Exception {
    List<AttemptRef> refs = givenUp(count, dialect);
    refs.forEach(ref -> provider.succeed(ref.externalId(), "5"));
    return refs;
  }

  private void orphans(int count, String dialect) throws Exception {
    Uuid7 ids = new Uuid7(InstantSource.system(), new Random(6));
    PgOrphans orphans = new PgOrphans(store.vertx, store.database.pool(), new Random(6), ids::next);
    List<Listed> listed = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      provider.reveal("stray-" + i);
      provider.succeed("stray-" + i, "5");
      listed.add(new Listed(provider.taskId("stray-" + i), "stray-" + i));
    }
    TaskList list = new TaskList(StoreFixture.ACCOUNT, dialect, "/v1/videos/text2video");
    StoreFixture.await(orphans.record(list, listed, StoreFixture.NOW));
  }

  private long openOrphans() throws Exception {
    return store.database.number("SELECT count(*) FROM orphan WHERE closed_at IS NULL");
  }

  /** The first that a pass comes to. */
  private void hangOldest(int count) throws Exception {
    hang("SELECT task_id FROM attempt WHERE detached ORDER BY id LIMIT " + count);
  }

  private void hang(String tasks) throws Exception {
    String all =
        store.database.text("SELECT string_agg(task_id, ',') FROM (" + tasks + ") AS task");
    List.of(all.split(",", -1)).forEach(provider::hang);
  }

  private List<AttemptRef> givenUp(int count, String dialect) throws Exception {
    store.jobs(store.tenant, count);
    List<Claimed> claimed = store.claim(node, count);
    for (Claimed each : claimed) {
      AttemptRef ref = each.ref();
      Create create =
          new Create(ref.account(), dialect, ref.path(), ref.externalId(), "{}", false, "video");
      Accepted accepted =
          (Accepted) StoreFixture.await(provider.create(create, () -> true, late -> {}));
      store.record(new Fact.Accepted(ref, accepted.taskId()));
      JobError error = new JobError(ErrorCode.GENERATION_TIMEOUT, "It took too long.");
      StoreFixture.await(
          store.endings.finish(
              List.of(new Ending.GivenUp(ref, error)), CancelPolicy.KEEP, StoreFixture.NOW));
    }
    store.database.execute("UPDATE attempt SET dialect = '" + dialect + "'");
    return claimed.stream().map(Claimed::ref).toList();
  }
}
