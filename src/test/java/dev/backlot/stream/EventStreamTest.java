package dev.backlot.stream;

import static dev.backlot.stream.StatusSocketTest.job;
import static dev.backlot.stream.StreamServer.OTHER;
import static dev.backlot.stream.StreamServer.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.StreamScope;
import dev.backlot.domain.batch.BatchId;
import dev.backlot.domain.job.BatchItem;
import dev.backlot.domain.job.JobState;
import dev.backlot.http.TestServer;
import dev.backlot.stream.EventStreamClient.Sent;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventStreamTest {
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

  @ParameterizedTest
  @EnumSource(names = {"HTTP_1_0", "HTTP_1_1", "HTTP_2"})
  void a_snapshot_comes_first_and_then_each_event(HttpVersion version) throws Exception {
    log.append(TENANT, job(1), JobState.QUEUED);
    EventStreamClient client =
        EventStreamClient.open(
            EventStreamClient.client(server.vertx, version),
            server.http.port(),
            "jobs=" + job(1),
            server.token());
    client.next("ready");
    Sent snapshot = client.next("snapshot");
    client.next("live");

    log.append(TENANT, job(1), JobState.RUNNING, "{\"n\":1.50}");

    Sent event = client.next("event");
    assertThat(client.head().getHeader("Content-Type")).isEqualTo("text/event-stream");
    assertThat(client.head().getHeader("Cache-Control")).isEqualTo("no-store");
    assertThat(snapshot.data().getString("id")).isEqualTo("sse");
    assertThat(event.data().getString("event")).isEqualTo("job.running");
    assertThat(event.text()).contains("1.50");
  }

  @Test
  void the_id_of_a_message_is_its_cursor_and_those_without_one_have_none() throws Exception {
    EventStreamClient client = server.follow("tenant=true");
    assertThat(client.next("ready").id()).isNull();
    Sent snapshot = client.next("snapshot");
    assertThat(client.next("live").id()).isNull();
    log.append(TENANT, job(1), JobState.QUEUED);
    Sent event = client.next("event");

    server.clock.advance(Duration.ofSeconds(11));

    Sent heartbeat = client.next("heartbeat");
    assertThat(snapshot.id()).isEqualTo(snapshot.data().getString("cursor"));
    assertThat(event.id()).isEqualTo(event.data().getString("cursor"));
    assertThat(heartbeat.id()).isEqualTo(heartbeat.data().getString("cursor"));
  }

  @Test
  void a_reader_that_comes_back_with_its_last_event_id_gets_exactly_what_it_missed()
      throws Exception {
    String cursor = threeEvents();

    EventStreamClient client = resume("tenant=true", cursor);

    client.next("ready");
    assertThat(client.next(3))
        .extracting(m -> m.type() + m.data().getString("event", ""))
        .containsExactly("eventjob.submitting", "eventjob.running", "live");
  }

  @Test
  void the_last_event_id_goes_before_the_cursor_of_the_address() throws Exception {
    String cursor = threeEvents();

    EventStreamClient client = resume("tenant=true&cursor=" + Cursor.text(TENANT, 0), cursor);

    client.next("ready");
    assertThat(client.next("event").data().getString("event")).isEqualTo("job.submitting");
  }

  @Test
  void the_cursor_of_the_address_counts_without_a_last_event_id() throws Exception {
    threeEvents();

    EventStreamClient client = resume("tenant=true&cursor=" + Cursor.text(TENANT, 2), "");

    client.next("ready");
    assertThat(client.next("event").data().getString("event")).isEqualTo("job.running");
  }

  @Test
  void a_cursor_that_has_expired_gets_a_fresh_snapshot() throws Exception {
    EventStreamClient client = resume("tenant=true", Cursor.text(TENANT, 1_000));

    assertThat(client.next(4))
        .extracting(Sent::type)
        .containsExactly("ready", "cursor_expired", "snapshot", "live");
  }

  @Test
  void a_batch_is_followed_with_what_joins_it_later() throws Exception {
    BatchId batch = log.batch(TENANT);
    log.append(TENANT, job(1), new BatchItem(batch.value(), 0), JobState.QUEUED);
    EventStreamClient client = server.follow("batch=" + batch);
    client.next("ready");
    assertThat(client.next("snapshot").data().getJsonObject("counts").getInteger("queued"))
        .isEqualTo(1);
    client.next("live");

    log.append(TENANT, job(2), new BatchItem(batch.value(), 1), JobState.QUEUED);

    assertThat(client.next("event").data().getString("job_id")).isEqualTo(job(2).toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"events=job.failed&events=job.running", "events=job.failed,job.running"})
  void only_the_wanted_events_are_sent_and_the_cursor_moves_past_the_others(String events)
      throws Exception {
    EventStreamClient client = server.follow("tenant=true&" + events);
    client.next(3);
    log.append(TENANT, job(1), JobState.QUEUED);
    log.append(TENANT, job(1), JobState.RUNNING);
    log.append(TENANT, job(1), JobState.SUCCEEDED);
    Waiting.until(() -> server.hubs.position().orElse(0) == 3);

    server.clock.advance(Duration.ofSeconds(11));

    assertThat(client.next("event").data().getString("event")).isEqualTo("job.running");
    assertThat(client.next("heartbeat").id()).isEqualTo(Cursor.text(TENANT, 3));
  }

  @Test
  void a_hundred_jobs_fit_into_one_address() throws Exception {
    IntStream.range(0, 100).forEach(n -> log.append(TENANT, job(n), JobState.QUEUED));
    String jobs =
        StatusSocketTest.jobs(100).stream().map(Object::toString).collect(Collectors.joining(","));

    EventStreamClient client = server.follow("jobs=" + jobs);

    client.next("ready");
    assertThat(client.next("snapshot").data().getJsonArray("jobs")).hasSize(100);
  }

  @ParameterizedTest
  @CsvSource({
    "'', 400, invalid-request, /jobs",
    "tenant=true&jobs=x, 400, invalid-request, /jobs",
    "tenant=false, 400, invalid-request, query:tenant",
    "tenant=true&token=secret, 400, invalid-request, query:token",
    "tenant=true&events=job.gone, 400, invalid-request, query:events",
    "tenant=true&cursor=nonsense, 400, invalid-request, query:cursor",
    "jobs=nonsense, 404, job-not-found, query:jobs",
    "jobs=01900000-0000-7000-8000-00000000ffff, 404, job-not-found, query:jobs",
    "batch=nonsense, 404, batch-not-found, query:batch",
    "batch=01900000-0000-7000-8000-00000000ffff, 404, batch-not-found, query:batch"
  })
  void what_cannot_be_streamed_is_a_problem(String query, int status, String code, String field)
      throws Exception {
    EventStreamClient client = server.follow(query);

    assertThat(client.head().statusCode()).isEqualTo(status);
    assertThat(client.head().getHeader("Content-Type")).isEqualTo("application/problem+json");
    assertThat(client.problem().getString("code")).isEqualTo(code);
    assertThat(client.problem().getString("field").replaceAll("^query:jobs$|^/jobs$", "jobs"))
        .isEqualTo(field.replaceAll("^query:jobs$|^/jobs$", "jobs"));
    Waiting.until(() -> server.hubs.sockets() == 0);
  }

  @Test
  void another_tenants_job_looks_unknown() throws Exception {
    log.append(OTHER, job(1), JobState.QUEUED);

    assertThat(server.follow("jobs=" + job(1)).head().statusCode()).isEqualTo(404);
  }

  @Test
  void a_wrong_credential_is_told_which_scheme_to_use() throws Exception {
    EventStreamClient client =
        EventStreamClient.open(server.streams, server.http.port(), "tenant=true", "bst_x_y");

    assertThat(client.head().statusCode()).isEqualTo(401);
    assertThat(client.head().getHeader("WWW-Authenticate")).startsWith("Bearer");
  }

  @Test
  void no_credential_is_a_wrong_one() throws Exception {
    EventStreamClient client =
        EventStreamClient.open(server.streams, server.http.port(), "tenant=true", Map.of());

    assertThat(client.head().statusCode()).isEqualTo(401);
  }

  @Test
  void a_key_that_may_only_submit_is_forbidden() throws Exception {
    EventStreamClient client =
        EventStreamClient.open(
            server.streams, server.http.port(), "tenant=true", server.key(Scope.SUBMIT));

    assertThat(client.problem().getString("code")).isEqualTo("forbidden");
    assertThat(client.head().statusCode()).isEqualTo(403);
  }

  @Test
  void a_token_for_jobs_does_not_open_the_tenant() throws Exception {
    String token =
        server.grants.token(TENANT, new StreamScope.Jobs(Set.of(job(1))), server.anHourFromNow());

    EventStreamClient client =
        EventStreamClient.open(server.streams, server.http.port(), "tenant=true", token);

    assertThat(client.head().statusCode()).isEqualTo(403);
  }

  @Test
  void a_database_that_is_away_is_a_problem_without_its_words() throws Exception {
    log.failure = new IllegalStateException("c4nary");

    EventStreamClient client = server.follow("tenant=true");

    assertThat(client.head().statusCode()).isEqualTo(500);
    assertThat(client.problem().encode()).doesNotContain("c4nary");
    Waiting.until(() -> server.hubs.sockets() == 0);
  }

  @Test
  void who_says_that_he_takes_neither_is_told_what_there_is() {
    assertThat(server.http.get("/api/v1/stream").statusCode()).isEqualTo(426);
  }

  @Test
  void a_head_says_what_a_get_would_begin_with() {
    var head =
        TestServer.await(
            server
                .http
                .client()
                .request(HttpMethod.HEAD, "/api/v1/stream?tenant=true")
                .putHeader("Accept", "text/event-stream")
                .bearerTokenAuthentication(server.token()));

    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.getHeader("Content-Type")).isEqualTo("text/event-stream");
  }

  @Test
  void streams_and_sockets_share_one_bound() throws Exception {
    server.close();
    server = new StreamServer(log, StreamServer.configOfSockets(2));
    server.authenticated();
    server.follow("tenant=true").next("ready");

    EventStreamClient third = server.follow("tenant=true");

    assertThat(third.head().statusCode()).isEqualTo(503);
    assertThat(third.head().getHeader("Retry-After")).isNotNull();
  }

  @ParameterizedTest
  @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
  void a_reader_that_has_gone_leaves_nothing_behind(HttpVersion version) throws Exception {
    EventStreamClient client =
        EventStreamClient.open(
            EventStreamClient.client(server.vertx, version),
            server.http.port(),
            "tenant=true",
            server.token());
    client.next("ready");

    client.leave();

    Waiting.until(() -> server.hubs.sockets() == 0);
  }

  @Test
  void a_token_that_expires_ends_its_stream_with_an_error() throws Exception {
    EventStreamClient client = server.follow("tenant=true");
    client.next(3);

    server.clock.advance(Duration.ofHours(1));

    assertThat(client.next("error").data().getString("code")).isEqualTo("unauthenticated");
    assertThat(client.isEnded()).isTrue();
    Waiting.until(() -> server.hubs.sockets() == 0);
  }

  @Test
  void a_revoked_token_ends_its_stream_with_an_error() throws Exception {
    String token = server.token();
    EventStreamClient client =
        EventStreamClient.open(server.streams, server.http.port(), "tenant=true", token);
    client.next(3);

    server.grants.revoke(token);

    assertThat(client.next("error").data().getString("code")).isEqualTo("unauthenticated");
    assertThat(client.isEnded()).isTrue();
  }

  /** What the network has lost in silence would else stay for ever. */
  @Test
  void every_reader_has_to_come_back_in_the_end() throws Exception {
    EventStreamClient client = server.follow("tenant=true");
    client.next(3);
    log.append(TENANT, job(1), JobState.QUEUED);
    client.next("event");

    server.clock.advance(EventStream.LIFETIME);

    Sent resync = client.await("resync");
    assertThat(resync.data().getString("reason")).isEqualTo("lifetime");
    assertThat(resync.id()).isEqualTo(Cursor.text(TENANT, 1));
    assertThat(client.isEnded()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
  void a_node_that_stops_says_where_and_when_to_come_back(HttpVersion version) throws Exception {
    EventStreamClient client =
        EventStreamClient.open(
            EventStreamClient.client(io.vertx.core.Vertx.vertx(), version),
            server.http.port(),
            "tenant=true",
            server.token());
    client.next(3);

    server.stop();

    Sent resync = client.next("resync");
    assertThat(resync.data().getString("reason")).isEqualTo("shutdown");
    assertThat(resync.id()).isEqualTo(Cursor.text(TENANT, 0));
    assertThat(client.isEnded()).isTrue();
    assertThat(client.retries()).hasSize(2);
  }

  /** One job that has come to be running. */
  private String threeEvents() throws Exception {
    log.append(TENANT, job(1), JobState.QUEUED);
    log.append(TENANT, job(1), JobState.SUBMITTING);
    log.append(TENANT, job(1), JobState.RUNNING);
    Waiting.until(() -> server.hubs.position().orElse(0) == 3);
    return Cursor.text(TENANT, 1);
  }

  private EventStreamClient resume(String query, String lastEventId) throws Exception {
    return EventStreamClient.open(
        server.streams,
        server.http.port(),
        query,
        Map.of("Authorization", "Bearer " + server.token(), "Last-Event-ID", lastEventId));
  }
}
