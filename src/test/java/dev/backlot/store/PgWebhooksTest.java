package dev.backlot.store;

import static dev.backlot.store.StoreFixture.await;
import static dev.backlot.store.WebhookFixture.NOW;
import static dev.backlot.store.WebhookFixture.delivered;
import static dev.backlot.store.WebhookFixture.fresh;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.Page;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.webhook.Delivery;
import dev.backlot.domain.webhook.DeliveryState;
import dev.backlot.domain.webhook.DisabledReason;
import dev.backlot.domain.webhook.Endpoint;
import dev.backlot.domain.webhook.EndpointChange;
import dev.backlot.port.Retention.Kind;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Endpoints and deliveries as their tenants see them. */
class PgWebhooksTest {
  private static final String QUEUED = "job.queued";

  private WebhookFixture hooks;
  private TenantId other;

  @BeforeEach
  void open() {
    hooks = new WebhookFixture();
    other = hooks.store.store.tenant("other", "1000");
  }

  @AfterEach
  void close() throws Exception {
    assertThat(hooks.countsRight()).isTrue();
    hooks.close();
  }

  @Test
  void an_endpoint_is_found_as_it_was_made() throws Exception {
    Endpoint made = hooks.endpoint("job.failed", "job.canceled");

    assertThat(hooks.find(made)).isEqualTo(made);
    assertThat(made.events()).containsExactly("job.canceled", "job.failed");
    assertThat(made.isEnabled()).isTrue();
    assertThat(await(hooks.webhooks.list(hooks.tenant))).containsExactly(made);
  }

  @Test
  void the_place_in_a_long_log_from_which_on_an_endpoint_is_told_is_found_by_time()
      throws Exception {
    Endpoint endpoint = hooks.endpoint(QUEUED);
    change(endpoint, new EndpointChange(null, null, null, false));
    // A second apart, and as much as two minutes out of order.
    hooks.store.database.execute(
        """
        INSERT INTO event (tenant_id, job_id, job_version, type, at, data)
        SELECT '%s', gen_random_uuid(), 1, 'job.queued',
               timestamptz '%s' + n * interval '1 second' - (n %% 7) * interval '20 seconds', '{}'
          FROM generate_series(1, 20000) AS n ORDER BY n"""
            .formatted(hooks.tenant, NOW));
    while (hooks.plan().events() > 0) {
      // On to the end of the log.
    }
    for (int seconds : List.of(0, 1, 777, 10_000, 19_900, 30_000)) {
      Instant since = NOW.plusSeconds(seconds);
      long expected =
          hooks.store.database.number(
              "SELECT count(*) FROM event WHERE at >= timestamptz '" + since + "'");

      await(hooks.webhooks.resume(hooks.tenant, endpoint.id(), enabled(), since, 50_000, NOW));

      assertThat(hooks.count(endpoint, "pending")).as("since " + seconds).isEqualTo(expected);
      hooks.store.database.execute(
          "DELETE FROM webhook_delivery", "UPDATE webhook_endpoint SET waiting = 0");
    }
  }

  /** What is planned while it is enabled comes by the one way or by the other. */
  @Test
  void an_endpoint_that_is_enabled_while_the_log_is_planned_misses_nothing() throws Exception {
    Endpoint endpoint = hooks.endpoint(QUEUED);
    for (int round = 0; round < 60; round++) {
      change(endpoint, new EndpointChange(null, null, null, false));
      hooks.jobs(3);
      hooks.plan();
      hooks.jobs(3);
      Future<?> planning = hooks.queue.plan(1_000, WebhookFixture.WAITING_MAX, NOW);
      Future<?> resuming =
          hooks.webhooks.resume(hooks.tenant, endpoint.id(), enabled(), NOW, 1_000, NOW);
      await(Future.all(planning, resuming));
      hooks.jobs(1);
      hooks.plan();

      assertThat(hooks.count(endpoint, "pending")).isEqualTo(7L * (round + 1));
    }
  }

  private static EndpointChange enabled() {
    return new EndpointChange(null, null, null, true);
  }

  @Test
  void a_tenant_may_have_only_so_many_however_many_it_makes_at_once() throws Exception {
    List<Future<Optional<Endpoint>>> made = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      made.add(hooks.webhooks.create(fresh(hooks.tenant, QUEUED), 3, NOW));
    }
    await(Future.all(made));

    assertThat(made.stream().filter(each -> each.result().isPresent())).hasSize(3);
    assertThat(await(hooks.webhooks.create(fresh(other, QUEUED), 3, NOW))).isPresent();
  }

  @Test
  void what_belongs_to_another_tenant_is_not_there() throws Exception {
    Endpoint endpoint = hooks.endpoint(QUEUED);
    hooks.jobs(1);
    hooks.plan();
    EndpointChange change = new EndpointChange("https://x.example/", null, null, false);

    assertThat(await(hooks.webhooks.find(other, endpoint.id()))).isEmpty();
    assertThat(await(hooks.webhooks.change(other, endpoint.id(), change, NOW))).isEmpty();
    assertThat(await(hooks.webhooks.rotate(other, endpoint.id(), "s", "p", NOW, NOW))).isEmpty();
    assertThat(await(hooks.webhooks.remove(other, endpoint.id(), NOW))).isFalse();
    assertThat(await(hooks.webhooks.replay(other, endpoint.id(), 1, 10))).isEmpty();
    assertThat(await(hooks.webhooks.replayFailed(other, endpoint.id(), NOW, 10))).isZero();
    assertThat(page(other, endpoint, null, Long.MAX_VALUE).items()).isEmpty();
    assertThat(hooks.find(endpoint).url()).isEqualTo(endpoint.url());
  }

  @Test
  void what_is_left_out_of_a_change_stays() throws Exception {
    Endpoint endpoint = hooks.endpoint(QUEUED);

    change(endpoint, new EndpointChange(null, "mine", null, null));
    change(endpoint, new EndpointChange(null, null, Set.of("job.failed"), null));

    Endpoint changed = hooks.find(endpoint);
    assertThat(changed.url()).isEqualTo(endpoint.url());
    assertThat(changed.description()).isEqualTo("mine");
    assertThat(changed.events()).containsExactly("job.failed");
    assertThat(changed.isEnabled()).isTrue();
  }

  @Test
  void an_endpoint_says_why_it_is_disabled() throws Exception {
    Endpoint endpoint = hooks.endpoint(QUEUED);

    change(endpoint, new EndpointChange(null, null, null, false));
    assertThat(hooks.find(endpoint).disabledReason()).isEqualTo(DisabledReason.PAUSED);

    change(endpoint, new EndpointChange(null, null, null, true));
    assertThat(hooks.find(endpoint).disabledReason()).isNull();
  }

  @Test
  void the_former_keys_are_kept_through_a_rotation_and_those_before_are_not() throws Exception {
    Endpoint endpoint = hooks.endpoint(QUEUED);
    Instant until = NOW.plusSeconds(60);

    await(hooks.webhooks.rotate(hooks.tenant, endpoint.id(), "second", "p2", until, NOW));
    await(hooks.webhooks.rotate(hooks.tenant, endpoint.id(), "third", "p3", until, NOW));

    var keys = Objects.requireNonNull(hooks.find(endpoint).keys());
    assertThat(keys.current()).isEqualTo("third");
    assertThat(keys.publicKey()).isEqualTo("p3");
    assertThat(keys.previousAt(NOW)).contains("second");
    assertThat(keys.previousAt(until)).isEmpty();
  }

  @Test
  void a_removed_endpoint_is_gone_at_once_and_leaves_room() throws Exception {
    Endpoint endpoint = hooks.endpoint(QUEUED);
    hooks.jobs(1);
    hooks.plan();

    assertThat(await(hooks.webhooks.remove(hooks.tenant, endpoint.id(), NOW))).isTrue();

    assertThat(await(hooks.webhooks.find(hooks.tenant, endpoint.id()))).isEmpty();
    assertThat(await(hooks.webhooks.remove(hooks.tenant, endpoint.id(), NOW))).isFalse();
    assertThat(hooks.claim()).isEmpty();
    assertThat(await(hooks.webhooks.create(fresh(hooks.tenant, QUEUED), 1, NOW))).isPresent();
  }

  @Test
  void deliveries_are_listed_page_by_page_newest_first() throws Exception {
    Endpoint endpoint = hooks.endpoint(QUEUED);
    hooks.jobs(5);
    hooks.plan();

    List<Long> seen = new ArrayList<>();
    Page<Delivery> page = page(hooks.tenant, endpoint, null, Long.MAX_VALUE);
    page.items().forEach(each -> seen.add(each.position()));
    while (page.nextCursor() != null) {
      page =
          page(
              hooks.tenant,
              endpoint,
              null,
              Long.parseLong(Objects.requireNonNull(page.nextCursor())));
      page.items().forEach(each -> seen.add(each.position()));
    }

    assertThat(seen).containsExactly(5L, 4L, 3L, 2L, 1L);
  }

  @Test
  void deliveries_are_listed_by_their_state() throws Exception {
    Endpoint endpoint = hooks.endpoint(QUEUED);
    hooks.jobs(1);
    hooks.plan();
    hooks.release(delivered(hooks.claimOne()));
    hooks.jobs(1);
    hooks.plan();

    assertThat(page(hooks.tenant, endpoint, DeliveryState.DELIVERED, Long.MAX_VALUE).items())
        .extracting(Delivery::position)
        .containsExactly(1L);
  }

  @Test
  void a_replayed_delivery_is_sent_like_a_new_one() throws Exception {
    Endpoint endpoint = hooks.endpoint(QUEUED);
    hooks.jobs(1);
    hooks.plan();
    hooks.release(delivered(hooks.claimOne()));

    Delivery replayed =
        await(hooks.webhooks.replay(hooks.tenant, endpoint.id(), 1, 10)).orElseThrow();

    assertThat(replayed.state()).isEqualTo(DeliveryState.PENDING);
    assertThat(replayed.log()).hasSize(1);
    assertThat(hooks.claimOne().fresh()).extracting(Delivery::position).containsExactly(1L);
  }

  @Test
  void what_waits_already_is_not_counted_twice_when_it_is_replayed() throws Exception {
    Endpoint endpoint = hooks.endpoint(QUEUED);
    hooks.jobs(1);
    hooks.plan();

    await(hooks.webhooks.replay(hooks.tenant, endpoint.id(), 1, 10));

    assertThat(hooks.find(endpoint).waiting()).isEqualTo(1);
  }

  @Test
  void what_has_ended_is_not_replayed_when_as_many_wait_as_may() throws Exception {
    Endpoint endpoint = hooks.endpoint(QUEUED);
    hooks.jobs(1);
    hooks.plan();
    hooks.release(delivered(hooks.claimOne()));
    hooks.jobs(1);
    hooks.plan();

    assertThat(await(hooks.webhooks.replay(hooks.tenant, endpoint.id(), 1, 1))).isEmpty();
    assertThat(await(hooks.webhooks.replay(hooks.tenant, endpoint.id(), 2, 1))).isPresent();
    assertThat(hooks.find(endpoint).waiting()).isEqualTo(1);
  }

  @Test
  void a_delivery_that_is_not_there_cannot_be_replayed() throws Exception {
    Endpoint endpoint = hooks.endpoint(QUEUED);

    assertThat(await(hooks.webhooks.replay(hooks.tenant, endpoint.id(), 77, 10))).isEmpty();
    assertThat(hooks.find(endpoint).waiting()).isZero();
  }

  @Test
  void only_failed_ones_since_then_are_replayed_together() throws Exception {
    Endpoint endpoint = hooks.endpoint(QUEUED);
    hooks.jobs(4);
    hooks.plan();
    hooks.store.database.execute(
        "UPDATE webhook_delivery SET state = 'failed', next_at = NULL, ended_at = created_at,"
            + " created_at = created_at - interval '1 s' * (4 - position) WHERE position < 4;"
            + " UPDATE webhook_endpoint SET waiting = 1");

    int replayed =
        await(hooks.webhooks.replayFailed(hooks.tenant, endpoint.id(), NOW.minusSeconds(2), 100));

    assertThat(replayed).isEqualTo(2);
    assertThat(hooks.count(endpoint, "failed")).isEqualTo(1);
    assertThat(hooks.find(endpoint).waiting()).isEqualTo(3);
  }

  @Test
  void retention_removes_what_has_ended_and_whatever_belongs_to_a_removed_endpoint()
      throws Exception {
    PgRetention retention =
        new PgRetention(hooks.store.vertx, hooks.store.database.pool(), new Random(3));
    Endpoint kept = hooks.endpoint(QUEUED);
    hooks.jobs(1);
    hooks.plan();
    hooks.release(delivered(hooks.claimOne()));
    Endpoint removed = hooks.endpoint(QUEUED);
    hooks.jobs(2);
    hooks.plan();
    await(hooks.webhooks.remove(hooks.tenant, removed.id(), NOW));
    Instant before = NOW.plusSeconds(1);

    assertThat(await(retention.remove(Kind.WEBHOOK_ENDPOINTS, before, 10))).isZero();
    assertThat(await(retention.remove(Kind.WEBHOOK_DELIVERIES, before, 10))).isEqualTo(3);
    assertThat(await(retention.remove(Kind.WEBHOOK_ENDPOINTS, before, 10))).isEqualTo(1);
    assertThat(hooks.count(kept, "pending")).isEqualTo(2);
    assertThat(hooks.count(kept, "delivered")).isZero();
  }

  @Test
  void retention_leaves_what_is_not_planned_yet_while_there_is_a_webhook_to_tell()
      throws Exception {
    PgRetention retention =
        new PgRetention(hooks.store.vertx, hooks.store.database.pool(), new Random(3));
    Endpoint endpoint = hooks.endpoint(QUEUED);
    hooks.jobs(3);
    hooks.plan();
    hooks.jobs(3);
    Instant before = NOW.plusSeconds(60);

    assertThat(await(retention.remove(Kind.EVENTS, before, 10))).isEqualTo(3);
    assertThat(hooks.plan().deliveries()).isEqualTo(3);

    hooks.jobs(3);
    change(endpoint, new EndpointChange(null, null, null, false));
    assertThat(await(retention.remove(Kind.EVENTS, before, 10))).isEqualTo(5);
  }

  private void change(Endpoint endpoint, EndpointChange change) throws Exception {
    await(hooks.webhooks.change(hooks.tenant, endpoint.id(), change, NOW));
  }

  private Page<Delivery> page(
      TenantId tenant, Endpoint endpoint, @Nullable DeliveryState state, long before)
      throws Exception {
    return await(hooks.webhooks.deliveries(tenant, endpoint.id(), state, before, 2));
  }
}
