package dev.backlot.stream;

import static dev.backlot.stream.StatusSocketTest.job;
import static dev.backlot.stream.StreamServer.OTHER;
import static dev.backlot.stream.StreamServer.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.access.StreamScope;
import dev.backlot.domain.batch.BatchId;
import dev.backlot.domain.job.BatchItem;
import dev.backlot.domain.job.JobState;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A token for one batch: the batch and its jobs, and nothing else. */
class BatchTokenTest {
  private final FakeEventLog log = new FakeEventLog();
  private final BatchId batch = log.batch(TENANT);
  private StreamServer server;

  @BeforeEach
  void start() throws Exception {
    server = new StreamServer(log, StreamServer.config());
    queue(batch, 1);
    queue(batch, 2);
    queue(log.batch(TENANT), 3);
    log.append(TENANT, job(4), JobState.QUEUED);
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  void it_opens_the_batch_and_what_joins_it() throws Exception {
    StreamClient client = withToken();

    client.send(subscribe("b", batch));

    client.next("snapshot");
    client.next("live");
    queue(batch, 5);
    assertThat(client.next("event").getString("job_id")).isEqualTo(job(5).toString());
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(longs = 1)
  void it_opens_jobs_of_the_batch(@Nullable Long position) throws Exception {
    StreamClient client = withToken();

    client.subscribe("j", position == null ? null : Cursor.text(TENANT, position), job(1), job(2));

    client.await("live");
    log.append(TENANT, job(2), JobState.RUNNING);
    assertThat(client.await("event").getString("job_id")).isEqualTo(job(2).toString());
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(longs = 1)
  void it_opens_no_job_of_another_batch_or_of_none(@Nullable Long position) throws Exception {
    StreamClient client = withToken();
    String cursor = position == null ? null : Cursor.text(TENANT, position);

    client.subscribe("other", cursor, job(3));
    assertForbidden(client);
    client.subscribe("none", cursor, job(4));
    assertForbidden(client);
    client.subscribe("mixed", cursor, job(1), job(3));
    assertForbidden(client);
    client.subscribe("good", null, job(1));
    client.next("snapshot");
  }

  @Test
  void it_opens_neither_the_tenant_nor_another_batch() throws Exception {
    StreamClient client = withToken();

    client.subscribe("all", null);
    assertForbidden(client);
    client.send(subscribe("b", log.batch(TENANT)));
    assertForbidden(client);
    client.send(subscribe("b", log.batch(OTHER)));
    assertForbidden(client);
  }

  @Test
  void a_token_for_the_jobs_of_a_batch_does_not_open_the_batch() throws Exception {
    StreamClient client = server.connect();
    client.authenticate(
        server.grants.token(
            TENANT, new StreamScope.Jobs(Set.of(job(1), job(2))), server.anHourFromNow()));

    client.send(subscribe("b", batch));

    assertForbidden(client);
  }

  @Test
  void it_renews_a_socket_that_follows_jobs_of_the_batch() throws Exception {
    StreamClient client = server.authenticated();
    client.subscribe("j", null, job(1), job(2));
    client.next(2);
    client.send(subscribe("b", batch));
    client.next(2);

    client.authenticate(token());

    log.append(TENANT, job(1), JobState.RUNNING);
    client.next("event");
  }

  @Test
  void it_renews_no_socket_that_follows_another_job() throws Exception {
    StreamClient client = server.authenticated();
    client.subscribe("j", null, job(1), job(4));
    client.next(2);

    client.send(new JsonObject().put("type", "auth").put("token", token()));

    assertThat(client.next("error").getString("about")).isEqualTo("auth");
    assertThat(client.isOpen()).isTrue();
  }

  private void queue(BatchId of, int n) {
    log.append(TENANT, job(n), new BatchItem(of.value(), n), JobState.QUEUED);
  }

  private StreamClient withToken() throws Exception {
    StreamClient client = server.connect();
    client.authenticate(token());
    return client;
  }

  private String token() {
    return server.grants.token(TENANT, new StreamScope.OfBatch(batch), server.anHourFromNow());
  }

  private static JsonObject subscribe(String id, BatchId batch) {
    return new JsonObject().put("type", "subscribe").put("id", id).put("batch", batch.toString());
  }

  private static void assertForbidden(StreamClient client) {
    assertThat(client.next("error").getString("code")).isEqualTo("forbidden");
  }
}
