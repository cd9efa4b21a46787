package dev.backlot.stream;

import static dev.backlot.stream.StatusSocketTest.job;
import static dev.backlot.stream.StreamServer.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.bus.Addresses;
import dev.backlot.config.TcpBridgeConfig;
import dev.backlot.config.TcpBridgeConfig.Tls;
import dev.backlot.domain.job.JobState;
import dev.backlot.store.Certificate;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemTrustOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TcpBridgeTest {
  private static final String SUBMIT = "backlot.jobs.submit.v1";

  private final FakeEventLog log = new FakeEventLog();
  private StreamServer server;
  private NetClient net;
  private int port;

  @BeforeEach
  void start() throws Exception {
    server = new StreamServer(log, StreamServer.config(64 << 10, 100));
    net = server.vertx.createNetClient();
    port = server.tcpBridge(new TcpBridgeConfig("127.0.0.1", 0, 3, Optional.empty()));
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  void a_program_gets_a_snapshot_and_then_what_happens() throws Exception {
    log.append(TENANT, job(1), JobState.QUEUED);
    BridgeClient client = connect();

    client.subscribe(token().put("tenant", true));
    append(JobState.SUBMITTING);

    assertThat(client.await("snapshot").getJsonArray("jobs")).hasSize(1);
    assertThat(client.await("event").getString("event")).isEqualTo("job.submitting");
  }

  @Test
  void messages_are_called_as_the_bridge_of_vertx_calls_them() throws Exception {
    BridgeClient client = connect();
    client.subscribe(token().put("tenant", true));

    assertThat(client.next().getString("type")).isEqualTo("message");
  }

  @Test
  void a_ping_is_answered() throws Exception {
    BridgeClient client = connect();

    client.send(new JsonObject().put("type", "ping"));

    assertThat(client.next()).isEqualTo(new JsonObject().put("type", "pong"));
  }

  @Test
  void a_command_is_carried_out_by_this_node() throws Exception {
    server.bus.answer(
        Addresses.SUBMIT_JOB,
        asked -> Future.succeededFuture(new JsonObject().put("ok", true).put("status", 202)));

    assertThat(connect().ask(SUBMIT, token()).getJsonObject("body").getInteger("status"))
        .isEqualTo(202);
  }

  @Test
  void nothing_but_the_commands_can_be_sent_to() throws Exception {
    CountedMessages internal = new CountedMessages(server.vertx, "backlot.log.head.v1");

    assertThat(connect().ask("backlot.log.head.v1", token()).getString("message"))
        .isEqualTo("access_denied");
    assertThat(internal.count()).isZero();
  }

  @Test
  void a_program_that_shows_no_credential_is_closed() throws Exception {
    BridgeClient client = connect();
    client.send(new JsonObject().put("type", "ping"));
    assertThat(client.next().getString("type")).isEqualTo("pong");

    server.clock.advance(Duration.ofSeconds(6));

    assertThat(client.next().getString("message")).isEqualTo("auth-timeout");
    client.closeCode();
  }

  @Test
  void a_program_that_is_silent_is_closed() throws Exception {
    BridgeClient client = connect();
    client.subscribe(token().put("tenant", true));

    server.clock.advance(Duration.ofSeconds(46));

    JsonObject last = client.next();
    while (!"err".equals(last.getString("type"))) {
      last = client.next();
    }
    assertThat(last.getString("message")).isEqualTo("silent");
    client.closeCode();
  }

  @Test
  void a_node_has_room_for_so_many_connections() throws Exception {
    for (int i = 0; i < 3; i++) {
      connect().subscribe(token().put("tenant", true));
    }

    BridgeClient beyond = connect();

    assertThat(beyond.next().getString("message")).isEqualTo("try-again");
    beyond.closeCode();
  }

  @Test
  void a_connection_that_ends_makes_room() throws Exception {
    for (int i = 0; i < 3; i++) {
      connect().raw(Buffer.buffer().appendInt(Integer.MAX_VALUE));
    }
    Waiting.until(() -> server.hubs.sockets() == 0);

    connect().subscribe(token().put("tenant", true));
  }

  @Test
  void a_message_of_ten_megabytes_is_refused_by_its_length_alone() throws Exception {
    BridgeClient client = connect();

    client.raw(Buffer.buffer().appendInt(10 << 20));

    assertThat(client.next().getInteger("failureCode")).isEqualTo(1009);
    client.closeCode();
  }

  @Test
  void a_node_that_stops_says_where_to_come_back_to() throws Exception {
    BridgeClient client = connect();
    client.subscribe(token().put("tenant", true));

    server.stop();

    assertThat(client.await("resync").getString("reason")).isEqualTo("shutdown");
    client.closeCode();
  }

  @Test
  void what_travels_may_be_encrypted(@TempDir Path directory) throws Exception {
    Certificate node = Certificate.forLoopbackAddress(directory, "node");
    int encrypted =
        server.tcpBridge(
            new TcpBridgeConfig("127.0.0.1", 0, 3, Optional.of(new Tls(node.pem(), node.key()))));
    NetClient trusting =
        server.vertx.createNetClient(
            new NetClientOptions()
                .setSsl(true)
                .setHostnameVerificationAlgorithm("HTTPS")
                .setTrustOptions(new PemTrustOptions().addCertPath(node.pem().toString())));

    BridgeClient client = BridgeClient.tcp(trusting, encrypted);

    assertThat(client.subscribe(token().put("tenant", true)).getInteger("status")).isEqualTo(200);
  }

  private BridgeClient connect() throws Exception {
    return BridgeClient.tcp(net, port);
  }

  private JsonObject token() {
    return new JsonObject().put("token", server.token());
  }

  private void append(JobState state) {
    log.append(TENANT, job(1), state);
    server.wake(0);
  }
}
