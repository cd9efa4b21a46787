package dev.backlot.stream;

import static dev.backlot.stream.StatusSocketTest.job;
import static dev.backlot.stream.StreamServer.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.job.JobState;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ten events; the database is restored to the fifth, a new log begins, and ten more happen. */
class RestoredLogTest {
  private final FakeEventLog log = new FakeEventLog();
  private @Nullable StreamServer server;

  @AfterEach
  void stop() throws Exception {
    if (server != null) {
      server.close();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 5, 8, 10})
  void a_cursor_of_the_log_before_is_answered_with_a_snapshot(int old) throws Exception {
    restore();
    append(10);
    server = new StreamServer(log, StreamServer.config());
    StreamClient client = server.authenticated();

    client.subscribe("a", Cursor.text(TENANT, old));

    assertThat(client.next().getString("type")).isEqualTo("cursor_expired");
    assertThat(client.next().getString("type")).isEqualTo("snapshot");
  }

  @Test
  void until_something_happens_what_was_restored_can_be_resumed() throws Exception {
    restore();
    server = new StreamServer(log, StreamServer.config());
    StreamClient client = server.authenticated();

    client.subscribe("a", Cursor.text(TENANT, 3));

    assertThat(client.next("event").getInteger("version")).isEqualTo(4);
    assertThat(client.next("event").getInteger("version")).isEqualTo(5);
    assertThat(client.next().getString("type")).isEqualTo("live");
  }

  @Test
  void a_cursor_of_the_new_log_can_be_resumed() throws Exception {
    restore();
    append(10);
    server = new StreamServer(log, StreamServer.config());
    StreamClient client = server.authenticated();
    client.subscribe("a", null);
    JsonObject snapshot = client.next("snapshot");
    append(1);
    client.await("event");

    StreamClient again = server.authenticated();
    again.subscribe("a", snapshot.getString("cursor"));

    assertThat(again.next("event").getInteger("version")).isEqualTo(21);
    assertThat(again.next().getString("type")).isEqualTo("live");
  }

  private void restore() {
    append(10);
    log.restoreTo(5);
  }

  private void append(int events) {
    for (int i = 0; i < events; i++) {
      log.append(TENANT, job(1), JobState.QUEUED);
    }
  }
}
