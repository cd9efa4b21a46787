package dev.backlot.stream;

import static dev.backlot.stream.StatusSocketTest.job;
import static dev.backlot.stream.StreamServer.OTHER;
import static dev.backlot.stream.StreamServer.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.bus.Addresses;
import dev.backlot.config.TcpBridgeConfig;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.StreamScope;
import dev.backlot.domain.job.JobState;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One tenant takes what it may of a node, on whichever way, and the others find room. */
class CrowdedTenantTest {
  private static final int FILL = 2;
  private static final String SUBSCRIBE = "backlot.stream.subscribe.v1";

  private final FakeEventLog log = new FakeEventLog();
  private StreamServer server;
  private StreamClient first;

  /** The ways of the bridge. */
  enum Bridge {
    SOCK_JS,
    PLAIN,
    TCP
  }

  @BeforeEach
  void fill() throws Exception {
    server = new StreamServer(log, StreamServer.configOfTenants(FILL));
    first = server.authenticated();
    server.follow("tenant=true").next("ready");
    assertThat(server.hubs.places().connections()).isEqualTo(FILL);
  }

  @AfterEach
  void others_find_room_and_nothing_is_left() throws Exception {
    StreamClient other = server.connect();
    other.authenticate(
        server.grants.token(OTHER, new StreamScope.WholeTenant(), server.anHourFromNow()));
    first.socket.close();
    Waiting.until(() -> server.hubs.sockets() == FILL);
    assertThat(server.authenticated().isOpen()).isTrue();
    server.close();
  }

  @Test
  void a_web_socket_too_many_is_told_why_and_closed() throws Exception {
    StreamClient client = server.connect();
    client.send(new JsonObject().put("type", "auth").put("token", server.token()));

    JsonObject error = client.next("error");

    assertThat(error.getString("code")).isEqualTo("rate-limited");
    assertThat(error.getString("detail")).contains("(2)");
    assertThat(client.closeCode()).isEqualTo((short) 4429);
    assertThat(server.hubs.crowdedOut()).isEqualTo(1);
  }

  @Test
  void an_event_stream_too_many_is_answered_with_a_problem() throws Exception {
    EventStreamClient client = server.follow("tenant=true");

    assertThat(client.head().statusCode()).isEqualTo(429);
    assertThat(client.head().getHeader("Retry-After")).isNotNull();
    assertThat(client.problem().getString("type")).contains("rate-limited");
  }

  @Test
  void an_event_stream_that_is_refused_for_what_it_asks_leaves_its_place() throws Exception {
    first.socket.close();
    Waiting.until(() -> server.hubs.sockets() == 1);
    for (int n = 0; n < 2 * FILL; n++) {
      assertThat(server.follow("jobs=" + job(404)).head().statusCode()).isEqualTo(404);
    }

    first = server.authenticated();

    assertThat(first.isOpen()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void a_client_of_a_bridge_too_many_is_answered_and_closed(Bridge way) throws Exception {
    BridgeClient client = connect(way);

    JsonObject answer =
        client.ask(SUBSCRIBE, new JsonObject().put("token", server.token()).put("tenant", true));

    assertThat(answer.getJsonObject("body").getInteger("status")).isEqualTo(429);
    assertThat(client.closeCode()).isEqualTo(way == Bridge.TCP ? 0 : 4429);
  }

  @Test
  void a_client_of_a_bridge_that_only_sends_commands_counts_too() throws Exception {
    server.bus.answer(
        Addresses.GET_JOB,
        command -> Future.succeededFuture(new JsonObject().put("ok", true).put("status", 200)));
    BridgeClient client = connect(Bridge.SOCK_JS);

    client.ask("backlot.jobs.get.v1", new JsonObject().put("token", server.key(Scope.SUBMIT)));

    assertThat(client.closeCode()).isEqualTo(4429);
  }

  /** A renewal is no second socket. */
  @Test
  void who_is_in_stays_in() throws Exception {
    first.send(new JsonObject().put("type", "auth").put("token", server.token()));
    first.next("ready");
    first.subscribe("a", null);
    first.next("snapshot");
    first.next("live");

    log.append(TENANT, job(1), JobState.QUEUED);

    assertThat(first.next("event").getString("event")).isEqualTo("job.queued");
  }

  private BridgeClient connect(Bridge way) throws Exception {
    return switch (way) {
      case SOCK_JS -> BridgeClient.sockJs(server.sockets, server.http.port());
      case PLAIN -> BridgeClient.plain(server.sockets, server.http.port());
      case TCP ->
          BridgeClient.tcp(
              server.vertx.createNetClient(),
              server.tcpBridge(new TcpBridgeConfig("127.0.0.1", 0, 3, Optional.empty())));
    };
  }
}
