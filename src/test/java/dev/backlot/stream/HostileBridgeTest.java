package dev.backlot.stream;

import static dev.backlot.stream.StatusSocketTest.job;
import static dev.backlot.stream.StreamServer.OTHER;
import static dev.backlot.stream.StreamServer.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.access.StreamScope;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobState;
import dev.backlot.stream.bridge.BridgeServices;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients of the bridge that mean no good: they are told so and closed, and others go on. */
class HostileBridgeTest {
  private static final String DATA = "{\"filler\":\"" + "x".repeat(8_000) + "\"}";
  private static final int EVENTS = 4_000;
  private static final JobId LAST = job(1_000_000);

  private final FakeEventLog log = new FakeEventLog();
  private StreamServer server;
  private BridgeClient other;

  @BeforeEach
  void start() throws Exception {
    server = new StreamServer(log, StreamServer.config(64 << 10, 100));
    other = connect();
    other.subscribe(
        new JsonObject()
            .put(
                "token",
                server.grants.token(OTHER, new StreamScope.WholeTenant(), server.anHourFromNow()))
            .put("tenant", true));
    other.await("live");
  }

  @AfterEach
  void stop() throws Exception {
    try {
      log.append(OTHER, LAST, JobState.QUEUED);
      server.wake(0);
      String job = other.await("event").getString("job_id");
      while (!job.equals(LAST.toString())) {
        job = other.await("event").getString("job_id");
      }
    } finally {
      server.close();
    }
  }

  @Test
  void a_hundred_thousand_registrations_of_foreign_addresses_end_the_connection() throws Exception {
    BridgeClient client = connect();
    for (int i = 0; i < 100_000 && client.isOpen(); i++) {
      client.send("register", "backlot.jobs.queued.v1." + i);
    }

    assertThat(client.next().getString("message")).isEqualTo("access_denied");
    assertThat(client.closeCode()).isEqualTo(4400);
    assertThat(client.goodbye).isCompletedWithValue(new JsonArray().add(4400).add("bad-message"));
  }

  @Test
  void a_hundred_thousand_registrations_of_allowed_addresses_are_kept_nowhere() throws Exception {
    BridgeClient client = connect();
    long before = Heap.used();
    for (int i = 0; i < 1_000; i++) {
      client.raw(list("register", new UUID(i, i).toString(), 100));
    }

    client.subscribe(token().put("tenant", true));

    assertThat(client.await("live").getString("id")).isEqualTo("bridge");
    assertThat(Heap.used() - before).as("kept, bytes").isLessThan(4L << 20);
  }

  /** Of a frame so long not even the beginning is kept. */
  @Test
  void a_frame_of_ten_megabytes_ends_the_connection_with_its_code() throws Exception {
    BridgeClient client = connect();
    long before = Heap.used();

    client.raw(Buffer.buffer("[\"" + "x".repeat(10 << 20) + "\"]"));

    assertThat(client.closeCode()).isEqualTo(1009);
    Waiting.until(() -> server.hubs.sockets() == 1);
    assertThat(Heap.used() - before).as("kept, bytes").isLessThan(4L << 20);
  }

  @Test
  void a_message_that_is_a_little_too_long_ends_the_connection_with_its_code() throws Exception {
    BridgeClient client = connect();

    client.say("x".repeat(64 << 10));

    assertThat(client.closeCode()).isEqualTo(1009);
  }

  @ParameterizedTest
  @ValueSource(strings = {"nonsense", "{}", "[1]", "[[]]", "\"", "[\"{}\""})
  void what_is_no_frame_of_sock_js_ends_the_connection(String frame) throws Exception {
    BridgeClient client = connect();

    client.raw(Buffer.buffer(frame));

    assertThat(client.closeCode()).isEqualTo(4400);
  }

  @Test
  void bytes_that_are_not_utf_8_end_the_connection() throws Exception {
    BridgeClient client = BridgeClient.plain(server.sockets, server.http.port());

    client.raw(Buffer.buffer(new byte[] {'"', (byte) 0xC3, (byte) 0x28, '"'}));

    assertThat(client.closeCode()).isEqualTo(4400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"nonsense", "[]", "{\"type\":", "{\"type\":\"send\"}", "{\"a\":1e999999999}"})
  void a_message_that_makes_no_sense_is_answered(String message) throws Exception {
    BridgeClient client = connect();

    client.say(message);

    assertThat(client.next().getString("type")).isEqualTo("err");
    assertThat(client.isOpen()).isTrue();
  }

  @Test
  void json_that_is_too_deep_is_answered() throws Exception {
    BridgeClient client = connect();

    client.say("{\"a\":".repeat(5_000) + "1" + "}".repeat(5_000));

    assertThat(client.next().getString("message")).isEqualTo("invalid_json");
  }

  @Test
  void wrong_credentials_without_end_end_the_connection() throws Exception {
    BridgeClient client = connect();
    for (int i = 0; i < 3 * BridgeServices.REFUSALS_MAX; i++) {
      client.start(
          "backlot.stream.subscribe.v1",
          new JsonObject().put("token", "bst_guess_" + i).put("tenant", true));
    }

    assertThat(client.closeCode()).isEqualTo(4400);
  }

  @Test
  void who_reads_nothing_is_told_where_to_come_back_to() throws Exception {
    BridgeClient client = paused();
    appendMany();

    client.resume();

    assertThat(client.await("resync").getString("reason")).isEqualTo("slow-reader");
    assertThat(client.closeCode()).isEqualTo(4409);
  }

  @Test
  void who_does_not_even_take_the_goodbye_is_cut_off() throws Exception {
    paused();
    appendMany();

    server.clock.advance(Duration.ofSeconds(11));

    Waiting.until(() -> server.hubs.sockets() == 1);
  }

  @Test
  void who_asks_and_reads_nothing_is_closed() throws Exception {
    BridgeClient client = connect();
    client.subscribe(token().put("tenant", true));
    client.pause();

    Waiting.until(
        () -> {
          for (int i = 0; i < 100; i++) {
            client.start("backlot.stream.subscribe.v1", token());
          }
          server.clock.advance(Duration.ofMillis(20));
          return server.hubs.sockets() == 1;
        });
  }

  private BridgeClient paused() throws Exception {
    BridgeClient client = connect();
    client.subscribe(token().put("tenant", true));
    client.await("live");
    client.pause();
    return client;
  }

  /** Returns when every hub has worked all of them off. */
  private void appendMany() {
    for (int n = 0; n < EVENTS; n++) {
      log.append(TENANT, job(n), JobState.QUEUED, DATA);
    }
    server.wake(0);
    Waiting.until(() -> server.hubs.position().orElse(0) == EVENTS);
    // The tail reads on only after the batch before was worked off.
    log.append(OTHER, job(EVENTS), JobState.QUEUED);
    server.wake(0);
    Waiting.until(() -> server.hubs.position().orElse(0) > EVENTS);
  }

  private static Buffer list(String type, String address, int count) {
    String message = new JsonObject().put("type", type).put("address", address).encode();
    JsonArray list = new JsonArray();
    for (int i = 0; i < count; i++) {
      list.add(message);
    }
    return list.toBuffer();
  }

  private BridgeClient connect() throws Exception {
    return BridgeClient.sockJs(server.sockets, server.http.port());
  }

  private JsonObject token() {
    return new JsonObject().put("token", server.token());
  }
}
