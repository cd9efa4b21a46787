package dev.backlot.config;

import java.time.Duration;

/**
 * What other applications in the cluster, and the bridges, may take of a node over the event bus.
 *
 * @param commandsMax most commands at work at a time; beyond it {@code overloaded}
 * @param subscriptionsMax most subscriptions of this node; beyond it {@code overloaded}
 * @param subscriptionsPerTenantMax and of one tenant
 * @param lease longest wait until an application answers a message of its subscription, which ends
 *     it otherwise
 */
public record BusConfig(
    int commandsMax, int subscriptionsMax, int subscriptionsPerTenantMax, Duration lease) {

  public static BusConfig from(Section in) {
    int subscriptionsMax = in.requireInt("subscriptions-max", 1, 100_000);
    BusConfig config =
        new BusConfig(
            in.requireInt("commands-max", 1, 10_000),
            subscriptionsMax,
            in.requireInt("subscriptions-per-tenant-max", 1, subscriptionsMax),
            in.requireDuration("lease", Duration.ofSeconds(1), Duration.ofMinutes(5)));
    in.rejectUnknown();
    return config;
  }
}
