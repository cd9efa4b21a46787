package dev.backlot.webhook;

import static dev.backlot.webhook.Receiver.silence;
import static dev.backlot.webhook.Receiver.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.job.JobId;
import dev.backlot.webhook.Receiver.Received;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Addresses that are told tasks in the provider's own words, over real HTTP. */
class TaskToldTest {
  private Installation installation;
  private Receiver receiver;

  @BeforeEach
  void start() throws Exception {
    installation =
        new Installation(
            TestWebhooks.config()
                .timeout(Duration.ofSeconds(2))
                .schedule(Duration.ofMillis(300), Duration.ofSeconds(60))
                .build());
    receiver = Receiver.start(installation.vertx);
  }

  @AfterEach
  void close() throws Exception {
    receiver.close();
    installation.close();
  }

  @Test
  void without_a_secret_a_call_has_no_header_of_a_signature() throws Exception {
    installation.node("one");
    installation.jobToldAsTask(receiver.url());

    Received received = receiver.next();

    assertThat(received.json().getString("told")).isEqualTo("job.queued");
    assertThat(received.headers().names()).noneMatch(name -> name.startsWith("webhook-"));
  }

  @Test
  void with_a_secret_it_has_the_one_signature_that_clients_know() throws Exception {
    String secret = installation.newSecret().getString("secret");
    installation.node("one");
    installation.jobToldAsTask(receiver.url());

    Received received = receiver.next();

    assertThat(received.headers().get("webhook-signature")).isEqualTo(v1(received, secret));
  }

  @Test
  void after_a_new_secret_it_has_that_of_the_former_one_as_well() throws Exception {
    String former = installation.newSecret().getString("secret");
    String current = installation.newSecret().getString("secret");
    installation.node("one");
    installation.jobToldAsTask(receiver.url());

    Received received = receiver.next();

    assertThat(received.headers().get("webhook-signature"))
        .isEqualTo(v1(received, current) + " " + v1(received, former));
  }

  @Test
  void a_secret_that_is_made_later_signs_from_then_on() throws Exception {
    installation.node("one");
    JobId job = installation.jobToldAsTask(receiver.url());
    receiver.next();
    String secret = installation.newSecret().getString("secret");
    installation.event(job, 2, "job.running");

    Received received = receiver.next();

    assertThat(received.headers().get("webhook-signature")).isEqualTo(v1(received, secret));
  }

  @Test
  void each_status_is_called_once_and_in_order() throws Exception {
    installation.node("one");
    JobId job = installation.jobToldAsTask(receiver.url());
    installation.event(job, 2, "job.submitting");
    installation.event(job, 3, "job.running");
    installation.event(job, 4, "job.queued");
    installation.event(job, 5, "job.submitting");
    installation.event(job, 6, "job.running");
    installation.event(job, 7, "job.succeeded");

    List<String> told = List.of(told(), told(), told());

    assertThat(told).containsExactly("job.queued", "job.running", "job.succeeded");
    installation.until("all is stored", () -> waiting() == 0);
    assertThat(receiver.count()).isEqualTo(3);
  }

  @Test
  void what_was_refused_is_called_again_under_the_same_id() throws Exception {
    installation.newSecret();
    receiver.answer(status(500));
    installation.node("one");
    installation.jobToldAsTask(receiver.url());
    Received first = receiver.next();
    receiver.answer(status(200));

    Received second = receiver.next();

    assertThat(second.id()).isEqualTo(first.id());
    assertThat(second.body()).isEqualTo(first.body());
  }

  @Test
  void an_older_status_is_not_called_again_behind_a_newer_one() throws Exception {
    receiver.answer(status(500));
    installation.node("one");
    JobId job = installation.jobToldAsTask(receiver.url());
    told();
    told();
    receiver.answer(status(200));
    installation.event(job, 2, "job.running");
    assertThat(told()).isEqualTo("job.running");
    installation.until("all has ended", () -> waiting() == 0);

    installation.putOn(Duration.ofMinutes(5));
    installation.event(job, 3, "job.succeeded");

    assertThat(told()).isEqualTo("job.succeeded");
    installation.until("all has ended", () -> waiting() == 0);
    assertThat(receiver.count()).isEqualTo(4);
    assertThat(installation.deliveries(installation.webhookOf(job)))
        .extracting(each -> ((JsonObject) each).getString("state"))
        .containsExactly("delivered", "delivered", "outdated");
  }

  @Test
  void a_receiver_that_is_gone_is_called_no_more() throws Exception {
    receiver.answer(status(410));
    installation.node("one");
    JobId job = installation.jobToldAsTask(receiver.url());
    told();
    installation.until("it is disabled", () -> !webhook(job).getBoolean("enabled"));

    installation.event(job, 2, "job.succeeded");
    installation.until("nothing waits", () -> waiting() == 0);

    assertThat(receiver.count()).isEqualTo(1);
    assertThat(webhook(job).getString("disabled_reason")).isEqualTo("gone");
  }

  @Test
  void a_receiver_that_never_answers_delays_no_other() throws Exception {
    installation.node("one");
    try (Receiver dead = Receiver.start(installation.vertx, silence())) {
      installation.jobToldAsTask(dead.url());
      dead.next();

      installation.jobToldAsTask(receiver.url());
      told();

      assertThat(dead.count()).isEqualTo(1);
    }
  }

  @Test
  void when_the_node_dies_after_the_call_another_calls_with_the_same() throws Exception {
    installation.newSecret();
    String dies = installation.node("dies", new Forgetful(installation.queue));
    installation.jobToldAsTask(receiver.url());
    Received first = receiver.next();
    installation.stop(dies);

    installation.node("lives");
    installation.putOn(Duration.ofMinutes(1));
    Received second = receiver.next();

    assertThat(second.id()).isEqualTo(first.id());
    assertThat(second.body()).isEqualTo(first.body());
  }

  @Test
  void the_api_shows_that_tasks_are_told_there_and_each_try() throws Exception {
    installation.node("one");
    JobId job = installation.jobToldAsTask(receiver.url());
    told();
    installation.until("it is stored", () -> waiting() == 0);

    assertThat(webhook(job).getString("tells")).isEqualTo("tasks");
    assertThat(webhook(job).containsKey("public_key")).isTrue();
    assertThat(webhook(job).getValue("public_key")).isNull();
    assertThat(
            installation
                .delivery(webhook(job))
                .getJsonArray("log")
                .getJsonObject(0)
                .getValue("outcome"))
        .isEqualTo("delivered");
  }

  @Test
  void an_address_for_our_events_is_another_one() throws Exception {
    installation.newSecret();
    installation.node("one");
    JobId task = installation.jobToldAsTask(receiver.url());
    told();
    JobId job = installation.jobTelling(receiver.url(), "job.queued");

    Received received = receiver.next();

    assertThat(received.json().getString("event")).isEqualTo("job.queued");
    assertThat(webhook(job).getString("id")).isNotEqualTo(webhook(task).getString("id"));
  }

  private String told() throws InterruptedException {
    return receiver.next().json().getString("told");
  }

  private JsonObject webhook(JobId job) {
    return installation.webhookOf(job);
  }

  private long waiting() {
    return installation.store.database.number("SELECT sum(waiting) FROM webhook_endpoint");
  }

  /** By the reference, section 10. */
  private static String v1(Received received, String secret) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(
        new SecretKeySpec(
            Base64.getDecoder().decode(secret.substring("whsec_".length())), "HmacSHA256"));
    String signed =
        Objects.requireNonNull(received.headers().get("webhook-id"))
            + "."
            + received.headers().get("webhook-timestamp")
            + "."
            + received.body();
    return "v1,"
        + Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
  }
}
