package dev.backlot.port;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.webhook.Delivery;
import dev.backlot.domain.webhook.DeliveryState;
import dev.backlot.domain.webhook.DisabledReason;
import dev.backlot.domain.webhook.Endpoint;
import dev.backlot.domain.webhook.Standing;
import dev.backlot.domain.webhook.Try;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Deliveries as work: events of the log become deliveries, and endpoints with work that is due are
 * served by one node at a time.
 */
public interface WebhookQueue {
  /**
   * @param events read of the log, those for which nobody waits among them
   * @param deliveries made of them
   * @param refused of those, failed at once because too many of their endpoint wait
   */
  record Planned(int events, int deliveries, int refused) {
    /** Both of the same log. */
    public Planned with(Planned other) {
      return new Planned(
          Math.max(events, other.events), deliveries + other.deliveries, refused + other.refused);
    }
  }

  /**
   * Makes deliveries of the next events of the log, and moves the stored position, both or none: no
   * event is missed and none planned twice, however many nodes plan. One that meets another at it
   * plans nothing.
   *
   * @param limit most events
   * @param waitingMax deliveries of one endpoint that may wait; what comes beyond is stored as
   *     failed, and can be replayed
   */
  Future<Planned> plan(int limit, int waitingMax, Instant now);

  /**
   * An endpoint that is ours, with what is due: first the new ones by their position, then those
   * that are tried again, by their time.
   *
   * @param claim ours, until the time that was asked for
   */
  record Claimed(UUID claim, Endpoint endpoint, List<Delivery> fresh, List<Delivery> again) {
    public Claimed {
      fresh = List.copyOf(fresh);
      again = List.copyOf(again);
    }
  }

  /**
   * Places that a tenant has on a node.
   *
   * @param failing of those, with endpoints whose last send has failed
   */
  record Places(int all, int failing) {
    public static final Places NONE = new Places(0, 0);

    public Places plus(Places more) {
      return new Places(all + more.all, failing + more.failing);
    }
  }

  /**
   * What a node has room for.
   *
   * @param endpoints that may be claimed
   * @param perTenant places of the node that one tenant may have; of those, half with failing ones
   * @param taken places that it has given away
   */
  record Room(int endpoints, int perTenant, Map<TenantId, Places> taken) {
    public Room {
      taken = Map.copyOf(taken);
    }
  }

  /**
   * Takes endpoints with work that is due. Tenants take turns; of one tenant those that have waited
   * for longest go first. No other call gets them before the lease has passed, by the store's
   * clock, or before they are released.
   *
   * @param claim new, never used before
   * @param window most deliveries of each, new ones and those tried again counted apart
   */
  Future<List<Claimed>> claim(UUID claim, Room room, int window, Duration lease);

  /**
   * What has become of one delivery.
   *
   * @param tries before this one
   * @param nextAt there when the state is pending
   */
  record Sent(long position, int tries, DeliveryState state, @Nullable Instant nextAt, Try done) {}

  /**
   * What has become of an endpoint that was served.
   *
   * @param notBefore nothing is sent to it earlier
   * @param disabled why nothing is sent to it any more: what waits fails, see {@link #giveUp}; null
   *     when it goes on
   */
  record Served(
      Claimed claimed,
      List<Sent> sent,
      Standing standing,
      Instant notBefore,
      @Nullable DisabledReason disabled) {
    public Served {
      sent = List.copyOf(sent);
    }
  }

  /**
   * Stores it and lets the endpoint go. Nothing happens when the claim is not ours any more:
   * somebody else sends the same again. What was answered says nothing of an endpoint that has got
   * another address meanwhile, or was enabled.
   *
   * @param now by the clock by which the times of {@code served} were made
   * @return whether it was ours
   */
  Future<Boolean> release(Served served, Instant now);

  /**
   * Fails deliveries that wait at an endpoint that was disabled by us, some at a time.
   *
   * @return how many; fewer than the limit when no more are left of that endpoint
   */
  Future<Integer> giveUp(int limit, Instant now);

  /**
   * @param waiting deliveries that have not ended
   * @param lag events that are committed and not yet planned
   * @param disabled endpoints that were disabled by us, not by their tenants
   */
  record Counts(long waiting, long lag, long endpoints, long disabled) {}

  Future<Counts> counts();
}
