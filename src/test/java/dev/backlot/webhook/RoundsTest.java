package dev.backlot.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.webhook.Delivery;
import dev.backlot.domain.webhook.DeliveryState;
import dev.backlot.domain.webhook.DisabledReason;
import dev.backlot.domain.webhook.Endpoint;
import dev.backlot.domain.webhook.EndpointId;
import dev.backlot.domain.webhook.EndpointKeys;
import dev.backlot.domain.webhook.Standing;
import dev.backlot.port.WebhookQueue.Claimed;
import dev.backlot.port.WebhookQueue.Sent;
import dev.backlot.port.WebhookQueue.Served;
import dev.backlot.webhook.Rounds.Result;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Which deliveries go out together, and what follows. */
class RoundsTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final TenantId TENANT = new TenantId(new UUID(1, 1));
  private static final EndpointId ENDPOINT = new EndpointId(new UUID(2, 2));

  private final Rounds rounds = Rounds.of(TestWebhooks.config().build(), new Random(1));

  @Test
  void what_was_not_begun_is_no_try() {
    Claimed claimed = claimed(new Standing(5, NOW), List.of(fresh(1, 1)), List.of());
    Result result =
        new Result(claimed.fresh().get(0), Outcome.without(Outcome.Kind.NOT_BEGUN), NOW, 5_000);

    Served served = rounds.served(claimed, List.of(result), NOW);

    assertThat(served.sent()).isEmpty();
    assertThat(served.standing()).isEqualTo(new Standing(5, NOW));
    assertThat(served.notBefore()).isEqualTo(NOW.plusSeconds(1));
  }

  @Test
  void of_one_job_one_delivery_goes_out_at_a_time_the_earliest_first() {
    Claimed claimed =
        claimed(Standing.GOOD, List.of(fresh(1, 7), fresh(2, 7), fresh(3, 8)), List.of());

    assertThat(rounds.choose(claimed)).extracting(Delivery::position).containsExactly(1L, 3L);
  }

  @Test
  void new_ones_and_those_tried_again_take_turns() {
    Claimed claimed =
        claimed(
            Standing.GOOD,
            List.of(fresh(11, 1), fresh(12, 2), fresh(13, 3)),
            List.of(again(4, 4, 1), again(5, 5, 1), again(6, 6, 1)));

    assertThat(rounds.choose(claimed))
        .extracting(Delivery::position)
        .containsExactly(11L, 4L, 12L, 5L);
  }

  @Test
  void an_open_circuit_lets_one_through() {
    Claimed claimed = claimed(new Standing(5, NOW), List.of(fresh(1, 1), fresh(2, 2)), List.of());

    assertThat(rounds.choose(claimed)).hasSize(1);
  }

  @Test
  void what_has_arrived_has_ended() {
    Served served = round(fresh(1, 1), Outcome.of(200, null));

    assertThat(served.sent()).extracting(Sent::state).containsExactly(DeliveryState.DELIVERED);
    assertThat(served.standing()).isEqualTo(Standing.GOOD);
    assertThat(served.disabled()).isNull();
  }

  @Test
  void what_was_refused_is_tried_again() {
    Served served = round(fresh(1, 1), Outcome.of(500, null));

    Sent sent = served.sent().get(0);
    assertThat(sent.state()).isEqualTo(DeliveryState.PENDING);
    assertThat(sent.nextAt()).isBetween(NOW.plusMillis(5_000), NOW.plusMillis(5_500));
    assertThat(sent.done().outcome()).isEqualTo("refused");
    assertThat(served.standing()).isEqualTo(new Standing(1, NOW));
  }

  @Test
  void a_receiver_that_wants_a_pause_is_left_alone_with_all_deliveries_within_a_bound() {
    assertThat(round(fresh(1, 1), Outcome.of(429, Duration.ofMinutes(5))).notBefore())
        .isEqualTo(NOW.plus(Duration.ofMinutes(5)));
    assertThat(round(fresh(1, 1), Outcome.of(429, Duration.ofDays(900))).notBefore())
        .isEqualTo(NOW.plus(Duration.ofHours(1)));
  }

  @Test
  void the_tenth_try_is_the_last() {
    Served served = round(again(1, 1, 9), Outcome.of(500, null));

    assertThat(served.sent()).extracting(Sent::state).containsExactly(DeliveryState.FAILED);
  }

  @Test
  void an_answer_of_410_disables_the_endpoint() {
    assertThat(round(fresh(1, 1), Outcome.of(410, null)).disabled()).isEqualTo(DisabledReason.GONE);
  }

  private Served round(Delivery delivery, Outcome outcome) {
    Claimed claimed = claimed(Standing.GOOD, List.of(delivery), List.of());
    return rounds.served(claimed, List.of(new Result(delivery, outcome, NOW, 7)), NOW);
  }

  private static Claimed claimed(Standing standing, List<Delivery> fresh, List<Delivery> again) {
    Endpoint endpoint =
        new Endpoint(
            ENDPOINT,
            TENANT,
            "https://hooks.example.com/",
            null,
            new TreeSet<>(List.of("job.succeeded")),
            EndpointKeys.fresh("s", "p"),
            null,
            null,
            standing,
            1,
            NOW,
            NOW,
            false);
    return new Claimed(new UUID(3, 3), endpoint, fresh, again);
  }

  private static Delivery fresh(long position, int job) {
    return again(position, job, 0);
  }

  private static Delivery again(long position, int job, int tries) {
    return new Delivery(
        ENDPOINT,
        position,
        TENANT,
        new JobId(new UUID(job, job)),
        1,
        "job.succeeded",
        NOW,
        "{}",
        DeliveryState.PENDING,
        tries,
        NOW,
        NOW,
        null,
        List.of());
  }
}
