package dev.backlot.port;

import dev.backlot.domain.Page;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.webhook.Delivery;
import dev.backlot.domain.webhook.DeliveryState;
import dev.backlot.domain.webhook.Endpoint;
import dev.backlot.domain.webhook.EndpointChange;
import dev.backlot.domain.webhook.EndpointId;
import dev.backlot.domain.webhook.NewEndpoint;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Webhook endpoints and their deliveries as their tenants see and steer them. What belongs to
 * another tenant is not there.
 */
public interface Webhooks {
  /** Most deliveries that one call replays. */
  int REPLAY_MAX = 1_000;

  /**
   * @param most endpoints that a tenant may have
   * @return empty when the tenant has as many already: nothing was stored
   */
  Future<Optional<Endpoint>> create(NewEndpoint endpoint, int most, Instant now);

  /** All of a tenant's, oldest first. */
  Future<List<Endpoint>> list(TenantId tenant);

  Future<Optional<Endpoint>> find(TenantId tenant, EndpointId id);

  /** Another address, or enabling, lets it start anew: earlier failures are forgotten. */
  Future<Optional<Endpoint>> change(
      TenantId tenant, EndpointId id, EndpointChange change, Instant now);

  /**
   * Changes and enables it, and has it told what happened since then and was not delivered: what
   * was not planned while it was disabled, and what has failed. All of that waits, or nothing is
   * changed.
   *
   * @param since what happened before is left out
   * @param waitingMax deliveries of an endpoint that may wait
   * @return fails with {@code CURSOR_EXPIRED} when the log is not kept that far back, and with
   *     {@code INVALID_REQUEST} when more would wait than may
   */
  Future<Optional<Endpoint>> resume(
      TenantId tenant,
      EndpointId id,
      EndpointChange change,
      Instant since,
      int waitingMax,
      Instant now);

  /** At once: whatever waits is not sent any more, but for what is being sent right now. */
  Future<Boolean> remove(TenantId tenant, EndpointId id, Instant now);

  /**
   * New keys; those that were current sign too until {@code previousUntil}, and any older ones no
   * more.
   */
  Future<Optional<Endpoint>> rotate(
      TenantId tenant,
      EndpointId id,
      String sealedKeys,
      String publicKey,
      Instant previousUntil,
      Instant now);

  /**
   * Newest first.
   *
   * @param before only those of a lower position; the page's cursor is such a one, in decimal
   */
  Future<Page<Delivery>> deliveries(
      TenantId tenant, EndpointId id, @Nullable DeliveryState state, long before, int limit);

  /**
   * Sends one again, under the same id; one that is pending already is sent at once.
   *
   * @param waitingMax deliveries of an endpoint that may wait
   * @return empty when it is not there, or has ended and as many wait as may
   */
  Future<Optional<Delivery>> replay(TenantId tenant, EndpointId id, long position, int waitingMax);

  /**
   * Sends again what has failed of that planned since then, oldest first, at most {@link
   * #REPLAY_MAX} and no more than may wait.
   *
   * @param waitingMax deliveries of an endpoint that may wait
   * @return how many
   */
  Future<Integer> replayFailed(TenantId tenant, EndpointId id, Instant since, int waitingMax);
}
