package dev.backlot.stream;

import static dev.backlot.stream.StatusSocketTest.job;
import static dev.backlot.stream.StreamServer.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.cluster.TestCluster;
import dev.backlot.config.TcpBridgeConfig;
import dev.backlot.database.TestDatabase;
import dev.backlot.domain.job.JobState;
import dev.backlot.http.MessageReplies;
import dev.backlot.store.PgClusterPeers;
import dev.backlot.stream.bridge.BridgeCrowd;
import dev.backlot.stream.bridge.BridgeServices;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What clients of the bridges cost the cluster: nothing. Over the network three hundred of them;
 * five thousand, which need more open files than some machines allow, with {@code
 * -Dbridge.clients=5000 -Dtest=BridgeRegistrationsTest}.
 */
class BridgeRegistrationsTest {
  private static final int CLIENTS = Integer.getInteger("bridge.clients", 300);

  /** Of all that a bridge does for a client only the network is left out. */
  private static final int MORE = 5_000;

  private final FakeEventLog log = new FakeEventLog();
  private final Vertx alone = Vertx.vertx();
  private final TestDatabase database = TestDatabase.create(alone);

  @AfterEach
  void close() throws Exception {
    database.close();
    alone.close().await(10, TimeUnit.SECONDS);
  }

  @Test
  void a_node_makes_no_more_known_to_the_others_with_many_clients_than_with_none()
      throws Exception {
    try (TestCluster member = TestCluster.join(new PgClusterPeers(database.config()));
        StreamServer server =
            new StreamServer(
                member.vertx, member.bus, log, StreamServer.configOfSockets(2 * MORE), List.of())) {
      int port = server.tcpBridge(new TcpBridgeConfig("127.0.0.1", 0, CLIENTS, Optional.empty()));
      NetClient net = server.vertx.createNetClient();
      int before = member.registrations();
      List<BridgeClient> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(
            i % 3 == 0
                ? BridgeClient.tcp(net, port)
                : BridgeClient.sockJs(server.sockets, server.http.port()));
      }
      clients.forEach(client -> follow(client, server.token()));
      BridgeCrowd crowd =
          new BridgeCrowd(member.vertx, loop(server), BridgeServices.of(member.bus, replies()));
      crowd.join(MORE, server.token());
      Waiting.until(() -> crowd.live() == MORE);

      log.append(TENANT, job(1), JobState.QUEUED);
      server.wake(0);

      assertThat(clients).allSatisfy(client -> client.await("event"));
      Waiting.until(() -> crowd.events() == MORE);
      assertThat(crowd.closed()).isZero();
      assertThat(server.hubs.sockets()).isEqualTo(CLIENTS + MORE);
      assertThat(before).as("registrations without clients").isPositive();
      assertThat(member.registrations()).isEqualTo(before);
    }
  }

  private StreamLoop loop(StreamServer server) {
    return new StreamLoop(
        StreamServer.configOfSockets(2 * MORE), log, server.grants, server.hubs, server.clock);
  }

  private static MessageReplies replies() {
    return new MessageReplies(refused -> {});
  }

  private static void follow(BridgeClient client, String token) {
    client.send("register", "backlot.stream.events.v1");
    client.send("register", "5b0a1c3e-0000-4000-8000-000000000001");
    client.subscribe(new JsonObject().put("token", token).put("tenant", true));
    client.await("live");
  }
}
