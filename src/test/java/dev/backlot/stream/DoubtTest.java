package dev.backlot.stream;

import static dev.backlot.stream.StatusSocketTest.job;
import static dev.backlot.stream.StreamServer.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.job.JobState;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nobody can be asked whether a credential was revoked. */
class DoubtTest {
  private final FakeEventLog log = new FakeEventLog();
  private StreamServer server;
  private StreamClient client;

  @BeforeEach
  void start() throws Exception {
    server = new StreamServer(log, StreamServer.config(Duration.ofSeconds(30)));
    log.append(TENANT, job(1), JobState.QUEUED);
    client = server.authenticated();
    client.subscribe("all", null);
    client.next("snapshot");
    client.next("live");
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  void what_was_known_is_believed_for_a_while() {
    server.grants.failure = new IllegalStateException("away");
    server.clock.advance(Duration.ofSeconds(29));
    rechecked();
    log.append(TENANT, job(1), JobState.RUNNING);

    client.await("event");

    assertThat(client.isOpen()).isTrue();
  }

  @Test
  void then_the_socket_is_closed_to_come_back_with_its_cursor() {
    server.grants.failure = new IllegalStateException("away");

    server.clock.advance(Duration.ofSeconds(31));

    JsonObject resync = client.await("resync");
    assertThat(resync.getString("reason")).isEqualTo("unavailable");
    assertThat(resync.getString("cursor")).isEqualTo(Cursor.text(TENANT, 1));
    assertThat(client.closeCode()).isEqualTo((short) 1013);
  }

  @Test
  void an_answer_that_never_comes_is_none() {
    Promise<Void> never = Promise.promise();
    server.grants.gate = never.future();

    server.clock.advance(Duration.ofSeconds(31));

    assertThat(client.closeCode()).isEqualTo((short) 1013);
  }

  @Test
  void a_question_without_an_answer_is_not_asked_again_beside_itself() {
    Promise<Void> late = Promise.promise();
    server.grants.gate = late.future();
    int asked = server.grants.rechecks.get();
    Waiting.until(() -> server.grants.rechecks.get() > asked);
    int once = server.grants.rechecks.get();
    // Several times its interval.
    server.clock.advance(Duration.ofSeconds(10));
    client.await("heartbeat");
    server.clock.advance(Duration.ofSeconds(10));
    client.await("heartbeat");

    assertThat(server.grants.rechecks.get()).isEqualTo(once);
    server.grants.gate = Future.succeededFuture();
    late.complete();
    rechecked();
    assertThat(client.isOpen()).isTrue();
  }

  @Test
  void when_the_database_is_back_what_was_revoked_meanwhile_is_closed() throws Exception {
    String token = server.token();
    StreamClient revoked = server.connect();
    revoked.authenticate(token);
    server.grants.failure = new IllegalStateException("away");
    server.grants.revoke(token);
    rechecked();
    assertThat(revoked.isOpen()).isTrue();

    server.grants.failure = null;

    assertThat(revoked.closeCode()).isEqualTo((short) 4410);
    assertThat(client.isOpen()).isTrue();
  }

  private void rechecked() {
    int before = server.grants.rechecks.get();
    Waiting.until(() -> server.grants.rechecks.get() >= before + 2);
  }
}
