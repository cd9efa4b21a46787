package dev.backlot.webhook;

import static dev.backlot.webhook.Receiver.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.AppConfig;
import dev.backlot.config.ConfigSource;
import dev.backlot.config.WebhooksConfig;
import dev.backlot.domain.job.JobId;
import dev.backlot.webhook.Receiver.Received;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The shipped schedule, from its first try to its last, through the sender and the store. The
 * clocks of the node and of the database are put on from one try to the next.
 */
class RetryWalkTest {
  /** What passes by itself while the test looks. */
  private static final Duration PASSES = Duration.ofSeconds(4);

  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir Path directory;

  private WebhooksConfig config;
  private Installation installation;
  private Receiver dead;
  private Receiver healthy;
  private JsonObject endpoint;

  @BeforeEach
  void open() throws Exception {
    config = shipped();
    installation = new Installation(config);
    dead = Receiver.start(installation.vertx, status(500));
    healthy = Receiver.start(installation.vertx);
    endpoint = installation.endpoint(dead.url(), "job.failed");
    installation.endpoint(healthy.url(), "job.queued");
    installation.node("one");
  }

  @AfterEach
  void close() throws Exception {
    healthy.close();
    dead.close();
    installation.close();
  }

  @Test
  void an_event_that_nobody_takes_is_tried_ten_times_over_75_hours_and_has_failed_then()
      throws Exception {
    Instant began = begin();
    List<Duration> pauses = config.schedule();
    assertThat(pauses).hasSize(9);

    for (Duration pause : pauses) {
      Instant next = assertPause(pause, longest(pause));
      assertNothingComesBefore(next);
      comeTo(next);
    }

    assertHasFailed();
    assertThat(dead.all.stream().map(Received::id).distinct()).hasSize(1);
    assertThat(Duration.between(began, installation.clock.instant()))
        .isBetween(Duration.ofHours(75), Duration.ofHours(84));
    assertThat(installation.endpoint(endpoint).getString("disabled_reason")).isEqualTo("failing");
    assertNothingComesBefore(installation.clock.instant().plus(Duration.ofDays(2)));
  }

  /** A longer pause is given up to the bound, in place of that pause; a shorter one is not. */
  @Test
  void what_the_receiver_asks_for_in_the_middle_moves_what_follows_and_takes_no_try()
      throws Exception {
    List<Duration> pauses = config.schedule();
    begin();
    comeTo(assertPause(pauses.get(0), longest(pauses.get(0))));

    dead.answer(status(429, "Retry-After", "2400"));
    comeTo(assertPause(pauses.get(1), longest(pauses.get(1))));
    Duration asked = Duration.ofMinutes(40);
    Instant next = assertPause(asked, asked.plus(PASSES));
    assertNothingComesBefore(next);

    dead.answer(status(503, "Retry-After", "60"));
    comeTo(next);
    next = assertPause(pauses.get(3), longest(pauses.get(3)));

    dead.answer(status(503, "Retry-After", "86400"));
    comeTo(next);
    next = assertPause(pauses.get(4), longest(pauses.get(4)));
    dead.answer(status(500));
    comeTo(next);

    for (Duration pause : pauses.subList(5, pauses.size())) {
      comeTo(assertPause(pause, longest(pause)));
    }
    assertHasFailed();
  }

  @Test
  void no_receiver_puts_a_try_off_for_longer_than_the_bound() throws Exception {
    dead.answer(status(503, "Retry-After", "86400"));
    begin();

    Instant next = assertPause(HOUR, HOUR.plus(PASSES));

    assertNothingComesBefore(next);
    comeTo(next);
  }

  /**
   * @return when the first try began
   */
  private Instant begin() throws Exception {
    JobId job = installation.job();
    healthy.next();
    installation.event(job, 2, "job.failed");
    dead.next();
    untilTried(1);
    return lastTry();
  }

  /**
   * From the last try to the next.
   *
   * @return when the next one is due
   */
  private Instant assertPause(Duration least, Duration most) {
    JsonObject delivery = installation.delivery(endpoint);
    assertThat(delivery.getString("state")).isEqualTo("pending");
    Instant next = delivery.getInstant("next_at");
    assertThat(Duration.between(lastTry(), next))
        .as("after try " + delivery.getInteger("tries"))
        .isBetween(least, most);
    return next;
  }

  /** Half of it passes, then nearly all; what is due for others is sent, and nothing of ours. */
  private void assertNothingComesBefore(Instant next) throws Exception {
    int before = dead.count();
    Duration left = Duration.between(installation.clock.instant(), next).minus(PASSES);
    if (left.isNegative()) {
      return;
    }
    for (Duration part : List.of(left.dividedBy(2), left.minus(left.dividedBy(2)))) {
      installation.putOn(part);
      installation.job();
      healthy.next();
    }
    assertThat(dead.count()).as("sent before it was due").isEqualTo(before);
  }

  private void comeTo(Instant next) throws Exception {
    int tries = installation.delivery(endpoint).getInteger("tries");
    Duration left = Duration.between(installation.clock.instant(), next);
    if (!left.isNegative()) {
      installation.putOn(left);
    }
    dead.next();
    untilTried(tries + 1);
    assertThat(lastTry()).isBetween(next.minusMillis(5), next.plus(PASSES));
  }

  private void untilTried(int tries) throws Exception {
    installation.until(
        "try " + tries + " is stored",
        () ->
            !installation.deliveries(endpoint).isEmpty()
                && installation.delivery(endpoint).getInteger("tries") == tries);
  }

  private void assertHasFailed() {
    JsonObject delivery = installation.delivery(endpoint);
    assertThat(delivery.getString("state")).isEqualTo("failed");
    assertThat(delivery.getValue("next_at")).isNull();
    assertThat(delivery.getInteger("tries")).isEqualTo(10);
    assertThat(dead.count()).isEqualTo(10);
  }

  /** When it began, as the list of deliveries says it. */
  private Instant lastTry() {
    JsonArray log = installation.delivery(endpoint).getJsonArray("log");
    return log.getJsonObject(log.size() - 1).getInstant("at");
  }

  private Duration longest(Duration pause) {
    return pause.multipliedBy(100 + config.jitterPercent()).dividedBy(100).plus(PASSES);
  }

  /** But for the pause between two looks, so that a test need not wait for it. */
  private WebhooksConfig shipped() {
    return AppConfig.load(
            new ConfigSource(
                Optional.of(Path.of("conf/backlot.yaml")),
                List.of("data-directory=" + directory, "webhooks.interval=50ms"),
                Map.of()))
        .webhooks();
  }
}
