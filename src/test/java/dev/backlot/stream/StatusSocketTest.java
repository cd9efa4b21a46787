package dev.backlot.stream;

import static dev.backlot.stream.StreamServer.OTHER;
import static dev.backlot.stream.StreamServer.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.StreamScope;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobState;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatusSocketTest {
  private final FakeEventLog log = new FakeEventLog();
  private StreamServer server;

  @BeforeEach
  void start() throws Exception {
    server = new StreamServer(log, StreamServer.config());
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  void a_snapshot_comes_first_and_then_each_event() throws Exception {
    log.append(TENANT, job(1), JobState.QUEUED);
    StreamClient client = server.authenticated();
    client.subscribe("a", null, job(1));
    JsonObject snapshot = client.next("snapshot");
    client.next("live");

    log.append(TENANT, job(1), JobState.RUNNING, "{\"n\":1.50}");

    JsonObject event = client.next("event");
    assertThat(snapshot.getJsonArray("jobs").getJsonObject(0).getString("state"))
        .isEqualTo("queued");
    assertThat(event.getString("event")).isEqualTo("job.running");
    assertThat(event.getInteger("version")).isEqualTo(2);
    assertThat(event.getString("job_id")).isEqualTo(job(1).toString());
    assertThat(event.getJsonObject("data").getDouble("n")).isEqualTo(1.5);
    assertThat(event.getString("at")).isEqualTo("2026-03-01T12:00:00.002Z");
  }

  @Test
  void a_snapshot_does_not_repeat_what_the_caller_sent() throws Exception {
    log.append(TENANT, job(1), JobState.QUEUED);
    StreamClient client = server.authenticated();

    client.subscribe("a", null, job(1));

    assertThat(client.next("snapshot").encode()).doesNotContain("c4nary");
  }

  @Test
  void a_whole_tenant_is_followed_with_jobs_of_the_future() throws Exception {
    StreamClient client = server.authenticated();
    client.subscribe("a", null);
    client.next("snapshot");
    client.next("live");

    log.append(TENANT, job(5), JobState.QUEUED);

    assertThat(client.next("event").getString("job_id")).isEqualTo(job(5).toString());
  }

  @Test
  void a_snapshot_says_when_it_left_jobs_out() throws Exception {
    for (int n = 1; n <= 6; n++) {
      log.append(TENANT, job(n), JobState.QUEUED);
    }
    StreamClient client = server.authenticated();

    client.subscribe("a", null);

    JsonObject snapshot = client.next("snapshot");
    assertThat(snapshot.getBoolean("complete")).isFalse();
    assertThat(snapshot.getJsonArray("jobs")).hasSize(5);
  }

  @Test
  void a_resume_gets_exactly_what_was_missed() throws Exception {
    log.append(TENANT, job(1), JobState.QUEUED);
    StreamClient first = server.authenticated();
    first.subscribe("a", null, job(1));
    String cursor = first.next("snapshot").getString("cursor");
    first.socket.close();
    log.append(TENANT, job(1), JobState.SUBMITTING);
    log.append(TENANT, job(2), JobState.QUEUED);
    log.append(TENANT, job(1), JobState.RUNNING);
    Waiting.until(() -> server.hubs.position().orElse(0) == 4);

    StreamClient second = server.authenticated();
    second.subscribe("a", cursor, job(1));

    assertThat(second.next(3))
        .extracting(m -> m.getString("type") + m.getString("event", ""))
        .containsExactly("eventjob.submitting", "eventjob.running", "live");
  }

  @Test
  void the_last_cursor_resumes_with_nothing() throws Exception {
    log.append(TENANT, job(1), JobState.QUEUED);
    StreamClient first = server.authenticated();
    first.subscribe("a", null, job(1));
    String cursor = first.next("snapshot").getString("cursor");

    StreamClient second = server.authenticated();
    second.subscribe("a", cursor, job(1));

    assertThat(second.next().getString("type")).isEqualTo("live");
  }

  @Test
  void a_cursor_older_than_what_is_kept_gets_a_fresh_snapshot() throws Exception {
    log.append(TENANT, job(1), JobState.QUEUED);
    log.append(TENANT, job(1), JobState.SUBMITTING);
    log.append(TENANT, job(1), JobState.RUNNING);
    log.forgetUpTo(2);
    server.close();
    server = new StreamServer(log, StreamServer.config());
    StreamClient client = server.authenticated();

    client.subscribe("a", Cursor.text(TENANT, 1), job(1));

    assertThat(client.next(3))
        .extracting(m -> m.getString("type"))
        .containsExactly("cursor_expired", "snapshot", "live");
  }

  @Test
  void a_cursor_from_beyond_the_end_gets_a_fresh_snapshot() throws Exception {
    StreamClient client = server.authenticated();

    client.subscribe("a", Cursor.text(TENANT, 1_000));

    assertThat(client.next(3))
        .extracting(m -> m.getString("type"))
        .containsExactly("cursor_expired", "snapshot", "live");
  }

  @Test
  void a_cursor_of_another_tenant_is_refused() throws Exception {
    StreamClient client = server.authenticated();

    client.subscribe("a", Cursor.text(OTHER, 0));

    JsonObject error = client.next("error");
    assertThat(error.getString("code")).isEqualTo("invalid-request");
    assertThat(error.getString("field")).isEqualTo("/cursor");
  }

  @Test
  void another_tenants_job_looks_unknown() throws Exception {
    log.append(OTHER, job(1), JobState.QUEUED);
    StreamClient client = server.authenticated();

    client.subscribe("a", null, job(1));

    JsonObject error = client.next("error");
    assertThat(error.getString("code")).isEqualTo("job-not-found");
    assertThat(error.getString("id")).isEqualTo("a");
    assertThat(error.getString("detail")).contains(job(1).toString());
  }

  @Test
  void who_names_a_job_that_is_not_there_is_told_where_to_look() throws Exception {
    StreamClient client = server.authenticated();

    for (String name : List.of("nonsense", job(1).toString())) {
      client.send(
          new JsonObject()
              .put("type", "subscribe")
              .put("id", "a")
              .put("jobs", new JsonArray().add(name)));

      assertThat(client.next("error").getString("detail"))
          .endsWith(". Name some that GET /api/v1/jobs lists.");
    }
  }

  @Test
  void nothing_of_another_tenant_is_ever_sent() throws Exception {
    StreamClient client = server.authenticated();
    client.subscribe("a", null);
    client.next("snapshot");
    client.next("live");

    log.append(OTHER, job(1), JobState.QUEUED);
    log.append(TENANT, job(2), JobState.QUEUED);

    assertThat(client.next("event").getString("job_id")).isEqualTo(job(2).toString());
  }

  @Test
  void a_token_for_jobs_does_not_open_the_tenant() throws Exception {
    StreamClient client = withTokenFor(job(1));

    client.subscribe("a", null);

    assertThat(client.next("error").getString("code")).isEqualTo("forbidden");
  }

  @Test
  void a_token_for_jobs_does_not_open_other_jobs() throws Exception {
    log.append(TENANT, job(2), JobState.QUEUED);
    StreamClient client = withTokenFor(job(1));

    client.subscribe("a", null, job(2));

    assertThat(client.next("error").getString("code")).isEqualTo("forbidden");
  }

  @Test
  void a_token_for_jobs_opens_these() throws Exception {
    log.append(TENANT, job(1), JobState.QUEUED);
    StreamClient client = withTokenFor(job(1));

    client.subscribe("a", null, job(1));

    assertThat(client.next("snapshot").getJsonArray("jobs")).hasSize(1);
  }

  @Test
  void an_api_key_that_may_read_opens_the_stream() throws Exception {
    StreamClient client = server.connect();

    JsonObject ready = client.authenticate(server.key(Scope.READ));

    assertThat(ready.getString("expires_at")).isNull();
  }

  @Test
  void an_api_key_that_may_only_submit_does_not() throws Exception {
    assertThat(refusal(server.key(Scope.SUBMIT))).isEqualTo((short) 4401);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bst_000000000000_wrong", "blk_000000000000_wrong", "nonsense", "\u0000"})
  void a_wrong_credential_closes_the_socket(String token) throws Exception {
    assertThat(refusal(token)).isEqualTo((short) 4401);
  }

  @Test
  void an_expired_token_closes_the_socket() throws Exception {
    String token = server.token();
    server.clock.advance(Duration.ofHours(2));

    assertThat(refusal(token)).isEqualTo((short) 4401);
  }

  @Test
  void whoever_says_nothing_is_sent_away() throws Exception {
    StreamClient client = server.connect();

    // The server's side may open a moment after ours, and counts from there.
    Waiting.until(
        () -> {
          server.clock.advance(Duration.ofSeconds(6));
          return !client.isOpen();
        });

    assertThat(client.closeCode()).isEqualTo((short) 4408);
  }

  @Test
  void a_token_that_expires_ends_its_open_socket() throws Exception {
    StreamClient client = server.authenticated();

    server.clock.advance(Duration.ofHours(1));

    assertThat(client.closeCode()).isEqualTo((short) 4410);
  }

  @Test
  void a_revoked_token_ends_its_open_socket() throws Exception {
    String token = server.token();
    StreamClient client = server.connect();
    client.authenticate(token);

    server.grants.revoke(token);

    assertThat(client.closeCode()).isEqualTo((short) 4410);
  }

  @Test
  void a_revoked_key_ends_its_open_socket() throws Exception {
    String key = server.key(Scope.READ);
    StreamClient client = server.connect();
    client.authenticate(key);

    server.grants.revoke(key);

    assertThat(client.closeCode()).isEqualTo((short) 4410);
  }

  @Test
  void a_heartbeat_carries_the_latest_cursor() throws Exception {
    log.append(OTHER, job(1), JobState.QUEUED);
    StreamClient client = server.authenticated();
    client.subscribe("a", null);
    client.next("snapshot");
    client.next("live");

    server.clock.advance(Duration.ofSeconds(11));

    assertThat(client.next("heartbeat").getString("cursor")).isEqualTo(Cursor.text(TENANT, 1));
  }

  @Test
  void a_heartbeat_before_the_first_snapshot_has_no_cursor() throws Exception {
    StreamClient client = server.authenticated();

    server.clock.advance(Duration.ofSeconds(11));

    assertThat(client.next("heartbeat").getValue("cursor")).isNull();
  }

  @Test
  void a_client_that_answers_pings_stays() throws Exception {
    StreamClient client = server.authenticated();

    for (int beat = 0; beat < 10; beat++) {
      server.clock.advance(Duration.ofSeconds(11));
      client.next("heartbeat");
      ask(client);
    }

    assertThat(client.isOpen()).isTrue();
  }

  @Test
  void a_client_that_is_not_heard_is_cut_off() throws Exception {
    StreamClient client = server.authenticated();

    server.clock.advance(Duration.ofSeconds(46));

    assertThat(client.closeCode()).isEqualTo((short) 4411);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense",
        "[]",
        "null",
        "7",
        "{}",
        "{\"type\":\"shout\"}",
        "{\"type\":\"subscribe\",\"id\":\"a\"}",
        "{\"type\":\"subscribe\",\"id\":\"a\",\"tenant\":true,\"jobs\":[]}",
        "{\"type\":\"subscribe\",\"id\":\"a\",\"jobs\":[]}",
        "{\"type\":\"subscribe\",\"id\":\"a\",\"jobs\":[7]}",
        "{\"type\":\"subscribe\",\"id\":7,\"tenant\":true}",
        "{\"type\":\"subscribe\",\"id\":\"a\",\"tenant\":true,\"cursr\":\"x\"}"
      })
  void a_message_that_makes_no_sense_closes_the_socket(String message) throws Exception {
    StreamClient client = server.authenticated();

    client.socket.writeTextMessage(message);

    client.next("error");
    assertThat(client.closeCode()).isEqualTo((short) 4400);
  }

  @Test
  void a_message_before_auth_closes_the_socket() throws Exception {
    StreamClient client = server.connect();

    client.subscribe("a", null);

    assertThat(client.closeCode()).isEqualTo((short) 4401);
  }

  @Test
  void bytes_that_are_not_utf8_close_the_socket() throws Exception {
    StreamClient client = server.authenticated();

    Buffer broken = Buffer.buffer(new byte[] {'"', (byte) 0xC3, (byte) 0x28, '"'});
    client.socket.writeFrame(WebSocketFrame.textFrame("", false));
    client.socket.writeFrame(WebSocketFrame.continuationFrame(broken, true));

    assertThat(client.next("error").getString("detail")).contains("UTF-8");
    assertThat(client.closeCode()).isEqualTo((short) 4400);
  }

  @Test
  void a_binary_message_closes_the_socket() throws Exception {
    StreamClient client = server.authenticated();

    client.socket.writeBinaryMessage(Buffer.buffer("{}"));

    assertThat(client.closeCode()).isEqualTo((short) 4400);
  }

  @Test
  void a_frame_above_the_bound_is_refused_in_words_before_the_socket_closes() throws Exception {
    StreamClient client = server.authenticated();

    client.socket.writeFinalTextFrame("x".repeat((64 << 10) + 1));

    assertThat(client.next("error").getString("code")).isEqualTo("body-too-large");
    assertThat(client.closeCode()).isEqualTo((short) 1009);
  }

  @Test
  void a_frame_far_above_the_bound_is_not_even_read() throws Exception {
    StreamClient client = server.authenticated();

    client.socket.writeFinalTextFrame("x".repeat(1 << 20));

    assertThat(client.closeCode()).isEqualTo((short) 1009);
  }

  @Test
  void a_message_above_the_bound_in_small_frames_closes_the_socket() throws Exception {
    StreamClient client = server.authenticated();

    client.socket.writeFrame(WebSocketFrame.textFrame("x".repeat(40 << 10), false));
    client.socket.writeFrame(
        WebSocketFrame.continuationFrame(Buffer.buffer("x".repeat(40 << 10)), true));

    assertThat(client.closeCode()).isEqualTo((short) 1009);
  }

  @Test
  void the_101st_subscription_is_refused() throws Exception {
    log.append(TENANT, job(1), JobState.QUEUED);
    StreamClient client = server.authenticated();
    for (int n = 0; n < 100; n++) {
      client.subscribe("s" + n, Cursor.text(TENANT, 1), job(1));
      client.next("live");
    }

    client.subscribe("s100", Cursor.text(TENANT, 1), job(1));

    assertThat(client.next("error").getString("id")).isEqualTo("s100");
  }

  @Test
  void more_than_100_jobs_in_one_subscription_are_refused() throws Exception {
    StreamClient client = server.authenticated();
    JsonArray jobs = new JsonArray();
    for (int n = 0; n < 101; n++) {
      jobs.add(job(n).toString());
    }

    client.send(new JsonObject().put("type", "subscribe").put("id", "a").put("jobs", jobs));

    assertThat(client.next("error").getString("field")).isEqualTo("/jobs");
  }

  @Test
  void two_subscriptions_to_one_job_get_each_event_once() throws Exception {
    log.append(TENANT, job(1), JobState.QUEUED);
    StreamClient client = server.authenticated();
    client.subscribe("a", null, job(1));
    client.subscribe("b", null);
    client.next(4);

    log.append(TENANT, job(1), JobState.SUBMITTING);
    log.append(TENANT, job(1), JobState.RUNNING);

    assertThat(client.next(2))
        .extracting(m -> m.getString("event"))
        .containsExactly("job.submitting", "job.running");
  }

  @Test
  void what_is_unsubscribed_is_no_longer_sent() throws Exception {
    log.append(TENANT, job(1), JobState.QUEUED);
    log.append(TENANT, job(2), JobState.QUEUED);
    StreamClient client = server.authenticated();
    client.subscribe("a", null, job(1));
    client.subscribe("b", null, job(2));
    client.next(4);
    client.send(new JsonObject().put("type", "unsubscribe").put("id", "a"));
    client.next("unsubscribed");

    log.append(TENANT, job(1), JobState.RUNNING);
    log.append(TENANT, job(2), JobState.RUNNING);

    assertThat(client.next("event").getString("job_id")).isEqualTo(job(2).toString());
  }

  @Test
  void a_database_that_is_away_refuses_the_subscription_and_keeps_the_socket() throws Exception {
    StreamClient client = server.authenticated();
    log.failure = new IllegalStateException("c4nary");
    client.subscribe("a", null);
    JsonObject error = client.next("error");
    log.failure = null;

    client.subscribe("a", null);

    client.next("snapshot");
    assertThat(error.encode()).contains("internal").doesNotContain("c4nary");
  }

  @Test
  void events_of_an_outage_arrive_when_the_database_is_back() throws Exception {
    StreamClient client = server.authenticated();
    client.subscribe("a", null);
    client.next(2);
    log.failure = new IllegalStateException("away");
    log.append(TENANT, job(1), JobState.QUEUED);

    log.failure = null;

    assertThat(client.next("event").getString("event")).isEqualTo("job.queued");
  }

  @Test
  void a_plain_request_is_told_to_upgrade() {
    assertThat(server.http.get("/api/v1/stream").statusCode()).isEqualTo(426);
  }

  @Test
  void a_closed_socket_leaves_nothing_behind() throws Exception {
    StreamClient client = server.authenticated();
    client.subscribe("a", null);
    client.next(2);

    client.socket.close();

    Waiting.until(() -> server.hubs.sockets() == 0);
    assertThat(server.hubs.sockets()).isZero();
  }

  private short refusal(String token) throws Exception {
    StreamClient client = server.connect();
    client.send(new JsonObject().put("type", "auth").put("token", token));
    client.next("error");
    return client.closeCode();
  }

  private StreamClient withTokenFor(JobId job) throws Exception {
    StreamClient client = server.connect();
    client.authenticate(
        server.grants.token(TENANT, new StreamScope.Jobs(Set.of(job)), server.anHourFromNow()));
    return client;
  }

  /** A round trip: when it is back, everything before it has been handled. */
  private static void ask(StreamClient client) {
    client.send(new JsonObject().put("type", "unsubscribe").put("id", "nothing"));
    client.next("error");
  }

  static JobId job(int n) {
    return new JobId(new UUID(0x0190_0000_0000_7000L, 0x8000_0000_0000_0000L + n));
  }

  static List<JobId> jobs(int count) {
    return java.util.stream.IntStream.range(0, count).mapToObj(StatusSocketTest::job).toList();
  }
}
