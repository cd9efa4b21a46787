package dev.backlot.dispatch;

import dev.backlot.bus.Bus;
import dev.backlot.config.DispatchConfig;
import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.catalog.Dialect;
import dev.backlot.domain.catalog.LookupBy;
import dev.backlot.domain.catalog.Reach;
import dev.backlot.domain.catalog.Route;
import dev.backlot.domain.catalog.Routing;
import dev.backlot.domain.job.CancelPolicy;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.NowherePolicy;
import dev.backlot.domain.job.Uuid7;
import dev.backlot.domain.node.NodeId;
import dev.backlot.domain.node.NodeLease;
import dev.backlot.port.Dispatches.SlotLimit;
import dev.backlot.port.Endings.Ending;
import dev.backlot.port.Endings.Finished;
import dev.backlot.port.FakeProvider;
import dev.backlot.port.ProviderHealth;
import dev.backlot.port.UsableAccounts;
import dev.backlot.port.VideoProvider;
import dev.backlot.store.PgStrandedJobs;
import dev.backlot.store.StoreFixture;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Dispatch over the real store and a provider in memory. Time moves, and passes are made, only when
 * a test says so.
 */
final class DispatchFixture implements AutoCloseable {
  static final Duration HORIZON = Duration.ofMinutes(2);
  static final int MAX_ATTEMPTS = 2;
  static final Duration NOWHERE_AFTER = Duration.ofHours(1);

  /** A kind whose only way is in the newer dialect. */
  static final String NEWER = "newer";

  /** A second account, which has no slots unless a test gives it some. */
  static final String SPARE = "spare";

  static final long LARGE_BODIES = 1 << 20;
  static final Duration REFUSAL_CAP = Duration.ofSeconds(1);
  private static final Duration LOOKUP_CAP = Duration.ofSeconds(15);
  final StoreFixture store = new StoreFixture();
  final FakeProvider provider = new FakeProvider();
  final NodeLease lease = lease("one");
  Reach reach = Reach.everywhere();
  boolean inputsAway;
  Runnable whileReading = () -> {};
  boolean breakerOpen;
  int createsAllowed = Integer.MAX_VALUE;
  private boolean spare;
  final Set<String> onTrial = new HashSet<>();

  /** Models that the catalog has no more. */
  final Set<String> withdrawn = new HashSet<>();

  LookupBy lookup = LookupBy.PATH;

  final ThawedStore committed = new ThawedStore(store.dispatches);
  final RefillingEndings endings = new RefillingEndings(store.endings);
  final Bus bus = Bus.install(store.vertx);
  private final Context loop = store.vertx.getOrCreateContext();
  private final AtomicReference<Instant> now = new AtomicReference<>(StoreFixture.NOW);
  private final DispatchConfig config;
  private final Dispatch dispatch;

  DispatchFixture() throws Exception {
    this(NowherePolicy.FAIL);
  }

  DispatchFixture(NowherePolicy whenNowhere) throws Exception {
    config = config(whenNowhere);
    dispatch = dispatch(lease);
    store.slots(5);
  }

  private static DispatchConfig config(NowherePolicy whenNowhere) {
    return new DispatchConfig(
        Duration.ofMillis(250),
        100,
        500,
        MAX_ATTEMPTS,
        3,
        HORIZON,
        Duration.ofMillis(500),
        LOOKUP_CAP,
        Duration.ofMillis(500),
        REFUSAL_CAP,
        Duration.ofSeconds(5),
        100,
        LARGE_BODIES,
        whenNowhere,
        NOWHERE_AFTER,
        Duration.ofMinutes(1));
  }

  /** A lease that runs out only when a test loses it. */
  NodeLease lease(String name) throws Exception {
    NodeLease lease = new NodeLease(new NodeId(UUID.randomUUID()), StoreFixture.LEASE, () -> 0);
    store.register(lease, name);
    return lease;
  }

  Dispatch dispatch(NodeLease owner) {
    return dispatch(owner, provider);
  }

  /** A verticle that works with this provider and this fixture's lease. */
  DispatchVerticle verticle(VideoProvider asked) {
    return new DispatchVerticle(
        dispatch(lease, asked), endings, bus, store.dispatches, config, now::get);
  }

  Dispatch dispatch(NodeLease owner, VideoProvider asked) {
    return dispatch(owner, asked, new Health());
  }

  Dispatch dispatch(NodeLease owner, VideoProvider asked, ProviderHealth health) {
    Uuid7 ids = new Uuid7(now::get, new Random(1));
    return Dispatch.of(
        new Dispatch.Ports(
            committed,
            this::readInput,
            new PgStrandedJobs(store.vertx, store.database.pool(), new Random(3)),
            asked,
            health,
            bus),
        new Dispatch.Making(new Paths(), "abcd1234", ids::next),
        new Dispatch.Accounts(
            List.of(StoreFixture.ACCOUNT, SPARE),
            List.of(StoreFixture.POOL),
            new Speech(),
            new OnePool()),
        owner,
        config,
        new Dispatch.Timing(now::get, new Random(2), pause -> store.vertx.timer(1)));
  }

  /** Gives the spare account as many slots. */
  void spareSlots(int count) throws Exception {
    spareSlots(StoreFixture.SLOT_CLASS, count);
  }

  void spareSlots(String slotClass, int count) throws Exception {
    spare = true;
    StoreFixture.await(
        store.dispatches.configureSlots(
            List.of(new SlotLimit(StoreFixture.POOL, SPARE, slotClass, count)), StoreFixture.NOW));
  }

  InstantSource clock() {
    return now::get;
  }

  private Future<byte[]> readInput(TenantId tenant, JobId job, long offset, int length) {
    whileReading.run();
    return inputsAway
        ? Future.failedFuture(new BacklotException(ErrorCode.STORE_UNAVAILABLE, "away"))
        : store.inputs.read(tenant, job, offset, length);
  }

  /** Endings may claim from now on. */
  void openRefills() {
    open(endings);
  }

  void open(RefillingEndings which) {
    which.open(dispatch.dispatcher(), loop);
  }

  /** As the verticle does it when the order to stop comes. */
  void endClaims() throws Exception {
    onLoop(
        () -> {
          dispatch.dispatcher().endClaims();
          return Future.succeededFuture();
        });
  }

  /** As the verticle does it first of all. */
  void stop() throws Exception {
    onLoop(
        () -> {
          dispatch.dispatcher().stop();
          return Future.succeededFuture();
        });
  }

  /** Endings, and a pass that begins while they claim. */
  Finished endBesideAPass(List<Ending> batch) throws Exception {
    Finished finished =
        onLoop(
            () -> {
              Future<Finished> ending = endings.finish(batch, CancelPolicy.KEEP, StoreFixture.NOW);
              Future<Boolean> pass = later(() -> dispatch.dispatcher().runOnce());
              return pass.transform(ended -> ending);
            });
    untilIdle(dispatch);
    return finished;
  }

  /** Endings that are held up at the log until a pass, which began after them, has ended. */
  Finished endAroundAPass(List<Ending> batch) throws Exception {
    Future<Finished> ending;
    try (Connection connection = store.database.owner();
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT pg_advisory_lock(1)");
      ending = endings.finish(batch, CancelPolicy.KEEP, StoreFixture.NOW);
      onLoop(() -> dispatch.dispatcher().runOnce());
    }
    Finished finished = StoreFixture.await(ending);
    untilIdle(dispatch);
    return finished;
  }

  private Future<Boolean> later(Supplier<Future<Boolean>> work) {
    Promise<Boolean> done = Promise.promise();
    loop.runOnContext(turn -> work.get().onComplete(done));
    return done.future();
  }

  /** Claims, sends, and records what came of it. */
  void send() throws Exception {
    send(dispatch);
  }

  void send(Dispatch with) throws Exception {
    StoreFixture.await(store.dispatches.ripen(1_000, now.updateAndGet(time -> time)));
    onLoop(() -> with.dispatcher().runOnce());
    untilIdle(with);
  }

  /** Looks for what no claim sees. */
  void findNowhere() throws Exception {
    onLoop(() -> dispatch.dispatcher().findNowhere());
    untilIdle(dispatch);
  }

  /**
   * Sends until a pass says that no other is worth while at once, or there were so many.
   *
   * @return passes
   */
  int sendAll(int most, Duration between) throws Exception {
    int passes = 1;
    while (onLoop(() -> dispatch.dispatcher().runOnce()) && passes < most) {
      pass(between);
      passes++;
    }
    untilIdle(dispatch);
    return passes;
  }

  /** Claims and sends, and waits for no answer. */
  void begin(Dispatch with) throws Exception {
    onLoop(() -> with.dispatcher().runOnce());
  }

  /** Looks up every unknown outcome, and acts on it. */
  void lookUp() throws Exception {
    lookUp(dispatch);
  }

  void lookUp(Dispatch with) throws Exception {
    pass(LOOKUP_CAP);
    onLoop(() -> with.resolver().runOnce());
    untilIdle(with);
  }

  void reload(Dispatch with) throws Exception {
    onLoop(with::reload);
  }

  void pass(Duration time) {
    now.updateAndGet(before -> before.plus(time));
  }

  /** External ids of all sends, in their order. */
  List<String> sent() {
    return provider.creates().stream().map(create -> create.externalId()).toList();
  }

  JobId job() throws Exception {
    return store.job();
  }

  void untilIdle() throws Exception {
    untilIdle(dispatch);
  }

  void untilIdle(Dispatch which) throws Exception {
    Promise<Void> idle = Promise.promise();
    loop.runOnContext(
        go ->
            store.vertx.setPeriodic(
                1,
                timer -> {
                  if (which.dispatcher().isIdle() && idle.tryComplete()) {
                    store.vertx.cancelTimer(timer);
                  }
                }));
    StoreFixture.await(idle.future());
  }

  private <T> T onLoop(Supplier<Future<T>> work) throws Exception {
    Promise<T> done = Promise.promise();
    loop.runOnContext(go -> work.get().onComplete(done));
    return StoreFixture.await(done.future());
  }

  @Override
  public void close() throws Exception {
    store.close();
  }

  private final class Health extends UsableAccounts {
    private Health() {
      super(account -> DispatchFixture.this.createsAllowed(account) > 0);
    }

    @Override
    public int createsAllowed(String account) {
      return DispatchFixture.this.createsAllowed(account);
    }
  }

  private int createsAllowed(String account) {
    if (breakerOpen || (account.equals(SPARE) && !spare)) {
      return 0;
    }
    return onTrial.contains(account) ? 1 : createsAllowed;
  }

  private final class Paths implements Routing {
    @Override
    public List<Route> routes(String kind, String model) {
      if (withdrawn.contains(model)) {
        return List.of();
      }
      return kind.equals(NEWER)
          ? List.of(new Route(Dialect.PATH_PER_MODEL, "/newer/{model}", lookup, null))
          : List.of(new Route(Dialect.LEGACY, "/v1/videos/" + kind, lookup, null));
    }
  }

  /** The spare account belongs to it once it has slots. */
  private final class OnePool implements Dispatch.Standings {
    @Override
    public BigDecimal price(String account) {
      return BigDecimal.ONE;
    }

    @Override
    public int weight(String account) {
      return 1;
    }

    @Override
    public List<String> others(String account, String slotClass, int slots) {
      if (account.equals(SPARE)) {
        return List.of(StoreFixture.ACCOUNT);
      }
      return spare ? List.of(SPARE) : List.of();
    }
  }

  /** The account prefers no dialect. */
  private final class Speech implements Dispatch.Dialects {
    @Override
    public Reach ofAccount(String account) {
      return reach;
    }

    @Override
    public Reach of(String pool, @Nullable String account) {
      return reach;
    }

    @Override
    public Optional<Dialect> preferred(String account, String model, String version) {
      return Optional.empty();
    }
  }
}
