package dev.backlot.webhook;

import static dev.backlot.webhook.Receiver.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.job.JobId;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A webhook that is enabled again and told what it has missed, over the API and real HTTP. */
class ResumeTest {
  private static final String RUNNING = "job.running";
  private static final String SUCCEEDED = "job.succeeded";
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

  private final JobId job = new JobId(new UUID(1, 1));
  private Installation installation;
  private Receiver receiver;

  @BeforeEach
  void start() throws Exception {
    installation = new Installation(TestWebhooks.config().build());
    receiver = Receiver.start(installation.vertx);
    installation.node("one");
  }

  @AfterEach
  void stop() throws Exception {
    receiver.close();
    installation.close();
  }

  @Test
  void it_is_told_what_happened_while_it_was_paused_and_then_what_happens() throws Exception {
    JsonObject endpoint = installation.endpoint(receiver.url(), RUNNING, SUCCEEDED);
    pause(endpoint);
    events(1, 1, RUNNING);
    events(2, 3, SUCCEEDED);
    planned();

    assertThat(resume(endpoint, at(1)).statusCode()).isEqualTo(200);
    assertThat(versions(3)).containsExactly(1, 2, 3);
    events(4, 4, RUNNING);

    assertThat(versions(1)).containsExactly(4);
    assertThat(receiver.count()).isEqualTo(4);
  }

  @Test
  void what_happened_before_that_time_or_is_of_another_type_is_left_out() throws Exception {
    JsonObject endpoint = installation.endpoint(receiver.url(), RUNNING);
    pause(endpoint);
    events(1, 5, RUNNING);
    events(6, 6, SUCCEEDED);
    events(7, 7, RUNNING);
    planned();

    resume(endpoint, at(4));

    assertThat(versions(3)).containsExactly(4, 5, 7);
    events(8, 8, RUNNING);
    assertThat(versions(1)).containsExactly(8);
  }

  @Test
  void what_was_delivered_is_not_told_again_and_what_waited_once() throws Exception {
    JsonObject endpoint = installation.endpoint(receiver.url(), RUNNING);
    events(1, 1, RUNNING);
    assertThat(versions(1)).containsExactly(1);
    receiver.answer(status(503));
    events(2, 2, RUNNING);
    assertThat(versions(1)).containsExactly(2);
    pause(endpoint);
    receiver.answer(status(204));
    events(3, 3, RUNNING);
    planned();

    resume(endpoint, at(0));

    assertThat(versions(2)).containsExactlyInAnyOrder(2, 3);
    installation.until("nothing waits", () -> waiting(endpoint) == 0);
    assertThat(receiver.count()).isEqualTo(4);
  }

  @Test
  void one_that_was_given_up_is_told_what_has_failed_and_what_came_after_that() throws Exception {
    JsonObject endpoint = installation.endpoint(receiver.url(), RUNNING);
    receiver.answer(status(410));
    events(1, 1, RUNNING);
    versions(1);
    installation.until("it is gone", () -> !installation.endpoint(endpoint).getBoolean("enabled"));
    installation.until("what waited has failed", () -> waiting(endpoint) == 0);
    events(2, 2, RUNNING);
    planned();
    receiver.answer(status(204));

    resume(endpoint, at(0));

    assertThat(versions(2)).containsExactly(1, 2);
  }

  @Test
  void the_address_of_jobs_is_told_of_those_that_have_named_it() throws Exception {
    installation.newSecret();
    JobId telling = installation.jobTelling(receiver.url(), RUNNING);
    JsonObject endpoint = installation.webhookOf(telling);
    pause(endpoint);
    event(telling, 2, RUNNING, at(1));
    event(telling, 3, SUCCEEDED, at(2));
    event(job, 2, RUNNING, at(3));
    planned();

    resume(endpoint, at(0));

    assertThat(receiver.next().job()).isEqualTo(telling.toString());
    installation.until("nothing waits", () -> waiting(endpoint) == 0);
    assertThat(receiver.count()).isEqualTo(1);
  }

  @Test
  void a_time_from_which_on_the_log_is_not_kept_is_refused_and_nothing_is_changed()
      throws Exception {
    JsonObject endpoint = installation.endpoint(receiver.url(), RUNNING);
    pause(endpoint);
    events(1, 4, RUNNING);
    planned();
    installation.store.database.execute("DELETE FROM event WHERE at < timestamptz '" + at(3) + "'");

    HttpResponse<Buffer> answer = resume(endpoint, at(2));

    assertThat(answer.statusCode()).isEqualTo(410);
    assertThat(answer.bodyAsJsonObject().getString("detail"))
        .isEqualTo(
            "Events before " + at(3) + " are no longer kept. Take that time, or a later one.");
    assertThat(installation.endpoint(endpoint).getBoolean("enabled")).isFalse();
    assertThat(resume(endpoint, at(3)).statusCode()).isEqualTo(200);
    assertThat(versions(2)).containsExactly(3, 4);
  }

  @Test
  void more_than_may_wait_is_refused_and_nothing_is_changed() throws Exception {
    JsonObject endpoint = installation.endpoint(receiver.url(), RUNNING);
    pause(endpoint);
    events(1, 1_001, RUNNING);
    planned();

    HttpResponse<Buffer> answer = resume(endpoint, at(1));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.bodyAsString()).contains("/since", "More than 1000 deliveries would wait.");
    assertThat(installation.endpoint(endpoint).getBoolean("enabled")).isFalse();
    assertThat(installation.deliveries(endpoint)).isEmpty();
    assertThat(resume(endpoint, at(2)).bodyAsJsonObject().getInteger("waiting")).isEqualTo(1_000);
  }

  @Test
  void a_time_goes_with_enabling_only() {
    JsonObject endpoint = installation.endpoint(receiver.url(), RUNNING);

    for (JsonObject body :
        List.of(
            new JsonObject().put("since", at(1).toString()),
            new JsonObject().put("since", at(1).toString()).put("enabled", false),
            new JsonObject().put("since", "yesterday").put("enabled", true),
            new JsonObject().put("since", "-99999-01-01T00:00:00Z").put("enabled", true),
            new JsonObject().put("since", "+99999-01-01T00:00:00Z").put("enabled", true))) {
      HttpResponse<Buffer> answer = installation.patch(endpoint, body);
      assertThat(answer.statusCode()).as(body.encode()).isEqualTo(400);
      assertThat(answer.bodyAsString()).contains("/since");
    }
  }

  private void pause(JsonObject endpoint) {
    installation.patch(endpoint, new JsonObject().put("enabled", false));
  }

  private HttpResponse<Buffer> resume(JsonObject endpoint, Instant since) {
    return installation.patch(
        endpoint, new JsonObject().put("enabled", true).put("since", since.toString()));
  }

  /** One event of the job for each version, a minute apart. */
  private void events(int from, int to, String type) {
    installation.store.database.execute(
        """
        SELECT pg_advisory_xact_lock(1);
        INSERT INTO event (tenant_id, job_id, job_version, type, at, data)
          SELECT '%s', '%s', n, '%s', timestamptz '%s' + n * interval '1 minute', '{}'
            FROM generate_series(%d, %d) AS n ORDER BY n"""
            .formatted(installation.tenant, job, type, START, from, to));
  }

  private void event(JobId of, int version, String type, Instant at) {
    installation.store.database.execute(
        """
        SELECT pg_advisory_xact_lock(1);
        INSERT INTO event (tenant_id, job_id, job_version, type, at, data)
          VALUES ('%s', '%s', %d, '%s', '%s', '{}')"""
            .formatted(installation.tenant, of, version, type, at));
  }

  private void planned() throws Exception {
    installation.until(
        "all is planned",
        () ->
            installation.store.database.number(
                    "SELECT max(position) - least((SELECT position FROM webhook_position),"
                        + " (SELECT position FROM webhook_job_position)) FROM event")
                == 0);
  }

  private List<Integer> versions(int count) throws InterruptedException {
    List<Integer> versions = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      versions.add(receiver.next().json().getInteger("version"));
    }
    return versions;
  }

  private int waiting(JsonObject endpoint) {
    return installation.endpoint(endpoint).getInteger("waiting");
  }

  private static Instant at(int version) {
    return START.plus(Duration.ofMinutes(version));
  }
}
