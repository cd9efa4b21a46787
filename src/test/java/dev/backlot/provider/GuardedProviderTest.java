package dev.backlot.provider;

import static dev.backlot.provider.KlingFixture.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.backlot.bus.Addresses;
import dev.backlot.bus.Addresses.AccountParked;
import dev.backlot.bus.Addresses.BreakerChanged;
import dev.backlot.bus.Bus;
import dev.backlot.config.ProviderConfig.Breaker;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.catalog.LookupBy;
import dev.backlot.domain.job.SubmitOutcome;
import dev.backlot.domain.job.SubmitOutcome.Accepted;
import dev.backlot.domain.job.SubmitOutcome.NeverSent;
import dev.backlot.domain.job.SubmitOutcome.Refused;
import dev.backlot.domain.job.SubmitOutcome.Unknown;
import dev.backlot.domain.job.TaskLookup;
import dev.backlot.port.FakeProvider;
import dev.backlot.port.ProviderHealth.Parked;
import dev.backlot.port.ProviderScript.Fate;
import dev.backlot.port.VideoProvider.ByExternalId;
import dev.backlot.port.VideoProvider.ByTaskId;
import dev.backlot.port.VideoProvider.Create;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Three faults open a breaker; it stays open until the test says that the provider is back. */
class GuardedProviderTest {
  private static final int FAILURES = 3;
  private static final Duration PARKING = Duration.ofSeconds(60);
  private static final String ONE = "account-1";
  private static final String TWO = "account-2";
  private static final String PATH = "/v1/videos/text2video";

  private final Vertx vertx = Vertx.vertx();
  private final FakeProvider provider = new FakeProvider();
  private final BlockingQueue<BreakerChanged> changes = new LinkedBlockingQueue<>();
  private final BlockingQueue<AccountParked> parkings = new LinkedBlockingQueue<>();
  private volatile Instant now = Instant.parse("2026-06-01T12:00:00Z");
  private int created;
  private Bus bus;
  private GuardedProvider guarded;

  @BeforeEach
  void start() throws Exception {
    bus = Bus.install(vertx);
    get(bus.subscribe(Addresses.BREAKER_CHANGED, changes::add));
    get(bus.subscribe(Addresses.ACCOUNT_PARKED, parkings::add));
    guarded = guarded(Duration.ofMinutes(10));
  }

  @AfterEach
  void stop() throws Exception {
    get(vertx.close());
  }

  @Test
  void an_outage_opens_the_create_breaker_and_nothing_more_is_sent() throws Exception {
    failCreates(FAILURES);

    assertThat(create(ONE))
        .asInstanceOf(type(NeverSent.class))
        .returns(ErrorCode.PROVIDER_UNAVAILABLE, NeverSent::code);
    assertThat(provider.creates()).hasSize(FAILURES);
    assertThat(nextChange()).isEqualTo(new BreakerChanged(ONE, "create", "open", now));
    assertThat(guarded.mayCreate(ONE)).isFalse();
  }

  @Test
  void a_half_open_breaker_closes_after_a_probe_that_went_well() throws Exception {
    guarded = guarded(Duration.ofMillis(50));
    failCreates(FAILURES);
    awaitChange("half_open");
    assertThat(guarded.createsAllowed(ONE)).isEqualTo(1);

    assertThat(create(ONE)).isInstanceOf(Accepted.class);

    awaitChange("closed");
    assertThat(guarded.createsAllowed(ONE)).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void a_half_open_breaker_opens_again_after_a_probe_that_went_wrong() throws Exception {
    guarded = guarded(Duration.ofMillis(50));
    failCreates(FAILURES);
    awaitChange("half_open");

    failCreates(1);

    awaitChange("open");
  }

  @Test
  void the_outcome_of_a_fault_is_told_as_it_was() throws Exception {
    provider.next(new Fate.Vanish(), new Fate.Refuse(ErrorCode.PROVIDER_UNAVAILABLE, 5001));

    assertThat(create(ONE)).isEqualTo(new Unknown("no answer"));
    assertThat(create(ONE)).asInstanceOf(type(Refused.class)).returns(5001, Refused::providerCode);
  }

  @Test
  void a_failing_create_breaker_does_not_stop_queries() throws Exception {
    create(ONE);
    failCreates(FAILURES);
    awaitChange("open");

    assertThat(query(ONE)).isInstanceOf(TaskLookup.Found.class);
    assertThat(lookUp(ONE, "id-0")).isInstanceOf(TaskLookup.Found.class);
  }

  @Test
  void failing_queries_open_their_own_breaker_and_do_not_stop_creates() throws Exception {
    provider.breakQueries(true);
    for (int i = 0; i < FAILURES; i++) {
      query(ONE);
    }
    provider.breakQueries(false);

    assertThat(nextChange()).isEqualTo(new BreakerChanged(ONE, "query", "open", now));
    assertThat(query(ONE))
        .isEqualTo(new TaskLookup.Unclear(ErrorCode.PROVIDER_UNAVAILABLE, "breaker open"));
    assertThat(provider.queries()).isEqualTo(FAILURES);
    assertThat(create(ONE)).isInstanceOf(Accepted.class);
  }

  @Test
  void a_group_counts_as_one_query_and_is_held_back_by_its_breaker() throws Exception {
    provider.breakQueries(true);
    for (int i = 0; i < FAILURES; i++) {
      queryAll(ONE);
    }
    provider.breakQueries(false);

    assertThat(nextChange()).isEqualTo(new BreakerChanged(ONE, "query", "open", now));
    assertThat(queryAll(ONE))
        .hasSize(2)
        .containsOnly(new TaskLookup.Unclear(ErrorCode.PROVIDER_UNAVAILABLE, "breaker open"));
    assertThat(provider.queries()).isEqualTo(FAILURES);
  }

  @Test
  void a_group_of_which_some_are_missing_is_no_fault() throws Exception {
    create(ONE);
    for (int i = 0; i <= FAILURES; i++) {
      queryAll(ONE);
    }

    assertThat(queryAll(ONE).get(0)).isInstanceOf(TaskLookup.Found.class);
    assertThat(queryAll(ONE).get(1)).isInstanceOf(TaskLookup.NotThere.class);
  }

  @Test
  void one_account_does_not_stop_another() throws Exception {
    failCreates(FAILURES);

    assertThat(create(TWO)).isInstanceOf(Accepted.class);
    assertThat(guarded.mayCreate(TWO)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "CONTENT_REJECTED,1301",
    "PROVIDER_REJECTED,1201",
    "PROVIDER_BUSY,1303",
    "MODEL_NOT_GRANTED,1103"
  })
  void refusals_that_are_not_the_providers_fault_open_nothing(ErrorCode code, int number)
      throws Exception {
    for (int i = 0; i < FAILURES * 2; i++) {
      provider.next(new Fate.Refuse(code, number));
      create(ONE);
    }

    assertThat(provider.creates()).hasSize(FAILURES * 2);
    assertThat(changes).isEmpty();
    assertThat(guarded.createsAllowed(ONE)).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void a_create_without_permit_does_not_use_up_the_probe() throws Exception {
    guarded = guarded(Duration.ofMillis(50));
    failCreates(FAILURES);
    awaitChange("half_open");

    SubmitOutcome denied = onLoop(() -> guarded.create(createOf(ONE), () -> false, late -> {}));

    assertThat(denied).isInstanceOf(NeverSent.class);
    assertThat(guarded.createsAllowed(ONE)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "PROVIDER_AUTHENTICATION,1002",
    "PROVIDER_ACCOUNT,1100",
    "PROVIDER_CREDIT,1101",
    "PROVIDER_ACCOUNT,1304"
  })
  void a_refusal_that_needs_the_operator_parks_the_account(ErrorCode code, int number)
      throws Exception {
    park(code, number);

    assertThat(create(ONE)).isInstanceOf(NeverSent.class);
    assertThat(guarded.mayCreate(ONE)).isFalse();
    assertThat(guarded.parked()).extracting(Parked::subject).containsExactly(ONE);
    assertThat(parkings.poll(10, TimeUnit.SECONDS)).isEqualTo(new AccountParked(ONE, number, now));
    assertThat(provider.creates()).hasSize(1);
    assertThat(changes).isEmpty();
  }

  @Test
  void a_parked_account_is_still_asked_about_its_tasks() throws Exception {
    create(ONE);
    park(ErrorCode.PROVIDER_CREDIT, 1101);

    assertThat(query(ONE)).isInstanceOf(TaskLookup.Found.class);
  }

  @Test
  void a_probe_that_is_accepted_ends_the_parking() throws Exception {
    park(ErrorCode.PROVIDER_CREDIT, 1101);
    now = now.plus(PARKING);
    assertThat(guarded.createsAllowed(ONE)).isEqualTo(1);

    assertThat(create(ONE)).isInstanceOf(Accepted.class);

    assertThat(guarded.parked()).isEmpty();
    assertThat(guarded.createsAllowed(ONE)).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void a_probe_that_is_refused_again_prolongs_the_parking() throws Exception {
    park(ErrorCode.PROVIDER_CREDIT, 1101);
    now = now.plus(PARKING);

    park(ErrorCode.PROVIDER_CREDIT, 1101);

    assertThat(guarded.mayCreate(ONE)).isFalse();
    assertThat(provider.creates()).hasSize(2);
  }

  @Test
  void a_probe_of_unknown_outcome_leaves_the_account_parked() throws Exception {
    park(ErrorCode.PROVIDER_CREDIT, 1101);
    now = now.plus(PARKING);

    failCreates(1);

    assertThat(guarded.parked()).extracting(Parked::subject).containsExactly(ONE);
    assertThat(guarded.createsAllowed(ONE)).isEqualTo(1);
  }

  @Test
  void every_breaker_can_be_seen() {
    assertThat(guarded.breakers())
        .extracting(view -> view.account() + " " + view.guard() + " " + view.state())
        .containsExactly(
            "account-1 create closed",
            "account-1 query closed",
            "account-2 create closed",
            "account-2 query closed");
  }

  @Test
  void an_account_that_is_not_configured_is_never_used() throws Exception {
    assertThat(create("another")).isInstanceOf(NeverSent.class);
    assertThat(guarded.mayCreate("another")).isFalse();
    assertThat(provider.creates()).isEmpty();
  }

  private GuardedProvider guarded(Duration reset) {
    Breaker config = new Breaker(FAILURES, Duration.ofSeconds(60), reset, PARKING);
    return new GuardedProvider(vertx, bus, () -> now, provider, List.of(ONE, TWO), config);
  }

  private void failCreates(int times) throws Exception {
    for (int i = 0; i < times; i++) {
      provider.next(new Fate.Vanish());
      create(ONE);
    }
  }

  private void park(ErrorCode code, int number) throws Exception {
    provider.next(new Fate.Refuse(code, number));
    create(ONE);
  }

  private BreakerChanged nextChange() throws InterruptedException {
    return changes.poll(10, TimeUnit.SECONDS);
  }

  private void awaitChange(String state) throws InterruptedException {
    BreakerChanged change = nextChange();
    while (change != null && !change.state().equals(state)) {
      change = nextChange();
    }
    assertThat(change).as("change to " + state).isNotNull();
  }

  private Create createOf(String account) {
    return new Create(account, "legacy", PATH, "id-" + created++, "{}", false, "video");
  }

  private SubmitOutcome create(String account) throws Exception {
    Create create = createOf(account);
    return onLoop(() -> guarded.create(create, () -> true, late -> {}));
  }

  private TaskLookup query(String account) throws Exception {
    return onLoop(() -> guarded.query(new ByTaskId(account, "legacy", PATH, "867300000000000001")));
  }

  /** Of the first task, and of one that is not there. */
  private List<TaskLookup> queryAll(String account) throws Exception {
    List<ByTaskId> tasks =
        List.of(
            new ByTaskId(account, "path-per-model", PATH, "867300000000000001"),
            new ByTaskId(account, "path-per-model", PATH, "867300000000009999"));
    return onLoop(() -> guarded.queryAll(tasks));
  }

  private TaskLookup lookUp(String account, String id) throws Exception {
    return onLoop(
        () -> guarded.lookUp(new ByExternalId(account, "legacy", PATH, LookupBy.PATH, id, now)));
  }

  private <T> T onLoop(Supplier<Future<T>> call) throws Exception {
    Promise<T> promise = Promise.promise();
    vertx.getOrCreateContext().runOnContext(go -> call.get().onComplete(promise));
    return get(promise.future());
  }
}
