package dev.backlot.port;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobWebhook;
import dev.backlot.domain.webhook.Endpoint;
import dev.backlot.domain.webhook.EndpointId;
import dev.backlot.domain.webhook.EndpointKeys;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The addresses that jobs name for their own events. Each is an endpoint like those of {@link
 * Webhooks}, with a queue, a circuit and deliveries of its own, however many jobs name it; all of a
 * tenant's are signed with the same keys.
 */
public interface JobWebhooks {
  /**
   * What is told there makes a difference: an address that is told our events and tasks in the
   * provider's own words, too, is two.
   *
   * @param origin see {@link JobWebhook}; null where our events are told
   */
  record Address(String url, @Nullable String origin) {
    public static Address of(JobWebhook webhook) {
      return new Address(webhook.url(), webhook.origin());
    }

    @Override
    public String toString() {
      return "Address[***]";
    }
  }

  /**
   * @param endpoints by their address; without those that were refused
   * @param hasKeys whether the tenant has keys to sign with: without them no address is kept that
   *     is told our events
   */
  record Kept(Map<Address, EndpointId> endpoints, boolean hasKeys) {
    public Kept {
      endpoints = Map.copyOf(endpoints);
    }
  }

  /**
   * Keeps an endpoint for each address, or finds the one that is there. One that was given up
   * starts anew: it is probed first when it was failing. Nothing becomes of it when no job follows.
   *
   * @param fresh ids for those that are new, by address
   * @param most addresses of a tenant's jobs that may be in use; when the new ones are too many,
   *     none of them is kept
   */
  Future<Kept> keep(TenantId tenant, Map<Address, EndpointId> fresh, int most, Instant now);

  /**
   * @param events of the job that are told there
   */
  record Told(Endpoint endpoint, Set<String> events) {
    public Told {
      events = Set.copyOf(events);
    }
  }

  /** Where the events of a job are told; empty when it has named no address. */
  Future<Optional<Told>> of(TenantId tenant, JobId job);

  /** What signs for a tenant's jobs; empty when there are none yet. */
  Future<Optional<EndpointKeys>> keys(TenantId tenant);

  /** New keys; those that were current sign too until {@code previousUntil}, older ones no more. */
  Future<EndpointKeys> rotate(
      TenantId tenant, String sealedKeys, String publicKey, Instant previousUntil, Instant now);
}
