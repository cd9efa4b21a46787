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
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Dispatches.Claimed;
import dev.backlot.port.Dispatches.Fact;
import dev.backlot.port.Endings.Ending;
import dev.backlot.port.FakeProvider;
import dev.backlot.port.VideoProvider.Create;
import dev.backlot.store.PgStrays;
import dev.backlot.store.StoreFixture;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

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
  void a_silent_account_is_asked_once_a_pass_and_loses_nothing() throws Exception {
    List<AttemptRef> refs = givenUp(3, "legacy");
    refs.forEach(ref -> provider.succeed(ref.externalId(), "5"));
    provider.breakQueries(true);

    follow(node);
    assertThat(provider.queries()).isOne();
    provider.breakQueries(false);
    follow(node);

    assertThat(store.inFlight()).isZero();
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

  private void follow(NodeLease lease) throws Exception {
    Follower follower =
        new Follower(strays, provider, store.membership, lease, bus, CONFIG, now::get);
    StoreFixture.await(Future.<Void>succeededFuture().compose(any -> follower.runOnce()));
  }

  private List<AttemptRef> givenUp(int count, String dialect) throws Exception {
    store.jobs(store.tenant, count);
    List<Claimed> claimed = store.claim(node, count);
    for (Claimed each : claimed) {
      AttemptRef ref = each.ref();
      Create create = new Create(ref.account(), dialect, ref.path(), ref.externalId(), "{}", false);
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
