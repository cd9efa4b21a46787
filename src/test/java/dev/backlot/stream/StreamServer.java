package dev.backlot.stream;

import dev.backlot.bus.Addresses;
import dev.backlot.bus.Bus;
import dev.backlot.config.BusConfig;
import dev.backlot.config.Secret;
import dev.backlot.config.StreamConfig;
import dev.backlot.config.TcpBridgeConfig;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.StreamScope;
import dev.backlot.domain.access.TenantId;
import dev.backlot.http.Authentication;
import dev.backlot.http.MessageReplies;
import dev.backlot.http.Origins;
import dev.backlot.http.Routes;
import dev.backlot.http.TestServer;
import dev.backlot.http.UrlCredentials;
import dev.backlot.port.EventLog;
import dev.backlot.port.Keys;
import dev.backlot.stream.application.BusStreamVerticle;
import dev.backlot.stream.bridge.BridgeRoutes;
import dev.backlot.stream.bridge.BridgeServices;
import dev.backlot.stream.bridge.TcpBridgeVerticle;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.WebSocketClient;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A node that streams: the tail, the real HTTP server and a clock that stands still. */
public final class StreamServer implements AutoCloseable {
  public static final TenantId TENANT = new TenantId(new UUID(7, 7));
  static final Secret DEMO_KEY = new Secret("blk_demodemodemo_secret");
  static final String PAGE = "https://app.example";
  static final int TOKENS_MAX = 50;
  static final TenantId OTHER = new TenantId(new UUID(8, 8));

  private final StreamConfig config;
  final Vertx vertx;
  final WebSocketClient sockets;
  final HttpClient streams;
  final Bus bus;
  public final Hubs hubs = new Hubs();
  final FakeGrants grants = new FakeGrants();
  final FakeBalances balances = new FakeBalances();
  final FakeIncidents incidents = new FakeIncidents();
  public final MovableClock clock = new MovableClock();
  final EventLog log;

  private final Keys keys;
  private final Origins origins;

  public final TestServer http;

  public StreamServer(EventLog log, StreamConfig config) throws Exception {
    this(log, config, List.of());
  }

  /**
   * @param more further routes, the same on every start
   */
  public StreamServer(EventLog log, StreamConfig config, List<Routes> more) throws Exception {
    this(Vertx.vertx(), log, config, more);
  }

  /**
   * @param vertx of this node alone, and of its log; closed with the node
   */
  StreamServer(Vertx vertx, EventLog log, StreamConfig config, List<Routes> more) throws Exception {
    this(vertx, Bus.install(vertx), log, config, more);
  }

  /**
   * @param bus of this {@code vertx}
   */
  StreamServer(Vertx vertx, Bus bus, EventLog log, StreamConfig config, List<Routes> more)
      throws Exception {
    this(vertx, bus, log, config, more, null, PAGE);
  }

  /**
   * @param keys that open the stream; in place of {@link #grants}
   */
  StreamServer(Vertx vertx, EventLog log, StreamConfig config, Keys keys) throws Exception {
    this(vertx, Bus.install(vertx), log, config, List.of(), keys, PAGE);
  }

  /** Lists another page than {@link #PAGE}. */
  static StreamServer of(String page, EventLog log, StreamConfig config) throws Exception {
    Vertx vertx = Vertx.vertx();
    return new StreamServer(vertx, Bus.install(vertx), log, config, List.of(), null, page);
  }

  private StreamServer(
      Vertx vertx,
      Bus bus,
      EventLog log,
      StreamConfig config,
      List<Routes> more,
      @Nullable Keys other,
      String page)
      throws Exception {
    this.keys = other == null ? grants : other;
    this.origins = new Origins(List.of(page));
    this.vertx = vertx;
    this.config = config;
    this.sockets = StreamClient.client(vertx);
    this.streams = EventStreamClient.client(vertx);
    this.bus = bus;
    this.log = log;
    vertx.deployVerticle(new StreamVerticle(config, bus, log, hubs)).await(20, TimeUnit.SECONDS);
    this.http =
        TestServer.start(
            vertx,
            checks -> {
              List<Routes> routes = new ArrayList<>(more);
              StreamLoop loop = new StreamLoop(config, log, keys, hubs, clock);
              routes.add(origins);
              routes.add(new UrlCredentials());
              routes.add(new StatusSocket(loop, origins));
              routes.add(new EventStreamRoutes(loop, checks));
              routes.add(new BridgeRoutes(loop, bridges(), origins));
              routes.add(
                  new TokenRoutes(
                      new Authentication(grants, clock), checks, grants, log, TOKENS_MAX, clock));
              routes.add(
                  new DevelopmentRoutes(
                      grants, TENANT, "demodemodemo", DEMO_KEY, List.of(), TOKENS_MAX, clock));
              return routes;
            });
  }

  /** Bounds that are quick to reach; nothing happens by time unless the clock is moved. */
  public static StreamConfig config() {
    return config(64 << 10, 1_000);
  }

  static StreamConfig config(int queueBytes, int recentEvents) {
    return config(queueBytes, recentEvents, 2_000);
  }

  /** Believes credentials for so long that nobody could ask about. */
  static StreamConfig config(Duration unconfirmedMax) {
    return config(
        config(), config().heartbeat(), config().silenceMax(), config().recheck(), unconfirmedMax);
  }

  /**
   * @param recheck between two looks for revoked credentials
   */
  static StreamConfig configOfRecheck(Duration recheck) {
    return config(
        config(), config().heartbeat(), config().silenceMax(), recheck, config().unconfirmedMax());
  }

  /** Hears of silence as good as never. */
  static StreamConfig patient() {
    return config(
        config(),
        Duration.ofHours(1),
        Duration.ofHours(3),
        config().recheck(),
        Duration.ofHours(2));
  }

  private static StreamConfig config(
      StreamConfig like,
      Duration heartbeat,
      Duration silenceMax,
      Duration recheck,
      Duration unconfirmedMax) {
    return new StreamConfig(
        like.tailInterval(),
        like.tailBatch(),
        like.recentEvents(),
        like.socketsMax(),
        like.socketsPerTenantMax(),
        like.messageBytesMax(),
        like.queueBytesMax(),
        like.queueBytesAllMax(),
        like.snapshotJobsMax(),
        like.authTimeout(),
        heartbeat,
        silenceMax,
        like.drainTimeout(),
        recheck,
        unconfirmedMax);
  }

  static StreamConfig configOfSockets(int socketsMax) {
    return config(64 << 10, 1_000, socketsMax);
  }

  static StreamConfig configOfTenants(int socketsPerTenantMax) {
    return config(64 << 10, 1_000, 2_000, socketsPerTenantMax, 1L << 30);
  }

  static StreamConfig configOfQueues(int queueBytes, long queueBytesAll) {
    return config(queueBytes, 1_000, 2_000, 2_000, queueBytesAll);
  }

  private static StreamConfig config(int queueBytes, int recentEvents, int socketsMax) {
    return config(queueBytes, recentEvents, socketsMax, socketsMax, 1L << 30);
  }

  private static StreamConfig config(
      int queueBytes,
      int recentEvents,
      int socketsMax,
      int socketsPerTenantMax,
      long queueBytesAll) {
    return new StreamConfig(
        Duration.ofMillis(10),
        50,
        recentEvents,
        socketsMax,
        socketsPerTenantMax,
        64 << 10,
        queueBytes,
        queueBytesAll,
        5,
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(45),
        Duration.ofSeconds(10),
        Duration.ofMillis(100),
        Duration.ofHours(2));
  }

  /** Serves applications on the event bus as well. */
  String deployBusStreams(BusConfig limits) throws Exception {
    BusStreamVerticle streams =
        new BusStreamVerticle(
            new StreamLoop(config, log, grants, hubs, clock),
            limits,
            balances,
            incidents,
            bus,
            new MessageReplies(code -> {}),
            new SecureRandom());
    return vertx.deployVerticle(streams).await(20, TimeUnit.SECONDS);
  }

  String token() {
    return grants.token(TENANT, new StreamScope.WholeTenant(), anHourFromNow());
  }

  public String key(Scope... scopes) {
    return grants.key(TENANT, Set.of(scopes));
  }

  Instant anHourFromNow() {
    return clock.instant().plusSeconds(3_600);
  }

  void wake(long position) {
    bus.publish(Addresses.LOG_ADVANCED, new Addresses.LogAdvanced(position));
  }

  StreamClient connect() throws Exception {
    return StreamClient.connect(sockets, http.port());
  }

  /** A socket that has shown a token for the whole tenant. */
  StreamClient authenticated() throws Exception {
    StreamClient client = connect();
    client.authenticate(token());
    return client;
  }

  /** An event stream by a token for the whole tenant. */
  EventStreamClient follow(String query) throws Exception {
    return EventStreamClient.open(streams, http.port(), query, token());
  }

  /** Opens it, and says on which port. */
  int tcpBridge(TcpBridgeConfig bridge) throws Exception {
    TcpBridgeVerticle verticle =
        new TcpBridgeVerticle(bridge, new StreamLoop(config, log, keys, hubs, clock), bridges());
    vertx.deployVerticle(verticle).await(20, TimeUnit.SECONDS);
    return verticle.actualPort();
  }

  private BridgeServices bridges() {
    return BridgeServices.of(bus, new MessageReplies(refused -> {}));
  }

  /** Ends everything that reads the log, which may be closed then. */
  void stop() throws Exception {
    http.close();
    for (String verticle : vertx.deploymentIDs()) {
      vertx.undeploy(verticle).await(20, TimeUnit.SECONDS);
    }
  }

  @Override
  public void close() throws Exception {
    http.close();
    vertx.close().await(20, TimeUnit.SECONDS);
  }
}
