package dev.backlot.store;

import static dev.backlot.store.StoreFixture.await;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.webhook.DeliveryState;
import dev.backlot.domain.webhook.DisabledReason;
import dev.backlot.domain.webhook.Endpoint;
import dev.backlot.domain.webhook.EndpointId;
import dev.backlot.domain.webhook.EndpointKeys;
import dev.backlot.domain.webhook.NewEndpoint;
import dev.backlot.domain.webhook.Standing;
import dev.backlot.domain.webhook.Try;
import dev.backlot.port.WebhookQueue.Claimed;
import dev.backlot.port.WebhookQueue.Planned;
import dev.backlot.port.WebhookQueue.Room;
import dev.backlot.port.WebhookQueue.Sent;
import dev.backlot.port.WebhookQueue.Served;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A store with endpoints, and short words for what is done to them. */
final class WebhookFixture implements AutoCloseable {
  static final Instant NOW = StoreFixture.NOW;
  static final Duration CLAIM = Duration.ofSeconds(30);
  static final int WAITING_MAX = 1_000;
  static final int WINDOW = 4;

  final StoreFixture store = new StoreFixture();
  final TenantId tenant = store.tenant;
  final PgWebhooks webhooks = new PgWebhooks(store.vertx, store.database.pool(), new Random(1));
  final PgJobWebhooks jobWebhooks =
      new PgJobWebhooks(store.vertx, store.database.pool(), new Random(3));
  final PgWebhookQueue queue =
      new PgWebhookQueue(store.vertx, store.database.pool(), new Random(2));

  WebhookFixture() {
    store.database.stopClock(NOW);
  }

  Endpoint endpoint(String... events) throws Exception {
    return endpoint(tenant, events);
  }

  Endpoint endpoint(TenantId owner, String... events) throws Exception {
    return await(webhooks.create(fresh(owner, events), 100, NOW)).orElseThrow();
  }

  static NewEndpoint fresh(TenantId owner, String... events) {
    return new NewEndpoint(
        new EndpointId(UUID.randomUUID()),
        owner,
        "https://hooks.example.com/in",
        null,
        Set.of(events),
        EndpointKeys.fresh("sealed", "public"));
  }

  List<JobId> jobs(int count) throws Exception {
    return store.jobs(tenant, count);
  }

  Planned plan() throws Exception {
    return plan(1_000, WAITING_MAX);
  }

  Planned plan(int limit, int waitingMax) throws Exception {
    return await(queue.plan(limit, waitingMax, NOW));
  }

  List<Claimed> claim() throws Exception {
    return claim(NOW);
  }

  /** From then on. */
  List<Claimed> claim(Instant now) throws Exception {
    store.database.stopClock(now);
    return await(claiming(room(10)));
  }

  Future<List<Claimed>> claiming(Room room) {
    return queue.claim(UUID.randomUUID(), room, WINDOW, CLAIM);
  }

  static Room room(int endpoints) {
    return new Room(endpoints, 100, Map.of());
  }

  Claimed claimOne() throws Exception {
    List<Claimed> claimed = claim();
    if (claimed.size() != 1) {
      throw new AssertionError(claimed.size() + " endpoints were claimed");
    }
    return claimed.get(0);
  }

  /** Everything that was new has arrived. */
  static Served delivered(Claimed claimed) {
    return served(claimed, DeliveryState.DELIVERED, null, null);
  }

  static Served served(
      Claimed claimed,
      DeliveryState state,
      @Nullable Instant nextAt,
      @Nullable DisabledReason disabled) {
    Try done = new Try(NOW, state == DeliveryState.DELIVERED ? 204 : 500, "x", 12);
    List<Sent> sent =
        claimed.fresh().stream()
            .map(each -> new Sent(each.position(), each.tries(), state, nextAt, done))
            .toList();
    return new Served(claimed, sent, Standing.GOOD, NOW, disabled);
  }

  boolean release(Served served) throws Exception {
    return await(queue.release(served, NOW));
  }

  Endpoint find(Endpoint endpoint) throws Exception {
    return await(webhooks.find(endpoint.tenant(), endpoint.id())).orElseThrow();
  }

  /** How many of an endpoint's are in this state. */
  long count(Endpoint endpoint, String state) {
    return store.database.number(
        "SELECT count(*) FROM webhook_delivery WHERE state = '"
            + state
            + "' AND endpoint_id = '"
            + endpoint.id()
            + "'");
  }

  /** What the endpoints count is what is there. */
  boolean countsRight() {
    return store.database.number(
            """
            SELECT count(*) FROM webhook_endpoint e
             WHERE waiting <> (SELECT count(*) FROM webhook_delivery
                                WHERE endpoint_id = e.id AND state = 'pending')""")
        == 0;
  }

  @Override
  public void close() throws Exception {
    store.close();
  }
}
