package dev.backlot.stream;

import static dev.backlot.stream.StatusSocketTest.job;
import static dev.backlot.stream.StreamServer.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.job.EventTypes;
import dev.backlot.domain.job.JobState;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A subscription to some of the events only. */
class EventFilterTest {
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
  void every_state_has_its_event() {
    assertThat(EventTypes.ALL)
        .containsExactly(
            "job.queued",
            "job.held",
            "job.submitting",
            "job.running",
            "job.storing",
            "job.succeeded",
            "job.failed",
            "job.canceled",
            "job.expired");
  }

  @Test
  void only_the_wanted_events_are_sent() throws Exception {
    StreamClient client = following("job.running", "job.failed");

    log.append(TENANT, job(1), JobState.QUEUED);
    log.append(TENANT, job(1), JobState.RUNNING);
    log.append(TENANT, job(1), JobState.SUCCEEDED);
    log.append(TENANT, job(2), JobState.FAILED);

    assertThat(client.next(2))
        .extracting(m -> m.getString("event"))
        .containsExactly("job.running", "job.failed");
  }

  @Test
  void the_cursor_of_a_heartbeat_moves_past_the_others() throws Exception {
    StreamClient client = following("job.failed");
    log.append(TENANT, job(1), JobState.QUEUED);
    log.append(TENANT, job(1), JobState.RUNNING);
    Waiting.until(() -> server.hubs.position().orElse(0) == 2);

    server.clock.advance(Duration.ofSeconds(11));

    assertThat(client.next("heartbeat").getString("cursor")).isEqualTo(Cursor.text(TENANT, 2));
  }

  /** With few events in memory, from the database, over more than one page of unwanted ones. */
  @ParameterizedTest
  @ValueSource(ints = {1, 1_000})
  void a_resume_sends_only_the_wanted_events(int recentEvents) throws Exception {
    server.close();
    server = new StreamServer(log, StreamServer.config(64 << 10, recentEvents));
    for (int n = 0; n < 2 * Replay.PAGE + 10; n++) {
      log.append(TENANT, job(n), JobState.QUEUED);
    }
    log.append(TENANT, job(1), JobState.FAILED);
    long last = log.append(TENANT, job(2), JobState.RUNNING).position();
    Waiting.until(() -> server.hubs.position().orElse(0) == last);
    StreamClient client = server.authenticated();

    client.send(subscribe("a", "job.failed").put("cursor", Cursor.text(TENANT, 0)));

    assertThat(client.next(2))
        .extracting(m -> m.getString("type") + m.getString("event", ""))
        .containsExactly("eventjob.failed", "live");
  }

  @Test
  void each_subscription_of_a_socket_has_its_own_filter() throws Exception {
    StreamClient client = following("job.failed");
    log.append(TENANT, job(1), JobState.QUEUED);
    client.subscribe("one", null, job(1));
    client.next(2);

    log.append(TENANT, job(1), JobState.RUNNING);
    log.append(TENANT, job(2), JobState.RUNNING);
    log.append(TENANT, job(2), JobState.FAILED);

    assertThat(client.next(2))
        .extracting(m -> m.getString("job_id") + m.getString("event"))
        .containsExactly(job(1) + "job.running", job(2) + "job.failed");
  }

  @Test
  void an_event_that_there_is_not_is_refused_with_its_field_and_the_socket_goes_on()
      throws Exception {
    StreamClient client = server.authenticated();
    client.send(subscribe("a", "job.failed", "job.gone"));
    JsonObject error = client.next("error");

    client.send(subscribe("a", "job.failed"));

    client.next("snapshot");
    assertThat(error.getString("field")).isEqualTo("/events/1");
    assertThat(error.getString("detail")).contains("job.failed, job.canceled");
  }

  @Test
  void no_events_at_all_make_no_sense() throws Exception {
    StreamClient client = server.authenticated();

    client.send(subscribe("a"));

    assertThat(client.next("error").getString("field")).isEqualTo("/events");
  }

  private StreamClient following(String... events) throws Exception {
    StreamClient client = server.authenticated();
    client.send(subscribe("a", events));
    client.next("snapshot");
    client.next("live");
    return client;
  }

  private static JsonObject subscribe(String id, String... events) {
    return new JsonObject()
        .put("type", "subscribe")
        .put("id", id)
        .put("tenant", true)
        .put("events", new JsonArray(List.of(events)));
  }
}
