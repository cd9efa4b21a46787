package dev.backlot.stream;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.vertx.sqlclient.Pool;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two nodes on one PostgreSQL: what one revokes, both close. */
class RevocationTest {
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
  private Instant now;
  private NewKey key;

  @BeforeEach
  void start() throws Exception {
    one = new StreamServer(vertx, log, StreamServer.config(), keys);
    two = new StreamServer(vertx2, log, StreamServer.config(), keys2);
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
  void a_revoked_token_closes_its_sockets_on_every_node() throws Exception {
    NewToken revoked = mint();
    NewToken other = mint();
    List<StreamClient> closing =
        List.of(open(one, revoked.presented()), open(two, revoked.presented()));
    List<StreamClient> staying = List.of(open(one, other.presented()), open(two, key.presented()));

    await(tokens.revoke(key.tenant(), revoked.id(), now));

    assertThat(closing)
        .allSatisfy(client -> assertThat(client.closeCode()).isEqualTo((short) 4410));
    assertThat(staying).allMatch(StreamClient::isOpen);
  }

  @Test
  void a_revoked_key_closes_its_sockets_and_those_of_its_tokens_on_every_node() throws Exception {
    NewToken token = mint();
    NewKey otherKey = await(keys.create("acme", Set.of(Scope.STREAM), now));
    List<StreamClient> closing =
        List.of(
            open(one, key.presented()),
            open(two, key.presented()),
            open(one, token.presented()),
            open(two, token.presented()));
    StreamClient staying = open(two, otherKey.presented());

    await(keys2.revoke(key.keyId(), now));

    assertThat(closing)
        .allSatisfy(client -> assertThat(client.closeCode()).isEqualTo((short) 4410));
    assertThat(staying.isOpen()).isTrue();
  }

  private StreamClient open(StreamServer node, String credential) throws Exception {
    StreamClient client = node.connect();
    client.authenticate(credential);
    return client;
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
