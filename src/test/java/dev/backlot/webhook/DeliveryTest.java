package dev.backlot.webhook;

import static dev.backlot.webhook.Receiver.status;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.job.JobId;
import dev.backlot.http.EventJson;
import dev.backlot.store.PgEventLog;
import dev.backlot.webhook.Receiver.Received;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** From the log to receivers, over real HTTP. */
class DeliveryTest {
  private static final String QUEUED = "job.queued";
  private final List<AutoCloseable> opened = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (int i = opened.size() - 1; i >= 0; i--) {
      opened.get(i).close();
    }
  }

  @Test
  void the_receiver_gets_the_very_events_of_the_log_once_and_in_order() throws Exception {
    Installation installation = installation(TestWebhooks.config());
    Receiver receiver = receiver(installation);
    installation.endpoint(receiver.url(), QUEUED, "job.running", "job.succeeded");
    installation.node("one");
    JobId job = installation.job();
    installation.event(job, 2, "job.submitting");
    installation.event(job, 3, "job.running");
    installation.event(job, 4, "job.succeeded");

    List<String> bodies = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      bodies.add(receiver.next().body());
    }

    List<String> told =
        new PgEventLog(installation.store.database.pool())
            .after(0, 100).await(20, TimeUnit.SECONDS).stream()
                .filter(event -> !event.type().equals("job.submitting"))
                .map(EventJson::of)
                .collect(toList());
    assertThat(bodies).isEqualTo(told);
    installation.until("all has ended", () -> waiting(installation) == 0);
    assertThat(receiver.count()).isEqualTo(3);
  }

  @Test
  void three_nodes_send_every_event_once_and_those_of_a_job_in_order() throws Exception {
    Installation installation = installation(TestWebhooks.config().atOnce(2, 4));
    Receiver receiver = receiver(installation);
    for (int i = 0; i < 3; i++) {
      installation.endpoint(receiver.url() + "&n=" + i, QUEUED, "job.running", "job.succeeded");
    }
    for (String name : List.of("one", "two", "three")) {
      installation.node(name);
    }
    List<JobId> jobs = installation.store.jobs(installation.tenant, 20);
    for (JobId job : jobs) {
      installation.event(job, 3, "job.running");
      installation.event(job, 4, "job.succeeded");
    }

    for (int i = 0; i < 180; i++) {
      receiver.next();
    }

    installation.until("all has ended", () -> waiting(installation) == 0);
    assertThat(receiver.count()).isEqualTo(180);
    Map<String, List<Integer>> versions =
        receiver.all.stream()
            .collect(
                Collectors.groupingBy(
                    each -> each.uri() + each.job(),
                    Collectors.mapping(each -> each.json().getInteger("version"), toList())));
    assertThat(versions).hasSize(60);
    assertThat(versions.values()).containsOnly(List.of(1, 3, 4));
  }

  @Test
  void what_was_refused_is_sent_again_under_the_same_id() throws Exception {
    Installation installation = installation(quick());
    Receiver receiver = receiver(installation);
    receiver.answer(status(503));
    JsonObject endpoint = installation.endpoint(receiver.url(), QUEUED);
    installation.node("one");
    installation.job();

    Received first = receiver.next();
    receiver.answer(status(204));
    Received second = receiver.next();

    assertThat(second.id()).isEqualTo(first.id()).startsWith("evt_");
    assertThat(second.body()).isEqualTo(first.body());
    installation.until(
        "it is stored",
        () -> installation.delivery(endpoint).getString("state").equals("delivered"));
    JsonArray log = installation.delivery(endpoint).getJsonArray("log");
    assertThat(log.getJsonObject(0).getInteger("status")).isEqualTo(503);
    assertThat(log.getJsonObject(log.size() - 1).getInteger("status")).isEqualTo(204);
  }

  @Test
  void a_delivery_that_nobody_takes_fails_at_the_end_of_its_schedule() throws Exception {
    Installation installation = installation(quick().circuit(1_000, Duration.ofMillis(10)));
    Receiver receiver = receiver(installation);
    receiver.answer(status(500));
    JsonObject endpoint = installation.endpoint(receiver.url(), QUEUED);
    installation.node("one");
    installation.job();

    installation.until(
        "it has failed",
        () ->
            installation.deliveries(endpoint).size() == 1
                && installation.delivery(endpoint).getString("state").equals("failed"));

    assertThat(receiver.count()).isEqualTo(4);
    assertThat(installation.delivery(endpoint).getInteger("tries")).isEqualTo(4);
  }

  @Test
  void a_receiver_that_asks_for_a_pause_gets_it() throws Exception {
    Installation installation = installation(quick());
    Receiver receiver = receiver(installation);
    receiver.answer(status(429, "Retry-After", "600"));
    JsonObject endpoint = installation.endpoint(receiver.url(), QUEUED);
    installation.node("one");
    installation.job();
    receiver.next();

    installation.until(
        "it is put off", () -> installation.delivery(endpoint).getInteger("tries") == 1);

    Instant next = Instant.parse(installation.delivery(endpoint).getString("next_at"));
    assertThat(Duration.between(installation.clock.instant(), next))
        .isBetween(Duration.ofSeconds(570), Duration.ofSeconds(601));
    installation.putOn(Duration.ofSeconds(601));
    receiver.next();
  }

  @Test
  void an_endpoint_that_is_gone_is_disabled_and_says_so() throws Exception {
    Installation installation = installation(TestWebhooks.config());
    Receiver receiver = receiver(installation);
    receiver.answer(status(410));
    JsonObject endpoint = installation.endpoint(receiver.url(), QUEUED);
    installation.node("one");
    installation.job();

    installation.until(
        "it is disabled", () -> !installation.endpoint(endpoint).getBoolean("enabled"));

    assertThat(installation.endpoint(endpoint).getString("disabled_reason")).isEqualTo("gone");
    installation.until(
        "what waits has failed",
        () -> installation.delivery(endpoint).getString("state").equals("failed"));
    installation.job();
    assertThat(receiver.count()).isEqualTo(1);
  }

  @Test
  void an_endpoint_that_fails_for_the_whole_schedule_is_disabled() throws Exception {
    Installation installation =
        installation(TestWebhooks.config().circuit(2, Duration.ofSeconds(10)));
    Receiver receiver = receiver(installation);
    receiver.answer(status(500));
    JsonObject endpoint = installation.endpoint(receiver.url(), QUEUED);
    installation.node("one");
    installation.job();
    receiver.next();
    installation.until(
        "it is stored", () -> installation.delivery(endpoint).getInteger("tries") == 1);

    installation.putOn(Duration.ofHours(76));

    installation.until(
        "it is disabled", () -> !installation.endpoint(endpoint).getBoolean("enabled"));
    assertThat(installation.endpoint(endpoint).getString("disabled_reason")).isEqualTo("failing");
  }

  @Test
  void an_endpoint_that_never_answers_delays_no_other() throws Exception {
    Installation installation =
        installation(TestWebhooks.config().timeout(Duration.ofSeconds(20)).atOnce(2, 2));
    Receiver dead = receiver(installation);
    dead.answer(Receiver.silence());
    Receiver healthy = receiver(installation);
    installation.endpoint(dead.url(), QUEUED);
    installation.endpoint(healthy.url(), QUEUED);
    installation.node("one");

    for (int i = 0; i < 20; i++) {
      installation.job();
      healthy.next();
    }

    assertThat(dead.count()).isLessThanOrEqualTo(2);
    dead.answer(status(204));
  }

  @Test
  void an_endpoint_whose_circuit_is_open_is_probed_with_one_delivery_at_a_time() throws Exception {
    Installation installation =
        installation(TestWebhooks.config().circuit(4, Duration.ofSeconds(30)));
    Receiver receiver = receiver(installation);
    receiver.answer(status(500));
    JsonObject endpoint = installation.endpoint(receiver.url(), QUEUED);
    installation.store.jobs(installation.tenant, 12);
    installation.node("one");
    installation.until("the circuit is open", () -> receiver.count() == 4);
    installation.until(
        "it is stored", () -> installation.endpoint(endpoint).getString("failing_since") != null);

    installation.putOn(Duration.ofSeconds(31));
    installation.until(
        "the probe is stored",
        () -> installation.store.database.number("SELECT failures FROM webhook_endpoint") == 5);
    assertThat(receiver.count()).isEqualTo(5);
    receiver.answer(status(204));
    installation.putOn(Duration.ofSeconds(61));

    installation.until("all has arrived", () -> delivered(installation) >= 7);
    assertThat(installation.endpoint(endpoint).getString("failing_since")).isNull();
  }

  @Test
  void when_the_node_dies_after_the_send_another_sends_the_same_again() throws Exception {
    Installation installation = installation(TestWebhooks.config());
    Receiver receiver = receiver(installation);
    JsonObject endpoint = installation.endpoint(receiver.url(), QUEUED);
    String dies = installation.node("dies", new Forgetful(installation.queue));
    installation.job();
    Received first = receiver.next();
    installation.stop(dies);

    installation.node("lives");
    installation.putOn(Duration.ofMinutes(1));
    Received second = receiver.next();

    assertThat(second.id()).isEqualTo(first.id());
    assertThat(second.body()).isEqualTo(first.body());
    installation.until(
        "it is stored",
        () -> installation.delivery(endpoint).getString("state").equals("delivered"));
  }

  @Test
  void a_node_whose_clock_is_ahead_takes_nothing_from_the_others() throws Exception {
    Installation installation = installation(TestWebhooks.config());
    Receiver receiver = receiver(installation);
    receiver.answer(request -> installation.vertx.setTimer(400, late -> request.response().end()));
    JsonObject endpoint = installation.endpoint(receiver.url(), QUEUED);
    installation.node("one");
    installation.job();
    receiver.next();

    installation.node(
        "ahead", installation.queue, () -> installation.clock.instant().plusSeconds(3_600));

    installation.until(
        "it is stored",
        () -> installation.delivery(endpoint).getString("state").equals("delivered"));
    assertThat(receiver.count()).isEqualTo(1);
  }

  @Test
  void a_node_that_stops_stores_what_it_has_sent() throws Exception {
    Installation installation = installation(TestWebhooks.config());
    Receiver receiver = receiver(installation);
    receiver.answer(request -> installation.vertx.setTimer(300, late -> request.response().end()));
    JsonObject endpoint = installation.endpoint(receiver.url(), QUEUED);
    String node = installation.node("one");
    installation.job();
    receiver.next();

    installation.stop(node);

    assertThat(installation.delivery(endpoint).getString("state")).isEqualTo("delivered");
  }

  @Test
  void a_replayed_delivery_comes_under_the_same_id() throws Exception {
    Installation installation = installation(TestWebhooks.config());
    Receiver receiver = receiver(installation);
    JsonObject endpoint = installation.endpoint(receiver.url(), QUEUED);
    installation.node("one");
    installation.job();
    Received first = receiver.next();
    installation.until("it has ended", () -> waiting(installation) == 0);

    assertThat(installation.post(endpoint, "/deliveries/" + first.id() + "/replay").statusCode())
        .isEqualTo(202);

    assertThat(receiver.next().id()).isEqualTo(first.id());
  }

  @Test
  void all_that_failed_since_then_is_replayed_together() throws Exception {
    Installation installation = installation(quick().circuit(1_000, Duration.ofMillis(10)));
    Receiver receiver = receiver(installation);
    receiver.answer(status(500));
    JsonObject endpoint = installation.endpoint(receiver.url(), QUEUED);
    installation.node("one");
    Instant since = installation.clock.instant();
    installation.store.jobs(installation.tenant, 3);
    installation.until("all have failed", () -> failed(installation) == 3);
    receiver.answer(status(204));

    JsonObject answer =
        installation
            .post(endpoint, "/replay", new JsonObject().put("since", since.toString()))
            .bodyAsJsonObject();

    assertThat(answer.getInteger("replayed")).isEqualTo(3);
    installation.until("all have arrived", () -> delivered(installation) == 3);
  }

  private static TestWebhooks quick() {
    return TestWebhooks.config()
        .schedule(Duration.ofMillis(20), Duration.ofMillis(30), Duration.ofMillis(40));
  }

  private static long waiting(Installation installation) {
    return count(installation, "pending");
  }

  private static long delivered(Installation installation) {
    return count(installation, "delivered");
  }

  private static long failed(Installation installation) {
    return count(installation, "failed");
  }

  private static long count(Installation installation, String state) {
    return installation.store.database.number(
        "SELECT count(*) FROM webhook_delivery WHERE state = '" + state + "'");
  }

  private Installation installation(TestWebhooks config) throws Exception {
    Installation installation = new Installation(config.build());
    opened.add(installation);
    return installation;
  }

  private Receiver receiver(Installation installation) throws Exception {
    Receiver receiver = Receiver.start(installation.vertx);
    opened.add(receiver);
    return receiver;
  }
}
