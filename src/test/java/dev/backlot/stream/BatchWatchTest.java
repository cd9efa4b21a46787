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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A batch as one thing to follow. */
class BatchWatchTest {
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
  void a_batch_shows_its_live_jobs_and_the_numbers_of_all_its_items() throws Exception {
    BatchId batch = batch(1, 2, 3);
    log.append(TENANT, job(2), JobState.SUCCEEDED);
    log.append(TENANT, job(9), JobState.QUEUED);
    StreamClient client = server.authenticated();

    client.send(subscribe("b", batch));

    JsonObject snapshot = client.next("snapshot");
    assertThat(snapshot.getJsonArray("jobs"))
        .extracting(job -> ((JsonObject) job).getString("id"))
        .containsExactly(job(3).toString(), job(1).toString());
    assertThat(snapshot.getJsonObject("counts"))
        .isEqualTo(new JsonObject().put("queued", 2).put("succeeded", 1));
    assertThat(snapshot.getBoolean("complete")).isTrue();
    client.next("live");
  }

  @Test
  void a_snapshot_of_a_batch_says_when_it_left_jobs_out() throws Exception {
    BatchId batch = batch(1, 2, 3, 4, 5, 6);
    StreamClient client = server.authenticated();

    client.send(subscribe("b", batch));

    JsonObject snapshot = client.next("snapshot");
    assertThat(snapshot.getBoolean("complete")).isFalse();
    assertThat(snapshot.getJsonArray("jobs")).hasSize(5);
  }

  @Test
  void its_events_come_as_they_happen_and_those_of_others_do_not() throws Exception {
    BatchId batch = batch(1);
    batch(2);
    log.append(TENANT, job(3), JobState.QUEUED);
    StreamClient client = following(batch);

    log.append(TENANT, job(2), JobState.RUNNING);
    log.append(TENANT, job(3), JobState.RUNNING);
    log.append(TENANT, job(1), JobState.RUNNING);

    assertThat(client.next("event").getString("job_id")).isEqualTo(job(1).toString());
  }

  @Test
  void a_job_that_joins_the_batch_later_appears() throws Exception {
    BatchId batch = batch(1);
    log.append(TENANT, job(1), JobState.FAILED);
    StreamClient client = following(batch);

    log.append(TENANT, job(2), new BatchItem(batch.value(), 1), JobState.QUEUED);

    assertThat(client.next("event").getString("job_id")).isEqualTo(job(2).toString());
  }

  /** With few events in memory, from the database. */
  @ParameterizedTest
  @ValueSource(ints = {1, 1_000})
  void a_resume_gets_exactly_what_the_batch_has_missed(int recentEvents) throws Exception {
    server.close();
    server = new StreamServer(log, StreamServer.config(64 << 10, recentEvents));
    BatchId batch = batch(1);
    StreamClient first = server.authenticated();
    first.send(subscribe("b", batch));
    String cursor = first.next("snapshot").getString("cursor");
    first.socket.close();
    log.append(TENANT, job(1), JobState.SUBMITTING);
    log.append(TENANT, job(2), JobState.QUEUED);
    long last = log.append(TENANT, job(1), JobState.RUNNING).position();
    Waiting.until(() -> server.hubs.position().orElse(0) == last);

    StreamClient second = server.authenticated();
    second.send(subscribe("b", batch).put("cursor", cursor));

    assertThat(second.next(3))
        .extracting(m -> m.getString("type") + m.getString("event", ""))
        .containsExactly("eventjob.submitting", "eventjob.running", "live");
  }

  @Test
  void another_tenants_batch_does_not_exist() throws Exception {
    StreamClient client = server.authenticated();

    client.send(subscribe("b", log.batch(OTHER)));

    JsonObject error = client.next("error");
    assertThat(error.getString("code")).isEqualTo("batch-not-found");
    assertThat(error.getString("id")).isEqualTo("b");
    assertThat(error.getString("field")).isEqualTo("/batch");
  }

  @Test
  void nor_does_it_for_who_comes_with_a_cursor() throws Exception {
    StreamClient client = server.authenticated();

    client.send(subscribe("b", log.batch(OTHER)).put("cursor", Cursor.text(TENANT, 0)));

    assertThat(client.next("error").getString("code")).isEqualTo("batch-not-found");
  }

  @Test
  void what_is_no_id_names_no_batch_and_the_socket_goes_on() throws Exception {
    StreamClient client = server.authenticated();
    client.send(subscribe("b", log.batch(TENANT)).put("batch", "the-film"));
    JsonObject error = client.next("error");

    client.subscribe("a", null);

    client.next("snapshot");
    assertThat(error.getString("code")).isEqualTo("batch-not-found");
  }

  @Test
  void a_token_for_jobs_does_not_open_their_batch() throws Exception {
    BatchId batch = batch(1);
    StreamClient client = server.connect();
    client.authenticate(
        server.grants.token(TENANT, new StreamScope.Jobs(Set.of(job(1))), server.anHourFromNow()));

    client.send(subscribe("b", batch));

    assertThat(client.next("error").getString("code")).isEqualTo("forbidden");
  }

  @Test
  void a_job_that_is_also_followed_by_itself_is_told_once() throws Exception {
    StreamClient client = following(batch(1));
    client.subscribe("j", null, job(1));
    client.next(2);

    log.append(TENANT, job(1), JobState.SUBMITTING);
    log.append(TENANT, job(1), JobState.RUNNING);

    assertThat(client.next(2))
        .extracting(m -> m.getString("event"))
        .containsExactly("job.submitting", "job.running");
  }

  @Test
  void its_jobs_are_still_followed_by_themselves_when_the_batch_is_left() throws Exception {
    StreamClient client = following(batch(1));
    client.subscribe("j", null, job(1));
    client.next(2);
    client.send(new JsonObject().put("type", "unsubscribe").put("id", "b"));
    client.next("unsubscribed");

    log.append(TENANT, job(1), JobState.RUNNING);

    assertThat(client.next("event").getString("event")).isEqualTo("job.running");
  }

  @Test
  void what_the_batch_has_shown_is_not_shown_again_to_a_subscription_with_an_older_cursor()
      throws Exception {
    BatchId batch = batch(1);
    log.append(TENANT, job(7), JobState.QUEUED);
    String old = Cursor.text(TENANT, 1);
    StreamClient client = following(batch);
    log.append(TENANT, job(1), JobState.RUNNING);
    client.next("event");

    client.subscribe("all", old);

    assertThat(client.next(2))
        .extracting(m -> m.getString("type") + m.getString("job_id", ""))
        .containsExactly("event" + job(7), "live");
  }

  /** Stored with one job for each number. */
  private BatchId batch(int... jobs) {
    BatchId batch = log.batch(TENANT);
    for (int item = 0; item < jobs.length; item++) {
      log.append(TENANT, job(jobs[item]), new BatchItem(batch.value(), item), JobState.QUEUED);
    }
    return batch;
  }

  private StreamClient following(BatchId batch) throws Exception {
    StreamClient client = server.authenticated();
    client.send(subscribe("b", batch));
    client.next("snapshot");
    client.next("live");
    return client;
  }

  private static JsonObject subscribe(String id, BatchId batch) {
    return new JsonObject().put("type", "subscribe").put("id", id).put("batch", batch.toString());
  }
}
