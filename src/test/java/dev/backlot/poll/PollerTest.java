package dev.backlot.poll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.bus.Addresses;
import dev.backlot.bus.Addresses.TasksHinted;
import dev.backlot.bus.Bus;
import dev.backlot.config.PollConfig;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.job.AttemptId;
import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.CancelPolicy;
import dev.backlot.domain.job.PollCadence;
import dev.backlot.domain.job.SubmitOutcome.Accepted;
import dev.backlot.domain.job.TimeoutPolicy;
import dev.backlot.domain.node.NodeId;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.domain.render.RenderProfile;
import dev.backlot.domain.render.RenderTimes;
import dev.backlot.port.Dispatches.Claimed;
import dev.backlot.port.Dispatches.Fact;
import dev.backlot.port.FakeProvider;
import dev.backlot.port.SlowProvider;
import dev.backlot.port.VideoProvider;
import dev.backlot.port.VideoProvider.Create;
import dev.backlot.store.StoreFixture;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Polling over the real store and a provider in memory; time moves only when told. */
class PollerTest {
  private static final int PER_ACCOUNT = 2;
  private static final int MAX_FAILED_TASKS = 2;
  private static final Duration PATIENCE = Duration.ofMillis(400);

  /** Over at once: the store's own time, at which it claims, stands still. */
  private static final Duration PAUSE = Duration.ofDays(-1);

  private static final Duration HINT_PAUSE = Duration.ofMillis(500);
  private static final Duration GIVE_UP_AFTER = Duration.ofHours(1);
  private static final PollCadence CADENCE =
      new PollCadence(
          Duration.ofSeconds(1),
          Duration.ofSeconds(1),
          Duration.ofSeconds(10),
          Duration.ofMinutes(1),
          Duration.ofMinutes(15),
          Duration.ofMinutes(1),
          Duration.ofMillis(200));

  private final StoreFixture store = new StoreFixture();
  private final FakeProvider provider = new FakeProvider();
  private final Bus bus = Bus.install(store.vertx);
  private final Context loop = store.vertx.getOrCreateContext();
  private final AtomicReference<Instant> now = new AtomicReference<>(StoreFixture.NOW);
  private final NodeLease lease =
      new NodeLease(new NodeId(UUID.randomUUID()), StoreFixture.LEASE, () -> 0);
  private final RenderTimes times = new RenderTimes();
  private final Poller poller = poller(CancelPolicy.DISCARD);

  @BeforeEach
  void join() throws Exception {
    store.register(lease, "one");
    store.slots(10);
  }

  @AfterEach
  void close() throws Exception {
    store.close();
  }

  private static PollConfig config() {
    return new PollConfig(
        CADENCE.first(),
        CADENCE.shortest(),
        CADENCE.longest(),
        CADENCE.longestAnnounced(),
        CADENCE.overdue(),
        CADENCE.overdueInterval(),
        CADENCE.worth(),
        HINT_PAUSE,
        PER_ACCOUNT,
        PATIENCE,
        MAX_FAILED_TASKS,
        Duration.ofSeconds(1),
        Duration.ofSeconds(1),
        Duration.ofMinutes(1),
        Duration.ofMinutes(1),
        CancelPolicy.DISCARD,
        TimeoutPolicy.WAIT,
        GIVE_UP_AFTER);
  }

  private PollVerticle verticle(VideoProvider asked) {
    return new PollVerticle(
        new PollVerticle.Ports(store.endings, asked, store.renders, bus),
        lease,
        config(),
        times,
        new Random(5),
        now::get);
  }

  private Poller poller(CancelPolicy onCancel) {
    return poller(provider, onCancel);
  }

  private Poller poller(VideoProvider asked, CancelPolicy onCancel) {
    return poller(asked, onCancel, TimeoutPolicy.WAIT);
  }

  private Poller givesUp() {
    return poller(provider, CancelPolicy.DISCARD, TimeoutPolicy.GIVE_UP);
  }

  private Poller poller(VideoProvider asked, CancelPolicy onCancel, TimeoutPolicy onTimeout) {
    return new Poller(
        store.endings,
        asked,
        lease,
        new Pace(CADENCE, times, new Random(5)),
        new RenderLearning(times, store.renders, now::get),
        new EndingRules(MAX_FAILED_TASKS, tries -> PAUSE, new TimeOut(onTimeout, GIVE_UP_AFTER)),
        new EndingRecorder(store.endings, bus, now::get, onCancel, 1_000),
        new Places(PER_ACCOUNT, PATIENCE),
        HINT_PAUSE,
        now::get);
  }

  /** Queued jobs become running tasks of the provider. */
  private List<AttemptRef> run(int jobs) throws Exception {
    store.jobs(store.tenant, jobs);
    return runQueued(jobs);
  }

  private List<AttemptRef> runQueued(int jobs) throws Exception {
    List<Claimed> claimed = store.claim(lease, jobs);
    for (Claimed each : claimed) {
      Create create =
          new Create(
              each.ref().account(),
              "legacy",
              each.ref().path(),
              each.ref().externalId(),
              "{}",
              false,
              "video");
      Accepted accepted =
          (Accepted) StoreFixture.await(provider.create(create, () -> true, late -> {}));
      store.record(new Fact.Accepted(each.ref(), accepted.taskId()));
    }
    return claimed.stream().map(Claimed::ref).toList();
  }

  private void load(Poller with, List<AttemptRef> refs) throws Exception {
    List<AttemptId> ids = refs.stream().map(AttemptRef::id).toList();
    onLoop(() -> with.load(ids));
  }

  private void pollAfter(Duration time) throws Exception {
    pollAfter(poller, time);
  }

  private void pollAfter(Poller with, Duration time) throws Exception {
    now.updateAndGet(before -> before.plus(time));
    onLoop(with::runOnce);
  }

  private <T> T onLoop(Supplier<Future<T>> work) throws Exception {
    Promise<T> done = Promise.promise();
    loop.runOnContext(go -> Future.succeededFuture().compose(any -> work.get()).onComplete(done));
    return StoreFixture.await(done.future());
  }

  @Test
  void a_task_that_succeeded_ends_its_job_and_is_settled_as_billed() throws Exception {
    AttemptRef ref = run(1).get(0);
    load(poller, List.of(ref));
    provider.succeed(ref.externalId(), "3.5");

    pollAfter(Duration.ofSeconds(1));

    assertThat(store.state(ref.job())).isEqualTo("succeeded");
    assertThat(store.transfers(ref.job())).startsWith("reserve 5, settle 3.5");
    assertThat(store.inFlight()).isZero();
    assertThat(poller.watched()).isZero();
  }

  @Test
  void a_task_is_not_asked_for_before_it_is_due() throws Exception {
    AttemptRef ref = run(1).get(0);
    load(poller, List.of(ref));

    pollAfter(Duration.ofMillis(999));
    assertThat(provider.queries()).isZero();
    pollAfter(Duration.ofMillis(1));
    assertThat(provider.queries()).isEqualTo(1);
    pollAfter(Duration.ofMillis(999));
    assertThat(provider.queries()).isEqualTo(1);
  }

  @Test
  void a_poll_that_finds_no_change_writes_nothing() throws Exception {
    AttemptRef ref = run(1).get(0);
    load(poller, List.of(ref));
    String before = store.events(ref.job());
    long rows = store.database.number("SELECT sum(xmin::text::bigint) FROM attempt");

    pollAfter(Duration.ofSeconds(1));

    assertThat(store.events(ref.job())).isEqualTo(before);
    assertThat(store.database.number("SELECT sum(xmin::text::bigint) FROM attempt"))
        .isEqualTo(rows);
  }

  @Test
  void a_query_that_goes_wrong_ends_nothing_and_is_asked_again() throws Exception {
    AttemptRef ref = run(1).get(0);
    load(poller, List.of(ref));
    provider.succeed(ref.externalId(), "");
    provider.breakQueries(true);
    pollAfter(Duration.ofSeconds(1));
    assertThat(store.state(ref.job())).isEqualTo("running");

    provider.breakQueries(false);
    pollAfter(Duration.ofSeconds(10));

    assertThat(store.state(ref.job())).isEqualTo("succeeded");
  }

  @Test
  void a_query_that_goes_wrong_is_asked_again_long_before_its_task_is_due() throws Exception {
    AttemptRef ref = run(1).get(0);
    load(poller, List.of(ref));
    provider.succeed(ref.externalId(), "");
    provider.breakQueries(true);
    pollAfter(CADENCE.overdue());
    provider.breakQueries(false);

    pollAfter(CADENCE.shortest().multipliedBy(2));

    assertThat(store.state(ref.job())).isEqualTo("succeeded");
  }

  @Test
  void a_provider_in_trouble_is_asked_ever_more_rarely() throws Exception {
    load(poller, run(1));
    provider.breakQueries(true);
    pollAfter(CADENCE.overdue());

    for (int second = 0; second < 60; second++) {
      pollAfter(Duration.ofSeconds(1));
    }

    assertThat(provider.queries()).isBetween(5, 7);
  }

  @Test
  void a_clear_answer_brings_a_task_back_to_its_pace() throws Exception {
    load(poller, run(1));
    provider.breakQueries(true);
    pollAfter(CADENCE.overdue());
    provider.breakQueries(false);
    pollAfter(CADENCE.shortest().multipliedBy(2));
    int asked = provider.queries();

    pollAfter(CADENCE.overdueInterval().minusMillis(1));
    assertThat(provider.queries()).isEqualTo(asked);
    pollAfter(Duration.ofMillis(1));
    assertThat(provider.queries()).isEqualTo(asked + 1);
  }

  @Test
  void a_hint_has_a_task_asked_for_at_once() throws Exception {
    AttemptRef ref = run(1).get(0);
    load(poller, List.of(ref));
    provider.succeed(ref.externalId(), "5");

    hint(ref);
    pollAfter(Duration.ZERO);

    assertThat(store.state(ref.job())).isEqualTo("succeeded");
  }

  @Test
  void many_hints_at_one_task_are_one_early_query_for_each_pause() throws Exception {
    AttemptRef ref = run(1).get(0);
    load(poller, List.of(ref));

    for (int i = 0; i < 100; i++) {
      hint(ref);
      pollAfter(Duration.ZERO);
    }
    assertThat(provider.queries()).isEqualTo(1);
    pollAfter(HINT_PAUSE);

    assertThat(provider.queries()).isEqualTo(2);
  }

  @Test
  void a_hint_during_a_query_is_followed_by_another_one() throws Exception {
    HangingProvider hanging = new HangingProvider(provider);
    Poller hangs = poller(hanging, CancelPolicy.KEEP);
    AttemptRef ref = run(1).get(0);
    load(hangs, List.of(ref));
    now.updateAndGet(before -> before.plusSeconds(1));
    onLoop(() -> asked(hangs, hanging, 1));

    hint(hangs, ref);
    onLoop(
        () -> {
          hanging.answerLast();
          return asked(hangs, hanging, 2);
        });
  }

  @Test
  void a_hint_that_comes_before_its_task_is_known_to_run_counts_when_it_is() throws Exception {
    AttemptRef ref = run(1).get(0);
    provider.succeed(ref.externalId(), "5");

    hint(ref);
    load(poller, List.of(ref));
    pollAfter(Duration.ZERO);

    assertThat(store.state(ref.job())).isEqualTo("succeeded");
  }

  @Test
  void a_hint_at_what_is_not_watched_asks_for_nothing() throws Exception {
    AttemptRef ref = run(1).get(0);

    hint(ref);
    pollAfter(Duration.ofSeconds(1));

    assertThat(provider.queries()).isZero();
  }

  @Test
  void a_hint_on_the_bus_reaches_the_poller() throws Exception {
    AttemptRef ref = run(1).get(0);
    SlowProvider slow = new SlowProvider(store.vertx, provider);
    PollVerticle verticle = verticle(slow);
    String id = StoreFixture.await(store.vertx.deployVerticle(verticle));
    provider.succeed(ref.externalId(), "5");

    long again =
        store.vertx.setPeriodic(
            5,
            tick ->
                bus.publish(Addresses.TASKS_HINTED, new TasksHinted(List.of(ref.id().value()))));
    StoreFixture.await(slow.asked());
    store.vertx.cancelTimer(again);

    StoreFixture.await(store.vertx.undeploy(id));
    assertThat(store.state(ref.job())).isEqualTo("succeeded");
  }

  @Test
  void tasks_are_asked_for_more_rarely_where_callbacks_have_told_of_ends() throws Exception {
    callbacksTell(20);
    int before = provider.queries();
    load(poller, run(1));

    for (int second = 0; second < 60; second++) {
      pollAfter(Duration.ofSeconds(1));
    }

    assertThat(provider.queries() - before).as("at 1, 2, 4, 8, 16 and 32 s").isEqualTo(6);
  }

  @Test
  void an_end_that_no_callback_told_of_has_the_others_asked_for_at_once() throws Exception {
    callbacksTell(20);
    List<AttemptRef> refs = run(2);
    AttemptRef older = refs.get(0);
    AttemptRef newer = refs.get(1);
    began(older, StoreFixture.NOW.minusSeconds(200));
    load(poller, refs);
    pollAfter(Duration.ofSeconds(1));
    int before = provider.queries();
    provider.succeed(newer.externalId(), "5");

    pollAfter(Duration.ofSeconds(1));
    assertThat(store.state(newer.job())).isEqualTo("succeeded");
    assertThat(provider.queries()).as("the older one is not due").isEqualTo(before + 1);
    pollAfter(CADENCE.longest());

    assertThat(provider.queries()).isEqualTo(before + 2);
  }

  @Test
  void what_was_told_before_an_answer_denied_it_does_not_count_as_told() throws Exception {
    callbacksTell(20);
    List<AttemptRef> refs = run(2);
    AttemptRef lied = refs.get(1);
    began(refs.get(0), StoreFixture.NOW.minusSeconds(200));
    load(poller, refs);
    hint(lied);
    pollAfter(Duration.ofSeconds(1));
    int before = provider.queries();
    provider.succeed(lied.externalId(), "5");

    pollAfter(Duration.ofSeconds(2));
    pollAfter(CADENCE.longest());

    assertThat(provider.queries()).as("the other one was asked for too").isEqualTo(before + 2);
  }

  /** So many tasks ended, each of them told of by a callback. */
  private void callbacksTell(int ends) throws Exception {
    store.slots(ends);
    List<AttemptRef> refs = run(ends);
    load(poller, refs);
    for (AttemptRef ref : refs) {
      provider.succeed(ref.externalId(), "5");
      hint(ref);
      pollAfter(Duration.ZERO);
      assertThat(store.state(ref.job())).isEqualTo("succeeded");
    }
  }

  private void hint(AttemptRef ref) throws Exception {
    hint(poller, ref);
  }

  private void hint(Poller at, AttemptRef ref) throws Exception {
    onLoop(
        () -> {
          at.hint(List.of(ref.id()));
          return Future.succeededFuture();
        });
  }

  @Test
  void queries_that_hang_are_bounded_and_one_that_is_answered_makes_room() throws Exception {
    HangingProvider hanging = new HangingProvider(provider);
    Poller hangs = poller(hanging, CancelPolicy.KEEP);
    load(hangs, run(PER_ACCOUNT + 1));
    now.updateAndGet(before -> before.plusSeconds(1));
    onLoop(() -> asked(hangs, hanging, PER_ACCOUNT));

    onLoop(
        () -> {
          hanging.answerLast();
          return asked(hangs, hanging, PER_ACCOUNT + 1);
        });
  }

  @Test
  void tasks_of_the_newer_dialect_are_asked_for_twenty_at_a_time() throws Exception {
    load(poller, runNewer(45));

    pollAfter(Duration.ofSeconds(1));
    assertThat(provider.queries()).as("no more at once than an account takes").isEqualTo(2);
    pollAfter(Duration.ZERO);

    assertThat(provider.queries()).isEqualTo(3);
    pollAfter(Duration.ZERO);
    assertThat(provider.queries()).as("nothing is due any more").isEqualTo(3);
  }

  @Test
  void each_task_of_a_group_ends_by_its_own_answer() throws Exception {
    List<AttemptRef> refs = runNewer(3);
    load(poller, refs);
    provider.succeed(refs.get(0).externalId(), "3");
    provider.fail(refs.get(1).externalId(), ErrorCode.CONTENT_REJECTED);

    pollAfter(Duration.ofSeconds(1));

    assertThat(refs)
        .extracting(ref -> store.state(ref.job()))
        .containsExactly("succeeded", "failed", "running");
    assertThat(provider.queries()).isEqualTo(1);
  }

  @Test
  void a_task_that_a_group_does_not_find_is_asked_for_again() throws Exception {
    List<AttemptRef> refs = runNewer(2);
    store.database.execute(
        "UPDATE attempt SET task_id = 'x' WHERE id = '" + refs.get(0).id() + "'");
    load(poller, refs);
    provider.succeed(refs.get(1).externalId(), "3");

    pollAfter(Duration.ofSeconds(1));
    pollAfter(Duration.ofSeconds(1));

    assertThat(refs)
        .extracting(ref -> store.state(ref.job()))
        .containsExactly("running", "succeeded");
    assertThat(provider.queries()).isEqualTo(2);
  }

  @Test
  void a_group_that_hangs_delays_no_other() throws Exception {
    HangingProvider hanging = new HangingProvider(provider);
    Poller hangs = poller(hanging, CancelPolicy.KEEP);
    List<AttemptRef> refs = runNewer(21);
    load(hangs, refs);
    refs.forEach(ref -> provider.succeed(ref.externalId(), "3"));
    now.updateAndGet(before -> before.plusSeconds(1));
    onLoop(() -> asked(hangs, hanging, 2));

    onLoop(
        () -> {
          hanging.answerLast();
          return recorded(hangs, 21);
        });

    assertThat(refs).filteredOn(ref -> store.state(ref.job()).equals("succeeded")).hasSize(1);
  }

  @Test
  void a_question_that_hangs_makes_room_and_its_tasks_are_asked_for_in_others() throws Exception {
    HangingProvider hanging = new HangingProvider(provider);
    Poller hangs = poller(hanging, CancelPolicy.KEEP);
    load(hangs, runNewer(21));
    now.updateAndGet(before -> before.plusSeconds(1));
    onLoop(() -> asked(hangs, hanging, 2));

    now.updateAndGet(before -> before.plus(PATIENCE));

    onLoop(() -> asked(hangs, hanging, 4));
  }

  @Test
  void an_answer_of_a_question_that_seemed_to_hang_still_counts() throws Exception {
    HangingProvider hanging = new HangingProvider(provider);
    Poller hangs = poller(hanging, CancelPolicy.KEEP);
    AttemptRef ref = run(1).get(0);
    load(hangs, List.of(ref));
    provider.succeed(ref.externalId(), "5");
    now.updateAndGet(before -> before.plusSeconds(1));
    onLoop(() -> asked(hangs, hanging, 1));
    now.updateAndGet(before -> before.plus(PATIENCE));
    onLoop(() -> asked(hangs, hanging, 2));

    onLoop(
        () -> {
          hanging.answerFirst();
          return recorded(hangs, 1);
        });

    assertThat(store.state(ref.job())).isEqualTo("succeeded");
    assertThat(store.transfers(ref.job())).isEqualTo("reserve 5, settle 5");
  }

  @Test
  void two_answers_that_tell_of_one_end_record_it_once() throws Exception {
    HangingProvider hanging = new HangingProvider(provider);
    Poller hangs = poller(hanging, CancelPolicy.KEEP);
    AttemptRef ref = run(1).get(0);
    load(hangs, List.of(ref));
    provider.succeed(ref.externalId(), "5");
    now.updateAndGet(before -> before.plusSeconds(1));
    onLoop(() -> asked(hangs, hanging, 1));
    now.updateAndGet(before -> before.plus(PATIENCE));
    onLoop(() -> asked(hangs, hanging, 2));

    onLoop(
        () -> {
          hanging.answerFirst();
          hanging.answerFirst();
          return recorded(hangs, 1);
        });

    assertThat(store.transfers(ref.job())).isEqualTo("reserve 5, settle 5");
    assertThat(hangs.isIdle()).isTrue();
  }

  @Test
  void what_hangs_in_two_groups_is_asked_for_alone() throws Exception {
    HangingProvider hanging = new HangingProvider(provider);
    Poller hangs = poller(hanging, CancelPolicy.KEEP);
    load(hangs, runNewer(3));
    now.updateAndGet(before -> before.plusSeconds(1));
    onLoop(() -> asked(hangs, hanging, 1));
    now.updateAndGet(before -> before.plus(PATIENCE));
    onLoop(() -> asked(hangs, hanging, 2));

    now.updateAndGet(before -> before.plus(PATIENCE));

    onLoop(() -> asked(hangs, hanging, 2 + PER_ACCOUNT));
    assertThat(hanging.sizes).containsExactly(3, 3, 1, 1);
  }

  @Test
  void one_that_hangs_by_itself_is_asked_for_after_a_pause() throws Exception {
    HangingProvider hanging = new HangingProvider(provider);
    Poller hangs = poller(hanging, CancelPolicy.KEEP);
    load(hangs, run(1));
    now.updateAndGet(before -> before.plusSeconds(1));
    for (int questions = 1; questions <= 5; questions++) {
      int expected = questions;
      onLoop(() -> asked(hangs, hanging, expected));
      now.updateAndGet(before -> before.plus(PATIENCE));
    }

    onLoop(() -> asked(hangs, hanging, 5));
    now.updateAndGet(before -> before.plus(PATIENCE));
    onLoop(() -> asked(hangs, hanging, 6));
  }

  @Test
  void many_tasks_of_a_product_are_read_from_its_list() throws Exception {
    ListingProvider listing = new ListingProvider(provider);
    Poller lists = poller(listing, CancelPolicy.KEEP);
    List<AttemptRef> refs = run(5);
    load(lists, refs);
    provider.succeed(refs.get(3).externalId(), "3");

    pollAfter(lists, Duration.ofSeconds(1));

    assertThat(listing.sizes).containsExactly(5);
    assertThat(store.state(refs.get(3).job())).isEqualTo("succeeded");
  }

  @Test
  void few_tasks_are_not_worth_a_list() throws Exception {
    ListingProvider listing = new ListingProvider(provider);
    Poller lists = poller(listing, CancelPolicy.KEEP);
    load(lists, run(Schedule.WORTH_A_LIST - 1));

    pollAfter(lists, Duration.ofSeconds(1));

    assertThat(listing.sizes).containsExactly(1, 1);
  }

  @Test
  void what_a_list_does_not_show_is_asked_for_by_itself_and_has_not_ended() throws Exception {
    ListingProvider listing = new ListingProvider(provider);
    Poller lists = poller(listing, CancelPolicy.KEEP);
    List<AttemptRef> refs = run(4);
    load(lists, refs);
    listing.hidden.add(provider.taskId(refs.get(0).externalId()));

    pollAfter(lists, Duration.ofSeconds(1));
    assertThat(store.state(refs.get(0).job())).isEqualTo("running");
    provider.succeed(refs.get(0).externalId(), "3");
    pollAfter(lists, Duration.ZERO);

    assertThat(listing.sizes).containsExactly(4, 1);
    assertThat(store.state(refs.get(0).job())).isEqualTo("succeeded");
  }

  @Test
  void twenty_tasks_that_began_at_different_times_come_to_share_their_requests() throws Exception {
    List<AttemptRef> refs = runNewer(20);
    int alone = requestsWithinAMinute(refs.subList(0, 1));

    int together = requestsWithinAMinute(refs) - alone;

    assertThat(together).isLessThanOrEqualTo(2 * alone);
    assertThat(refs).allMatch(ref -> store.state(ref.job()).equals("succeeded"));
  }

  @Test
  void a_task_joins_a_request_no_sooner_than_half_way_to_its_own() throws Exception {
    List<AttemptRef> refs = runNewer(2);
    began(refs.get(1), StoreFixture.NOW.plusMillis(501));
    load(poller, refs);
    provider.succeed(refs.get(1).externalId(), "3");

    pollAfter(Duration.ofSeconds(1));
    assertThat(store.state(refs.get(1).job())).isEqualTo("running");
    pollAfter(Duration.ofSeconds(1));

    assertThat(store.state(refs.get(1).job())).isEqualTo("succeeded");
    assertThat(provider.queries()).isEqualTo(2);
  }

  private void began(AttemptRef ref, Instant at) {
    store.database.execute(
        "UPDATE attempt SET running_since = '" + at + "' WHERE id = '" + ref.id() + "'");
  }

  /** One after the other within two seconds, polled every 20 ms until they end after a minute. */
  private int requestsWithinAMinute(List<AttemptRef> refs) throws Exception {
    for (int i = 0; i < refs.size(); i++) {
      began(refs.get(i), StoreFixture.NOW.plusMillis(97L * i));
    }
    Poller each = poller(provider, CancelPolicy.KEEP);
    load(each, refs);
    for (int step = 0; step < 60_000 / 20; step++) {
      pollAfter(each, Duration.ofMillis(20));
    }
    int requests = provider.queries();
    if (refs.size() > 1) {
      refs.forEach(ref -> provider.succeed(ref.externalId(), "3"));
      pollAfter(each, CADENCE.longest());
    }
    now.set(StoreFixture.NOW);
    return requests;
  }

  /** Completes once fewer tasks are watched than before. */
  private Future<Void> recorded(Poller hangs, int before) {
    return hangs.watched() < before
        ? Future.succeededFuture()
        : store.vertx.timer(1).compose(later -> recorded(hangs, before));
  }

  private List<AttemptRef> runNewer(int jobs) throws Exception {
    store.slots(50);
    List<AttemptRef> refs = run(jobs);
    store.database.execute("UPDATE attempt SET dialect = 'path-per-model'");
    return refs;
  }

  /** Makes a pass without waiting for its answers. */
  private static Future<Void> asked(Poller hangs, HangingProvider hanging, int queries) {
    hangs.runOnce();
    assertThat(hanging.asked).hasSize(queries);
    return Future.succeededFuture();
  }

  @Test
  void a_plain_failure_is_tried_again_as_a_new_attempt_up_to_the_bound() throws Exception {
    AttemptRef first = run(1).get(0);
    load(poller, List.of(first));
    provider.fail(first.externalId(), ErrorCode.GENERATION_FAILED);
    pollAfter(Duration.ofSeconds(1));
    assertThat(store.state(first.job())).isEqualTo("queued");

    AttemptRef second = runQueued(1).get(0);
    load(poller, List.of(second));
    provider.fail(second.externalId(), ErrorCode.GENERATION_FAILED);
    pollAfter(Duration.ofSeconds(1));

    assertThat(second.externalId()).isNotEqualTo(first.externalId());
    assertThat(store.state(first.job())).isEqualTo("failed");
    assertThat(store.balance()).isEqualTo("1000000 0 0");
  }

  @ParameterizedTest
  @EnumSource(names = {"CONTENT_REJECTED", "INPUT_REJECTED"})
  void content_and_input_are_never_tried_again(ErrorCode code) throws Exception {
    AttemptRef ref = run(1).get(0);
    load(poller, List.of(ref));
    provider.fail(ref.externalId(), code);

    pollAfter(Duration.ofSeconds(1));

    assertThat(store.state(ref.job())).isEqualTo("failed");
    assertThat(store.transfers(ref.job())).isEqualTo("reserve 5, release 5");
  }

  @ParameterizedTest
  @EnumSource(CancelPolicy.class)
  void a_cancelled_job_whose_task_succeeded_ends_by_policy_and_is_settled(CancelPolicy policy)
      throws Exception {
    Poller byPolicy = poller(policy);
    AttemptRef ref = run(1).get(0);
    load(byPolicy, List.of(ref));
    store.wantCancel(ref.job());
    provider.succeed(ref.externalId(), "5");

    pollAfter(byPolicy, Duration.ofSeconds(1));

    assertThat(store.state(ref.job()))
        .isEqualTo(policy == CancelPolicy.KEEP ? "succeeded" : "canceled");
    assertThat(store.transfers(ref.job())).isEqualTo("reserve 5, settle 5");
  }

  @Test
  void a_job_whose_task_takes_too_long_is_given_up_by_policy() throws Exception {
    AttemptRef ref = run(1).get(0);
    Poller givesUp = givesUp();
    load(givesUp, List.of(ref));

    pollAfter(givesUp, GIVE_UP_AFTER.minusSeconds(1));
    assertThat(store.state(ref.job())).isEqualTo("running");
    pollAfter(givesUp, CADENCE.overdueInterval());

    assertThat(store.state(ref.job())).isEqualTo("failed");
    assertThat(store.transfers(ref.job())).isEqualTo("reserve 5, release 5");
    assertThat(givesUp.watched()).isZero();
  }

  @Test
  void a_result_that_was_ready_all_along_is_not_given_up() throws Exception {
    AttemptRef ref = run(1).get(0);
    provider.succeed(ref.externalId(), "5");
    Poller givesUp = givesUp();
    load(givesUp, List.of(ref));

    pollAfter(givesUp, GIVE_UP_AFTER.multipliedBy(3));

    assertThat(store.state(ref.job())).isEqualTo("succeeded");
  }

  @Test
  void while_the_provider_is_silent_a_job_is_given_twice_the_time() throws Exception {
    AttemptRef ref = run(1).get(0);
    Poller givesUp = givesUp();
    load(givesUp, List.of(ref));
    provider.breakQueries(true);

    pollAfter(givesUp, GIVE_UP_AFTER.plusSeconds(1));
    assertThat(store.state(ref.job())).isEqualTo("running");
    pollAfter(givesUp, GIVE_UP_AFTER);

    assertThat(store.state(ref.job())).isEqualTo("failed");
  }

  @ParameterizedTest
  @CsvSource({"WAIT, give-up, failed", "GIVE_UP, wait, running"})
  void a_job_may_ask_for_its_own_policy(TimeoutPolicy standard, String own, String end)
      throws Exception {
    AttemptRef ref = run(1).get(0);
    store.database.execute("UPDATE job SET on_timeout = '" + own + "'");
    Poller poller = poller(provider, CancelPolicy.DISCARD, standard);
    load(poller, List.of(ref));

    pollAfter(poller, GIVE_UP_AFTER);

    assertThat(store.state(ref.job())).isEqualTo(end);
  }

  @Test
  void a_job_that_is_to_wait_is_never_given_up() throws Exception {
    AttemptRef ref = run(1).get(0);
    load(poller, List.of(ref));

    pollAfter(GIVE_UP_AFTER.multipliedBy(3));

    assertThat(store.state(ref.job())).isEqualTo("running");
    assertThat(poller.watched()).isOne();
  }

  @Test
  void what_a_task_took_by_the_providers_clock_is_learnt_and_shared() throws Exception {
    RenderProfile profile = new RenderProfile("text2video", "kling-v2-6", "", 0);
    for (AttemptRef ref : run(6)) {
      load(poller, List.of(ref));
      provider.succeed(ref.externalId(), StoreFixture.NOW, StoreFixture.NOW.plusSeconds(42));
    }
    pollAfter(Duration.ofSeconds(50));
    pollAfter(Duration.ofSeconds(50));
    pollAfter(Duration.ofSeconds(50));
    onLoop(() -> new RenderLearning(times, store.renders, now::get).share());

    RenderTimes others = new RenderTimes();
    onLoop(() -> new RenderLearning(others, store.renders, now::get).share());

    assertThat(others.of(profile).measured()).isEqualTo(6);
    assertThat(others.of(profile).quantile(0.5))
        .isBetween(Duration.ofSeconds(38), Duration.ofSeconds(50));
  }

  @Test
  void a_restart_finds_every_running_task_again() throws Exception {
    List<AttemptRef> refs = run(3);
    onLoop(poller::loadAll);

    assertThat(poller.watched()).isEqualTo(refs.size());
  }

  @Test
  void attempts_of_another_owner_are_not_watched() throws Exception {
    AttemptRef ref = run(1).get(0);
    store.database.execute(
        "UPDATE job SET owner = gen_random_uuid() WHERE id = '" + ref.job() + "'");

    load(poller, List.of(ref));

    assertThat(poller.watched()).isZero();
  }

  @Test
  void after_the_lease_is_lost_nothing_is_asked_any_more() throws Exception {
    load(poller, run(2));
    poller.forget();

    pollAfter(Duration.ofSeconds(10));

    assertThat(provider.queries()).isZero();
  }

  @Test
  void an_end_that_another_owner_recorded_is_not_recorded_twice() throws Exception {
    AttemptRef ref = run(1).get(0);
    load(poller, List.of(ref));
    provider.succeed(ref.externalId(), "5");
    store.database.execute("UPDATE job SET fence = fence + 1 WHERE id = '" + ref.job() + "'");

    pollAfter(Duration.ofSeconds(1));

    assertThat(store.state(ref.job())).isEqualTo("running");
    assertThat(store.transfers(ref.job())).isEqualTo("reserve 5");
    assertThat(poller.watched()).isZero();
  }

  @Test
  void a_stop_waits_until_an_ending_under_way_is_recorded() throws Exception {
    AttemptRef ref = run(1).get(0);
    provider.succeed(ref.externalId(), "5");
    now.updateAndGet(before -> before.plus(CADENCE.longest()));
    SlowProvider slow = new SlowProvider(store.vertx, provider);
    PollVerticle verticle = verticle(slow);
    String id = StoreFixture.await(store.vertx.deployVerticle(verticle));
    StoreFixture.await(slow.asked());

    StoreFixture.await(store.vertx.undeploy(id));

    assertThat(store.state(ref.job())).isEqualTo("succeeded");
  }
}
