package dev.backlot.store;

import static dev.backlot.store.StoreFixture.await;
import static dev.backlot.store.WebhookFixture.NOW;
import static dev.backlot.store.WebhookFixture.delivered;
import static dev.backlot.store.WebhookFixture.served;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.webhook.Delivery;
import dev.backlot.domain.webhook.DeliveryState;
import dev.backlot.domain.webhook.DisabledReason;
import dev.backlot.domain.webhook.Endpoint;
import dev.backlot.domain.webhook.EndpointChange;
import dev.backlot.domain.webhook.Standing;
import dev.backlot.domain.webhook.Try;
import dev.backlot.port.GivenUpWebhooks.GivenUp;
import dev.backlot.port.WebhookQueue.Claimed;
import dev.backlot.port.WebhookQueue.Places;
import dev.backlot.port.WebhookQueue.Planned;
import dev.backlot.port.WebhookQueue.Room;
import dev.backlot.port.WebhookQueue.Sent;
import dev.backlot.port.WebhookQueue.Served;
import io.vertx.core.Future;
import java.sql.Connection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From the log to deliveries, and who may send them. */
class PgWebhookQueueTest {
  private static final String QUEUED = "job.queued";
  private static final int ROUNDS = 20;

  private WebhookFixture hooks;

  @BeforeEach
  void open() {
    hooks = new WebhookFixture();
  }

  @AfterEach
  void close() throws Exception {
    assertThat(hooks.countsRight()).isTrue();
    hooks.close();
  }

  @Test
  void events_of_the_wanted_types_become_deliveries_in_the_order_of_the_log() throws Exception {
    Endpoint endpoint = hooks.endpoint(QUEUED);
    hooks.endpoint("job.failed");
    List<JobId> jobs = hooks.jobs(3);

    assertThat(hooks.plan()).isEqualTo(new Planned(3, 3, 0));

    Claimed claimed = hooks.claimOne();
    assertThat(claimed.endpoint().id()).isEqualTo(endpoint.id());
    assertThat(claimed.fresh()).extracting(Delivery::job).containsExactlyElementsOf(jobs);
    assertThat(claimed.fresh()).extracting(Delivery::type).containsOnly(QUEUED);
    assertThat(claimed.fresh()).extracting(Delivery::jobVersion).containsOnly(1);
  }

  @Test
  void a_delivery_is_the_very_event() throws Exception {
    hooks.endpoint(QUEUED);
    hooks.jobs(1);
    hooks.plan();

    Delivery delivery = hooks.claimOne().fresh().get(0);

    var event = await(hooks.store.log.after(0, 1)).get(0);
    assertThat(delivery.position()).isEqualTo(event.position());
    assertThat(delivery.data()).isEqualTo(event.data());
    assertThat(delivery.at()).isEqualTo(event.at());
  }

  @Test
  void nothing_is_planned_twice() throws Exception {
    hooks.endpoint(QUEUED);
    hooks.jobs(3);
    hooks.plan();

    assertThat(hooks.plan()).isEqualTo(new Planned(0, 0, 0));
  }

  @Test
  void a_log_that_grew_by_more_than_a_batch_is_planned_batch_by_batch() throws Exception {
    Endpoint endpoint = hooks.endpoint(QUEUED);
    hooks.jobs(5);

    assertThat(hooks.plan(2, 100).events()).isEqualTo(2);
    assertThat(hooks.plan(2, 100).events()).isEqualTo(2);
    assertThat(hooks.plan(2, 100).events()).isEqualTo(1);
    assertThat(hooks.count(endpoint, "pending")).isEqualTo(5);
  }

  @Test
  void another_tenants_events_are_not_told() throws Exception {
    TenantId other = hooks.store.store.tenant("other", "1000");
    hooks.endpoint(other, QUEUED);
    hooks.jobs(2);

    assertThat(hooks.plan()).isEqualTo(new Planned(2, 0, 0));
    assertThat(hooks.claim()).isEmpty();
  }

  @Test
  void what_comes_beyond_what_may_wait_has_failed_at_once_and_can_be_replayed() throws Exception {
    Endpoint endpoint = hooks.endpoint(QUEUED);
    hooks.jobs(5);

    assertThat(hooks.plan(100, 3)).isEqualTo(new Planned(5, 5, 2));
    assertThat(hooks.count(endpoint, "pending")).isEqualTo(3);
    assertThat(hooks.count(endpoint, "failed")).isEqualTo(2);

    int replayed = await(hooks.webhooks.replayFailed(hooks.tenant, endpoint.id(), NOW, 4));
    assertThat(replayed).isEqualTo(1);
  }

  @Test
  void however_many_plan_at_once_every_event_is_planned_once() throws Exception {
    Endpoint endpoint = hooks.endpoint(QUEUED);
    List<Future<Planned>> plans = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      hooks.jobs(5);
      for (int node = 0; node < 3; node++) {
        plans.add(hooks.queue.plan(7, 1_000, NOW));
      }
    }
    await(Future.all(plans));
    while (hooks.plan().events() > 0) {
      // What was passed over because somebody else was at it.
    }

    assertThat(hooks.count(endpoint, "pending")).isEqualTo(5L * ROUNDS);
  }

  @Test
  void an_event_that_is_committed_late_is_not_missed() throws Exception {
    Endpoint endpoint = hooks.endpoint("job.slow", QUEUED);
    hooks.jobs(1);
    try (Connection writer = hooks.store.database.owner();
        var statement = writer.createStatement()) {
      writer.setAutoCommit(false);
      statement.execute("SELECT pg_advisory_xact_lock(1)");
      statement.execute(
          """
          INSERT INTO event (tenant_id, job_id, job_version, type, at, data)
            SELECT tenant_id, id, 99, 'job.slow', now(), '{}' FROM job LIMIT 1""");
      assertThat(hooks.plan().events()).isEqualTo(1);
      writer.commit();
    }

    assertThat(hooks.plan()).isEqualTo(new Planned(1, 1, 0));
    assertThat(hooks.count(endpoint, "pending")).isEqualTo(2);
  }

  @Test
  void an_endpoint_is_served_by_one_at_a_time() throws Exception {
    hooks.endpoint(QUEUED);
    hooks.jobs(1);
    hooks.plan();
    hooks.claimOne();

    assertThat(hooks.claim()).isEmpty();
  }

  @Test
  void however_many_claim_at_once_one_gets_an_endpoint() throws Exception {
    for (int i = 0; i < 6; i++) {
      hooks.endpoint(QUEUED);
    }
    for (int round = 0; round < ROUNDS; round++) {
      hooks.jobs(1);
      hooks.plan();
      List<Future<List<Claimed>>> claims = new ArrayList<>();
      for (int node = 0; node < 3; node++) {
        claims.add(hooks.claiming(WebhookFixture.room(4)));
      }
      await(Future.all(claims));
      List<Claimed> all = claims.stream().flatMap(each -> each.result().stream()).toList();
      assertThat(all).extracting(each -> each.endpoint().id()).doesNotHaveDuplicates();
      for (Claimed claimed : all) {
        hooks.release(delivered(claimed));
      }
      for (Claimed rest : hooks.claim()) {
        hooks.release(delivered(rest));
      }
    }
    assertThat(hooks.store.database.number("SELECT min(tries) + max(tries) FROM webhook_delivery"))
        .isEqualTo(2);
  }

  @Test
  void an_endpoint_whose_node_has_died_is_served_by_another_after_the_claim() throws Exception {
    hooks.endpoint(QUEUED);
    hooks.jobs(1);
    hooks.plan();
    Claimed died = hooks.claimOne();

    List<Claimed> again = hooks.claim(NOW.plus(WebhookFixture.CLAIM));

    assertThat(again).hasSize(1);
    assertThat(again.get(0).fresh()).isEqualTo(died.fresh());
    assertThat(hooks.release(delivered(died))).isFalse();
    assertThat(hooks.release(delivered(again.get(0)))).isTrue();
  }

  @Test
  void what_has_arrived_is_not_sent_again() throws Exception {
    Endpoint endpoint = hooks.endpoint(QUEUED);
    hooks.jobs(2);
    hooks.plan();

    hooks.release(delivered(hooks.claimOne()));

    assertThat(hooks.claim()).isEmpty();
    assertThat(hooks.count(endpoint, "delivered")).isEqualTo(2);
    assertThat(hooks.find(endpoint).waiting()).isZero();
  }

  @Test
  void more_than_a_window_is_sent_window_by_window() throws Exception {
    hooks.endpoint(QUEUED);
    hooks.jobs(6);
    hooks.plan();

    Claimed first = hooks.claimOne();
    hooks.release(delivered(first));
    Claimed second = hooks.claimOne();

    assertThat(first.fresh()).hasSize(4);
    assertThat(second.fresh()).hasSize(2);
  }

  @Test
  void what_has_failed_is_tried_again_when_it_is_due() throws Exception {
    hooks.endpoint(QUEUED);
    hooks.jobs(1);
    hooks.plan();
    Instant later = NOW.plusSeconds(60);
    hooks.release(served(hooks.claimOne(), DeliveryState.PENDING, later, null));

    assertThat(hooks.claim(later.minusMillis(1))).isEmpty();
    Claimed again = hooks.claim(later).get(0);
    assertThat(again.fresh()).isEmpty();
    assertThat(again.again()).hasSize(1);
    assertThat(again.again().get(0).tries()).isEqualTo(1);
    assertThat(again.again().get(0).log()).extracting(each -> each.status()).containsExactly(500);
  }

  @Test
  void what_is_planned_while_an_endpoint_is_served_is_sent_at_once_afterwards() throws Exception {
    hooks.endpoint(QUEUED);
    hooks.jobs(1);
    hooks.plan();
    Claimed claimed = hooks.claimOne();
    hooks.jobs(1);
    hooks.plan();

    hooks.release(delivered(claimed));

    assertThat(hooks.claimOne().fresh()).hasSize(1);
  }

  @Test
  void planning_and_releasing_at_once_loses_no_wake_up() throws Exception {
    Endpoint endpoint = hooks.endpoint(QUEUED);
    hooks.jobs(1);
    hooks.plan();
    for (int round = 0; round < ROUNDS; round++) {
      Claimed claimed = hooks.claimOne();
      hooks.jobs(1);
      await(
          Future.all(
              hooks.queue.plan(100, 100, NOW), hooks.queue.release(delivered(claimed), NOW)));
    }

    assertThat(hooks.find(endpoint).waiting()).isEqualTo(1);
    assertThat(hooks.claimOne().fresh()).hasSize(1);
  }

  @Test
  void an_open_circuit_keeps_what_is_new_waiting() throws Exception {
    hooks.endpoint(QUEUED);
    hooks.jobs(1);
    hooks.plan();
    Claimed claimed = hooks.claimOne();
    Instant reopened = NOW.plusSeconds(10);
    hooks.release(
        new Served(
            claimed,
            served(claimed, DeliveryState.PENDING, NOW.plusSeconds(5), null).sent(),
            new Standing(5, NOW),
            reopened,
            null));

    assertThat(hooks.claim(reopened.minusMillis(1))).isEmpty();
    assertThat(hooks.claim(reopened)).hasSize(1);
  }

  @Test
  void neither_new_events_nor_a_replay_go_round_a_pause() throws Exception {
    Endpoint endpoint = hooks.endpoint(QUEUED);
    hooks.jobs(1);
    hooks.plan();
    Claimed claimed = hooks.claimOne();
    Instant later = NOW.plusSeconds(600);
    List<Sent> failed = served(claimed, DeliveryState.FAILED, null, null).sent();

    hooks.release(new Served(claimed, failed, new Standing(9, NOW), later, null));

    hooks.jobs(1);
    hooks.plan();
    await(hooks.webhooks.replay(hooks.tenant, endpoint.id(), failed.get(0).position(), 1_000));
    assertThat(hooks.claim()).isEmpty();
    assertThat(hooks.claim(later)).hasSize(1);
  }

  @Test
  void what_waits_at_an_endpoint_that_is_disabled_fails_some_at_a_time() throws Exception {
    Endpoint endpoint = hooks.endpoint(QUEUED);
    hooks.jobs(11);
    hooks.plan();

    hooks.release(served(hooks.claimOne(), DeliveryState.FAILED, null, DisabledReason.GONE));

    assertThat(hooks.find(endpoint).disabledReason()).isEqualTo(DisabledReason.GONE);
    assertThat(hooks.count(endpoint, "pending")).isEqualTo(7);
    assertThat(await(hooks.queue.giveUp(5, NOW))).isEqualTo(5);
    assertThat(await(hooks.queue.giveUp(5, NOW))).isEqualTo(2);
    assertThat(await(hooks.queue.giveUp(5, NOW))).isZero();
    assertThat(hooks.count(endpoint, "failed")).isEqualTo(11);
    hooks.jobs(1);
    assertThat(hooks.plan().deliveries()).isZero();
    assertThat(hooks.claim()).isEmpty();
  }

  @Test
  void another_description_does_not_shorten_a_pause_and_another_address_does() throws Exception {
    Endpoint endpoint = hooks.endpoint(QUEUED);
    hooks.jobs(1);
    hooks.plan();
    hooks.release(served(hooks.claimOne(), DeliveryState.PENDING, NOW.plusSeconds(60), null));

    change(endpoint, new EndpointChange(null, "ours", null, null));
    assertThat(hooks.claim()).isEmpty();

    change(endpoint, new EndpointChange("https://new.example.com/", null, null, null));
    assertThat(hooks.claim()).hasSize(1);
  }

  @Test
  void what_a_former_address_has_answered_does_not_disable_the_new_one() throws Exception {
    Endpoint endpoint = hooks.endpoint(QUEUED);
    hooks.jobs(6);
    hooks.plan();
    Claimed claimed = hooks.claimOne();
    hooks.store.database.execute("UPDATE webhook_endpoint SET url = 'https://new.example.com/'");

    hooks.release(served(claimed, DeliveryState.PENDING, NOW, DisabledReason.GONE));

    assertThat(hooks.find(endpoint).disabledReason()).isNull();
    assertThat(hooks.count(endpoint, "pending")).isEqualTo(6);
    assertThat(hooks.claim()).hasSize(1);
  }

  /** Otherwise the webhooks of all tenants would wait for the endpoint's lock. */
  @Test
  void disabling_an_endpoint_writes_nothing_of_what_waits_there() throws Exception {
    Endpoint endpoint = hooks.endpoint(QUEUED);
    hooks.jobs(6);
    hooks.plan();
    Claimed claimed = hooks.claimOne();
    try (Connection other = hooks.store.database.owner();
        var statement = other.createStatement()) {
      other.setAutoCommit(false);
      // Whoever has to write one of them waits for this.
      statement.execute("SELECT 1 FROM webhook_delivery WHERE position > 4 FOR UPDATE");

      hooks.release(served(claimed, DeliveryState.FAILED, null, DisabledReason.FAILING));

      other.rollback();
    }
    assertThat(hooks.find(endpoint).isEnabled()).isFalse();
  }

  @Test
  void one_that_is_enabled_before_all_has_failed_keeps_the_rest() throws Exception {
    Endpoint endpoint = hooks.endpoint(QUEUED);
    hooks.jobs(11);
    hooks.plan();
    hooks.release(served(hooks.claimOne(), DeliveryState.FAILED, null, DisabledReason.GONE));
    await(hooks.queue.giveUp(2, NOW));

    change(endpoint, true);

    assertThat(await(hooks.queue.giveUp(5, NOW))).isZero();
    assertThat(hooks.claimOne().fresh()).hasSize(4);
  }

  @Test
  void what_was_answered_before_its_tenant_enabled_an_endpoint_does_not_disable_it()
      throws Exception {
    Endpoint endpoint = hooks.endpoint(QUEUED);
    hooks.jobs(6);
    hooks.plan();
    Claimed first = hooks.claimOne();
    List<Sent> failed = served(first, DeliveryState.PENDING, NOW, null).sent();
    hooks.release(new Served(first, failed, new Standing(5, NOW), NOW, null));
    Claimed probe = hooks.claimOne();
    change(endpoint, true);

    hooks.release(
        new Served(
            probe, List.of(), new Standing(6, NOW), NOW.plusSeconds(600), DisabledReason.FAILING));

    assertThat(hooks.find(endpoint).isEnabled()).isTrue();
    assertThat(hooks.find(endpoint).standing()).isEqualTo(Standing.GOOD);
    assertThat(hooks.claim()).hasSize(1);
  }

  @Test
  void a_tenant_gets_no_more_places_of_a_node_than_it_may_have() throws Exception {
    for (int i = 0; i < 6; i++) {
      hooks.endpoint(QUEUED);
    }
    hooks.jobs(1);
    hooks.plan();

    assertThat(await(hooks.claiming(new Room(10, 4, Map.of(hooks.tenant, new Places(1, 0))))))
        .hasSize(3);
  }

  @Test
  void tenants_take_turns_however_many_endpoints_of_one_have_waited_for_longer() throws Exception {
    TenantId other = hooks.store.store.tenant("other", "1000");
    for (int i = 0; i < 6; i++) {
      hooks.endpoint(QUEUED);
    }
    hooks.jobs(1);
    hooks.plan();
    hooks.store.database.stopClock(NOW.plusSeconds(1));
    hooks.endpoint(other, QUEUED);
    hooks.store.jobs(other, 1);
    hooks.plan();

    List<Claimed> claimed =
        await(hooks.claiming(new Room(2, 100, Map.of(hooks.tenant, new Places(1, 0)))));

    assertThat(claimed)
        .extracting(each -> each.endpoint().tenant())
        .containsExactlyInAnyOrder(other, hooks.tenant);
    assertThat(await(hooks.claiming(new Room(1, 100, Map.of())))).hasSize(1);
  }

  @Test
  void endpoints_that_failed_last_get_half_of_their_tenants_places() throws Exception {
    for (int i = 0; i < 6; i++) {
      hooks.endpoint(QUEUED);
    }
    hooks.jobs(1);
    hooks.plan();
    hooks.store.database.execute(
        "UPDATE webhook_endpoint SET failures = 1, failing_since = due_at,"
            + " due_at = due_at - interval '1 s'"
            + " WHERE id IN (SELECT id FROM webhook_endpoint LIMIT 5)");

    List<Claimed> claimed =
        await(hooks.claiming(new Room(10, 5, Map.of(hooks.tenant, new Places(1, 1)))));

    assertThat(claimed)
        .extracting(each -> each.endpoint().standing().failures())
        .containsExactlyInAnyOrder(0, 1, 1);
  }

  /** The result of the send before must not end it. */
  @Test
  void a_delivery_that_is_replayed_while_it_is_sent_for_the_last_time_is_sent_again()
      throws Exception {
    Endpoint endpoint = hooks.endpoint(QUEUED);
    hooks.jobs(1);
    hooks.plan();
    hooks.release(served(hooks.claimOne(), DeliveryState.PENDING, NOW, null));
    Claimed last = hooks.claimOne();
    Delivery delivery = last.again().get(0);
    await(hooks.webhooks.replay(hooks.tenant, endpoint.id(), delivery.position(), 1_000));

    Try done = new Try(NOW, 500, "refused", 12);
    List<Sent> sent =
        List.of(new Sent(delivery.position(), delivery.tries(), DeliveryState.FAILED, null, done));
    hooks.release(new Served(last, sent, Standing.GOOD, NOW, null));

    assertThat(hooks.claimOne().fresh()).hasSize(1);
  }

  @Test
  void what_waits_is_kept_when_a_paused_endpoint_turns_out_to_be_gone() throws Exception {
    Endpoint endpoint = hooks.endpoint(QUEUED);
    hooks.jobs(6);
    hooks.plan();
    Claimed claimed = hooks.claimOne();
    change(endpoint, false);

    hooks.release(served(claimed, DeliveryState.PENDING, NOW, DisabledReason.GONE));

    assertThat(hooks.find(endpoint).disabledReason()).isEqualTo(DisabledReason.PAUSED);
    assertThat(hooks.count(endpoint, "pending")).isEqualTo(6);
  }

  @Test
  void what_waits_is_kept_while_its_tenant_has_paused_the_endpoint() throws Exception {
    Endpoint endpoint = hooks.endpoint(QUEUED);
    hooks.jobs(1);
    hooks.plan();

    change(endpoint, false);
    assertThat(hooks.claim()).isEmpty();
    change(endpoint, true);

    assertThat(hooks.claimOne().fresh()).hasSize(1);
  }

  @Test
  void a_busy_endpoint_does_not_go_before_one_that_waits() throws Exception {
    Endpoint busy = hooks.endpoint(QUEUED);
    hooks.jobs(6);
    hooks.plan();
    Claimed claimed = hooks.claimOne();
    Endpoint other = hooks.endpoint("job.held", QUEUED);
    hooks.jobs(1);
    hooks.plan();
    hooks.store.database.stopClock(NOW.plusSeconds(1));
    hooks.release(delivered(claimed));
    hooks.store.database.stopClock(NOW.plusSeconds(2));

    List<Claimed> next = await(hooks.claiming(WebhookFixture.room(1)));

    assertThat(next).extracting(each -> each.endpoint().id()).containsExactly(other.id());
    assertThat(hooks.find(busy).waiting()).isEqualTo(3);
  }

  @Test
  void the_log_of_a_delivery_forgets_its_oldest_sends() throws Exception {
    hooks.endpoint(QUEUED);
    hooks.jobs(1);
    hooks.plan();
    hooks.store.database.execute(
        "UPDATE webhook_delivery SET log = (SELECT jsonb_agg(jsonb_build_object('at',"
            + " '2026-01-01T00:00:00Z', 'status', n, 'outcome', 'x', 'ms', 1))"
            + " FROM generate_series(1, 20) n)");

    hooks.release(served(hooks.claimOne(), DeliveryState.PENDING, NOW, null));

    Delivery delivery = hooks.claimOne().again().get(0);
    assertThat(delivery.log()).hasSize(Delivery.LOG_MAX);
    assertThat(delivery.log().get(0).status()).isEqualTo(2);
    assertThat(delivery.log().get(19).status()).isEqualTo(500);
  }

  @Test
  void what_waits_and_how_far_planning_is_behind_is_counted() throws Exception {
    hooks.endpoint(QUEUED);
    hooks.jobs(2);
    hooks.plan();
    hooks.jobs(3);

    var counts = await(hooks.queue.counts());

    assertThat(counts.waiting()).isEqualTo(2);
    assertThat(counts.lag()).isEqualTo(3);
    assertThat(counts.disabled()).isZero();
  }

  @Test
  void what_was_given_up_is_told_and_what_is_paused_is_not() throws Exception {
    Endpoint endpoint = hooks.endpoint(QUEUED);
    change(hooks.endpoint("job.held"), false);
    hooks.jobs(1);
    hooks.plan();
    hooks.release(served(hooks.claimOne(), DeliveryState.FAILED, null, DisabledReason.GONE));
    PgGivenUpWebhooks givenUp = new PgGivenUpWebhooks(hooks.store.database.pool());

    assertThat(await(givenUp.all(10)))
        .containsExactly(new GivenUp("studio", endpoint.id(), 1, DisabledReason.GONE, NOW));

    change(endpoint, true);
    assertThat(await(givenUp.all(10))).isEmpty();
  }

  private void change(Endpoint endpoint, boolean enabled) throws Exception {
    change(endpoint, new EndpointChange(null, null, null, enabled));
  }

  private void change(Endpoint endpoint, EndpointChange change) throws Exception {
    await(hooks.webhooks.change(hooks.tenant, endpoint.id(), change, NOW));
  }
}
