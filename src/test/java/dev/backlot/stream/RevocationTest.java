package dev.backlot.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.AppConfig;
import dev.backlot.config.ConfigSource;
import dev.backlot.config.StreamConfig;
import dev.backlot.config.TcpBridgeConfig;
import dev.backlot.database.TestDatabase;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.StreamScope;
import dev.backlot.port.Keys.NewKey;
import dev.backlot.port.StreamTokens.NewToken;
import dev.backlot.store.PgKeys;
import dev.backlot.store.PgStreamTokens;
import dev.backlot.store.Pools;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes on one PostgreSQL: what one revokes, both close. */
class RevocationTest {
  /** From the answer to the one who revokes, with the pause between two looks as it is shipped. */
  private static final Duration PROMISED = Duration.ofSeconds(5);

  private static final TcpBridgeConfig BRIDGE =
      new TcpBridgeConfig("127.0.0.1", 0, 100, Optional.empty());

  /**
   * @param end waits for it, and says what this one was told
   * @param told what it must be told
   */
  private record Follower(String name, BooleanSupplier isOpen, Supplier<String> end, String told) {}

  @TempDir Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final Vertx vertx2 = Vertx.vertx();
  private final TestDatabase database = TestDatabase.create(vertx);
  private final Pool pool2 = Pools.create(vertx2, database.config(), "backlot test");
  private final PgKeys keys = keys(vertx, database.pool());
  private final PgKeys keys2 = keys(vertx2, pool2);
  private final PgStreamTokens tokens = new PgStreamTokens(vertx, database.pool(), new Random(2));
  private final FakeEventLog log = new FakeEventLog();
  private StreamServer one;
  private StreamServer two;
  private int tcpOfOne;
  private int tcpOfTwo;
  private Instant now;
  private NewKey key;

  @BeforeEach
  void start() throws Exception {
    StreamConfig config = StreamServer.configOfRecheck(shipped().recheck());
    one = new StreamServer(vertx, log, config, keys);
    two = new StreamServer(vertx2, log, config, keys2);
    tcpOfOne = one.tcpBridge(BRIDGE);
    tcpOfTwo = two.tcpBridge(BRIDGE);
    now = one.clock.instant();
    key = await(keys.create("acme", Set.of(Scope.STREAM), now));
  }

  @AfterEach
  void stop() throws Exception {
    one.stop();
    two.stop();
    pool2.close().await(20, TimeUnit.SECONDS);
    database.close();
    one.close();
    two.close();
  }

  @Test
  void a_revoked_token_closes_all_that_follow_by_it_on_every_node_within_five_seconds()
      throws Exception {
    NewToken revoked = mint();
    NewToken other = mint();
    List<Follower> closing = new ArrayList<>(open(one, revoked.presented()));
    closing.addAll(open(two, revoked.presented()));
    List<Follower> staying = new ArrayList<>(open(one, other.presented()));
    staying.addAll(open(two, key.presented()));

    Instant revokedAt = Instant.now();
    await(tokens.revoke(key.tenant(), revoked.id(), now));

    assertAllEnded(closing, revokedAt);
    assertThat(staying).allSatisfy(each -> assertThat(each.isOpen.getAsBoolean()).isTrue());
  }

  @Test
  void a_revoked_key_closes_all_that_follow_by_it_and_by_its_tokens_within_five_seconds()
      throws Exception {
    NewToken token = mint();
    NewKey otherKey = await(keys.create("acme", Set.of(Scope.STREAM), now));
    List<Follower> closing = new ArrayList<>();
    for (StreamServer node : List.of(one, two)) {
      closing.addAll(open(node, key.presented()));
      closing.addAll(open(node, token.presented()));
    }
    List<Follower> staying = open(two, otherKey.presented());

    Instant revokedAt = Instant.now();
    await(keys2.revoke(key.keyId(), now));

    assertAllEnded(closing, revokedAt);
    assertThat(staying).allSatisfy(each -> assertThat(each.isOpen.getAsBoolean()).isTrue());
  }

  private static void assertAllEnded(List<Follower> closing, Instant revokedAt) {
    assertThat(closing)
        .allSatisfy(each -> assertThat(each.end.get()).as(each.name).isEqualTo(each.told));
    assertThat(Duration.between(revokedAt, Instant.now())).isLessThan(PROMISED);
  }

  /** One in each way that keeps a connection open. */
  private List<Follower> open(StreamServer node, String credential) throws Exception {
    StreamClient socket = node.connect();
    socket.authenticate(credential);
    EventStreamClient events =
        EventStreamClient.open(node.streams, node.http.port(), "tenant=true", credential);
    events.await("live");
    BridgeClient sockJs = BridgeClient.sockJs(node.sockets, node.http.port());
    BridgeClient tcp = BridgeClient.tcp(node.vertx.createNetClient(), tcpPort(node));
    JsonObject wish = new JsonObject().put("token", credential).put("tenant", true);
    sockJs.subscribe(wish);
    tcp.subscribe(wish);
    return List.of(
        new Follower("WebSocket", socket::isOpen, () -> socket.closeCode() + "", "4410"),
        new Follower(
            "server-sent events",
            events::isOpen,
            () -> events.await("error").data().getString("code") + " " + events.isEnded(),
            "unauthenticated true"),
        new Follower("SockJS bridge", sockJs::isOpen, () -> sockJs.closeCode() + "", "4410"),
        new Follower("TCP bridge", tcp::isOpen, () -> lastWord(tcp), "4410"));
  }

  /** Which has no close codes. */
  private static String lastWord(BridgeClient tcp) {
    tcp.closeCode();
    JsonObject message = tcp.next();
    while (!message.getString("type").equals("err")) {
      message = tcp.next();
    }
    return message.getInteger("failureCode").toString();
  }

  private int tcpPort(StreamServer node) {
    return node == one ? tcpOfOne : tcpOfTwo;
  }

  private StreamConfig shipped() {
    return AppConfig.load(
        new ConfigSource(
            Optional.of(Path.of("conf/backlot.yaml")),
            List.of("data-directory=" + directory),
            Map.of()))
        .stream();
  }

  private NewToken mint() throws Exception {
    return await(
        tokens.mint(
            key.tenant(),
            key.keyId(),
            new StreamScope.WholeTenant(),
            now,
            now.plusSeconds(600),
            100));
  }

  private static PgKeys keys(Vertx vertx, Pool pool) {
    return new PgKeys(vertx, pool, new Random(1), UUID::randomUUID);
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.await(20, TimeUnit.SECONDS);
  }
}
