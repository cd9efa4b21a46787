package dev.backlot.stream;

import static dev.backlot.stream.StatusSocketTest.job;
import static dev.backlot.stream.StreamServer.OTHER;
import static dev.backlot.stream.StreamServer.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.access.StreamScope;
import dev.backlot.domain.job.JobState;
import dev.backlot.port.EventLog.Event;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The client in a Node process, before real nodes. */
class JavaScriptClientInNodeTest {
  private static final JsonObject WHOLE_TENANT = new JsonObject().put("tenant", true);

  private final FakeEventLog log = new FakeEventLog();
  private final List<AutoCloseable> open = new ArrayList<>();
  private StreamServer server;

  @BeforeEach
  void start() throws Exception {
    server = node();
  }

  @AfterEach
  void stop() throws Exception {
    for (int last = open.size() - 1; last >= 0; last--) {
      open.get(last).close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"websocket", "sse"})
  void a_job_is_followed_to_its_end(String transport) {
    log.append(TENANT, job(1), JobState.QUEUED);
    NodeClient client = client(transport, jobOne(), server.token());
    JsonObject snapshot = client.next("snapshot");
    client.next("live");

    log.append(TENANT, job(1), JobState.RUNNING);
    log.append(TENANT, job(2), JobState.QUEUED);
    log.append(TENANT, job(1), JobState.SUCCEEDED);

    assertThat(snapshot.getJsonArray("jobs")).hasSize(1);
    assertThat(client.next("event").getString("event")).isEqualTo("job.running");
    assertThat(client.next("event").getString("event")).isEqualTo("job.succeeded");
    assertThat(client.awaitState("live").getString("transport")).isEqualTo(transport);
  }

  @ParameterizedTest
  @ValueSource(strings = {"websocket", "sse"})
  void as_many_jobs_as_there_may_be_are_followed_and_only_the_wanted_events(String transport) {
    JsonArray jobs = new JsonArray();
    for (int n = 1; n <= Watch.JOBS_MAX; n++) {
      log.append(TENANT, job(n), JobState.QUEUED);
      jobs.add(job(n).toString());
    }
    JsonArray ends = new JsonArray().add("job.succeeded").add("job.failed");
    NodeClient client =
        client(transport, new JsonObject().put("jobs", jobs).put("events", ends), server.token());
    assertThat(client.next("snapshot").getJsonArray("jobs")).hasSize(Watch.JOBS_MAX);
    client.next("live");

    log.append(TENANT, job(100), JobState.RUNNING);
    log.append(TENANT, job(100), JobState.SUCCEEDED);

    assertThat(client.next("event").getString("event")).isEqualTo("job.succeeded");
  }

  @ParameterizedTest
  @ValueSource(strings = {"websocket", "sse"})
  void a_stream_that_is_closed_ends_the_loop(String transport) {
    NodeClient client = client(transport, WHOLE_TENANT, server.token());
    client.next("snapshot");
    client.next("live");

    client.say("close");

    client.next("ended");
    Waiting.until(() -> server.hubs.sockets() == 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"websocket", "sse"})
  void a_node_that_is_gone_is_replaced_by_another(String transport) throws Exception {
    StreamServer second = node();
    NodeClient client =
        start(
            NodeClient.following(
                WHOLE_TENANT, List.of(address(server), address(second)), tokenOf(server, second)),
            transport);
    client.next("snapshot");
    client.next("live");
    log.append(TENANT, job(1), JobState.QUEUED);
    client.next("event");

    server.close();
    log.append(TENANT, job(1), JobState.RUNNING);
    log.append(TENANT, job(1), JobState.SUCCEEDED);

    assertThat(client.nextEvent().getInteger("version")).isEqualTo(2);
    assertThat(client.nextEvent().getInteger("version")).isEqualTo(3);
    assertThat(client.awaitState("live").getString("node")).isEqualTo(address(second));
  }

  @ParameterizedTest
  @ValueSource(strings = {"websocket", "sse"})
  void a_network_that_breaks_again_and_again_loses_and_repeats_nothing(String transport)
      throws Exception {
    CuttableNode network = keep(new CuttableNode(server));
    NodeClient client =
        start(
            NodeClient.following(WHOLE_TENANT, List.of(network.address()), server.token())
                .put("stableAfterMs", 1)
                .put("backoffBaseMs", 5),
            transport);
    client.next("snapshot");
    client.next("live");

    for (int n = 1; n <= 300; n++) {
      log.append(TENANT, job(n % 7), JobState.RUNNING);
      if (n % 30 == 0) {
        int before = network.connections();
        network.cut();
        Waiting.until(() -> network.connections() > before);
      }
    }
    List<Long> positions = new ArrayList<>();
    while (positions.size() < 300) {
      positions.add(position(client.nextEvent()));
    }

    assertThat(positions).isEqualTo(log.all().stream().map(Event::position).toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"websocket", "sse"})
  void what_a_slow_loop_cannot_take_waits_at_the_server(String transport) {
    NodeClient client =
        start(
            NodeClient.following(WHOLE_TENANT, List.of(address(server)), server.token())
                .put("byHand", true)
                .put("bufferSize", 10),
            transport);
    client.awaitState("live");
    for (int n = 1; n <= 100; n++) {
      log.append(TENANT, job(n), JobState.QUEUED);
    }
    // With ten waiting it has left; nothing else is asked of the server until they are taken.
    Waiting.until(() -> server.hubs.sockets() == 0);

    client.say("take 1000");

    List<Long> positions = new ArrayList<>();
    while (positions.size() < 100) {
      JsonObject event = client.nextEvent();
      assertThat(event.getString("reached")).isEqualTo(event.getString("cursor"));
      positions.add(position(event));
    }
    assertThat(positions).isEqualTo(log.all().stream().map(Event::position).toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"websocket", "sse"})
  void a_cursor_that_was_kept_goes_on_where_it_was(String transport) {
    log.append(TENANT, job(1), JobState.QUEUED);
    long last = log.append(TENANT, job(1), JobState.RUNNING).position();
    // What the node has not read by then comes behind "live".
    Waiting.until(() -> server.hubs.position().orElse(0) == last);
    NodeClient client =
        client(transport, jobOne().put("cursor", Cursor.text(TENANT, 1)), server.token());

    assertThat(client.next("event").getInteger("version")).isEqualTo(2);
    client.next("live");
  }

  @ParameterizedTest
  @ValueSource(strings = {"websocket", "sse"})
  void a_cursor_of_another_tenant_is_replaced_by_the_present(String transport) {
    log.append(TENANT, job(1), JobState.QUEUED);
    NodeClient client =
        client(transport, jobOne().put("cursor", Cursor.text(OTHER, 1)), server.token());

    client.next("cursor_expired");
    client.next("snapshot");
    client.next("live");
  }

  @ParameterizedTest
  @ValueSource(strings = {"websocket", "sse"})
  void a_cursor_that_is_too_old_is_replaced_by_the_present(String transport) {
    NodeClient client =
        client(
            transport, WHOLE_TENANT.copy().put("cursor", Cursor.text(TENANT, 99)), server.token());

    client.next("cursor_expired");
    client.next("snapshot");
    client.next("live");
  }

  @ParameterizedTest
  @ValueSource(strings = {"websocket", "sse"})
  void a_token_that_was_revoked_is_replaced_and_nothing_is_missed(String transport) {
    String first = server.token();
    NodeClient client = client(transport, WHOLE_TENANT, first, server.token());
    client.next("snapshot");
    client.next("live");

    server.grants.revoke(first);
    log.append(TENANT, job(1), JobState.QUEUED);

    assertThat(client.await(line -> line.getString("type").equals("asked")).getBoolean("renew"))
        .isTrue();
    client.awaitState("live");
    log.append(TENANT, job(1), JobState.RUNNING);
    while (client.seen("event").size() < 2) {
      client.next();
    }
    assertThat(client.seen("event"))
        .extracting(event -> event.getInteger("version"))
        .containsExactly(1, 2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"websocket", "sse"})
  void tokens_that_open_nothing_end_the_loop_with_the_reason(String transport) {
    NodeClient client = client(transport, WHOLE_TENANT, "bst_000000000000_a", "bst_000000000000_b");

    assertThat(client.next("failed").getString("code")).isEqualTo("unauthenticated");
    assertThat(client.seen("asked")).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"websocket", "sse"})
  void a_job_that_the_token_does_not_cover_ends_the_loop_with_the_reason(String transport) {
    log.append(TENANT, job(1), JobState.QUEUED);
    String token =
        server.grants.token(TENANT, new StreamScope.Jobs(Set.of(job(2))), server.anHourFromNow());
    NodeClient client = client(transport, jobOne(), token);

    assertThat(client.next("failed").getString("code")).isEqualTo("forbidden");
  }

  @ParameterizedTest
  @ValueSource(strings = {"websocket", "sse"})
  void a_job_that_does_not_exist_ends_the_loop_with_the_reason(String transport) {
    NodeClient client = client(transport, jobOne(), server.token());

    assertThat(client.next("failed").getString("code")).isEqualTo("job-not-found");
  }

  @Test
  void a_node_that_stops_hands_over_at_once() throws Exception {
    StreamServer second = node();
    CuttableNode network = keep(new CuttableNode(server));
    NodeClient client =
        start(
            NodeClient.following(WHOLE_TENANT, List.of(network.address()), tokenOf(server, second)),
            "websocket");
    client.next("snapshot");
    client.next("live");

    network.moveTo(second);

    client.next("live");
    log.append(TENANT, job(1), JobState.QUEUED);
    assertThat(client.next("event").getInteger("version")).isEqualTo(1);
  }

  /** Their grants give the same tokens in the same order. */
  private static String tokenOf(StreamServer first, StreamServer second) {
    String token = first.token();
    assertThat(second.token()).isEqualTo(token);
    return token;
  }

  private static long position(JsonObject event) {
    return Cursor.parse(TENANT, event.getString("cursor")).orElseThrow();
  }

  private static JsonObject jobOne() {
    return new JsonObject().put("jobs", new JsonArray().add(job(1).toString()));
  }

  private static String address(StreamServer node) {
    return "http://127.0.0.1:" + node.http.port();
  }

  private StreamServer node() throws Exception {
    return keep(new StreamServer(log, StreamServer.config()));
  }

  private NodeClient client(String transport, JsonObject target, String... tokens) {
    return start(NodeClient.following(target, List.of(address(server)), tokens), transport);
  }

  private NodeClient start(JsonObject options, String transport) {
    return keep(NodeClient.start(options.put("transport", transport)));
  }

  private <T extends AutoCloseable> T keep(T opened) {
    open.add(opened);
    return opened;
  }
}
