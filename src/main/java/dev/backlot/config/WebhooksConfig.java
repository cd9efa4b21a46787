package dev.backlot.config;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * How tenants are told of events at addresses of theirs.
 *
 * @param endpointsMax most endpoints of one tenant; beyond it 409
 * @param jobAddressesMax most addresses of one tenant's jobs in use at a time; beyond it 429
 * @param interval pause between two looks at the log, and for due deliveries, when no wake-up comes
 * @param batch most events of one look at the log
 * @param endpointsAtOnce endpoints that this node serves at a time; the others wait
 * @param tenantEndpointsAtOnce of those, endpoints of one tenant; of those, half that have failed
 * @param deliveriesAtOnce deliveries to one endpoint that are under way at a time, over all nodes
 * @param waitingMax deliveries of one endpoint that may wait; what comes beyond has failed at once
 * @param connectTimeout for the name look-up and the connection with its TLS handshake
 * @param timeout for all of one send, until the head of the answer is there
 * @param schedule pauses before each further try; after the last one a delivery has failed
 * @param jitterPercent how much longer than that a pause may be, at random
 * @param retryAfterMax longest pause that an endpoint may ask for by {@code Retry-After}
 * @param circuitFailures sends without a success between them that open an endpoint's circuit
 * @param circuitBase how long it stays open at first; it doubles with each probe that fails
 * @param circuitCap the longest that it stays open
 * @param rotation how long the older secret signs too after a rotation
 * @param ports to which may be sent; empty for every port
 * @param allowPrivate whether receivers may lie in a private network and be reached without TLS;
 *     refused in the production profile
 */
public record WebhooksConfig(
    int endpointsMax,
    int jobAddressesMax,
    Duration interval,
    int batch,
    int endpointsAtOnce,
    int tenantEndpointsAtOnce,
    int deliveriesAtOnce,
    int waitingMax,
    Duration connectTimeout,
    Duration timeout,
    List<Duration> schedule,
    int jitterPercent,
    Duration retryAfterMax,
    int circuitFailures,
    Duration circuitBase,
    Duration circuitCap,
    Duration rotation,
    Set<Integer> ports,
    boolean allowPrivate) {
  private static final Duration SHORTEST = Duration.ofMillis(10);
  private static final int TRIES_MAX = 19;
  private static final int PORT_MAX = 65_535;

  public WebhooksConfig {
    schedule = List.copyOf(schedule);
    ports = Set.copyOf(ports);
  }

  public static WebhooksConfig from(Section in) {
    WebhooksConfig config =
        new WebhooksConfig(
            in.requireInt("endpoints-max", 1, 1_000),
            in.requireInt("job-addresses-max", 1, 100_000),
            in.requireDuration("interval", SHORTEST, Duration.ofMinutes(1)),
            in.requireInt("batch", 1, 10_000),
            in.requireInt("endpoints-at-once", 1, 1_000),
            in.requireInt("tenant-endpoints-at-once", 1, 1_000),
            in.requireInt("deliveries-at-once", 1, 100),
            in.requireInt("waiting-max", 1, 1_000_000),
            in.requireDuration("connect-timeout", SHORTEST, Duration.ofSeconds(30)),
            in.requireDuration("timeout", SHORTEST, Duration.ofMinutes(2)),
            in.requireDurations("schedule", TRIES_MAX, SHORTEST, Duration.ofDays(7)),
            in.requireInt("jitter-percent", 0, 100),
            in.requireDuration("retry-after-max", Duration.ZERO, Duration.ofDays(1)),
            in.requireInt("circuit-failures", 1, 10_000),
            in.requireDuration("circuit-base", SHORTEST, Duration.ofHours(1)),
            in.requireDuration("circuit-cap", SHORTEST, Duration.ofHours(24)),
            in.requireDuration("rotation", Duration.ofSeconds(1), Duration.ofDays(30)),
            ports(in),
            in.requireBoolean("allow-private"));
    in.rejectUnknown();
    if (config.circuitCap().compareTo(config.circuitBase()) < 0) {
      throw in.error("circuit-cap", "must not be shorter than " + in.key("circuit-base"));
    }
    if (in.isProduction() && config.allowPrivate()) {
      throw in.error("allow-private", "must be false in the production profile");
    }
    return config;
  }

  /** How long a delivery is tried at the least. */
  public Duration horizon() {
    return schedule.stream().reduce(Duration.ZERO, Duration::plus);
  }

  private static Set<Integer> ports(Section in) {
    Set<Integer> ports = new TreeSet<>();
    for (String text : in.texts("ports")) {
      try {
        int port = Integer.parseInt(text);
        if (port >= 1 && port <= PORT_MAX) {
          ports.add(port);
          continue;
        }
      } catch (NumberFormatException notANumber) {
        // The message below says what is allowed.
      }
      throw in.error(
          "ports", "must be a list of ports between 1 and " + PORT_MAX + ", got " + text);
    }
    return ports;
  }
}
