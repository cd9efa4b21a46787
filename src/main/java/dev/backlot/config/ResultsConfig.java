package dev.backlot.config;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * How result files are streamed from the provider to the tenant.
 *
 * @param streams most streams of this node at a time
 * @param streamsPerTenant most of them for one tenant
 * @param size most bytes of one file
 * @param connectTimeout for the connection, its TLS handshake and the name look-up before it
 * @param headersTimeout from the request until the provider's headers
 * @param idleTimeout longest pause in which no byte moves, whichever side is to blame
 * @param transferTimeout longest duration of one stream; a player goes on with a range
 * @param linkLifetime how long a link plays without a key
 * @param allowHosts the only hosts to fetch from, {@code .example.com} meaning all below it; empty
 *     for every public host
 * @param allowPrivateHosts hosts that may lie in a private network and be asked without TLS;
 *     refused in the production profile
 */
public record ResultsConfig(
    int streams,
    int streamsPerTenant,
    long size,
    Duration connectTimeout,
    Duration headersTimeout,
    Duration idleTimeout,
    Duration transferTimeout,
    Duration linkLifetime,
    List<String> allowHosts,
    Set<String> allowPrivateHosts) {
  public ResultsConfig {
    allowHosts = List.copyOf(allowHosts);
    allowPrivateHosts = Set.copyOf(allowPrivateHosts);
  }

  public static ResultsConfig from(Section in) {
    Duration shortest = Duration.ofMillis(100);
    ResultsConfig config =
        new ResultsConfig(
            in.requireInt("streams", 1, 10_000),
            in.requireInt("streams-per-tenant", 1, 10_000),
            in.requireBytes("size", 1L << 20, 64L << 30),
            in.requireDuration("connect-timeout", shortest, Duration.ofMinutes(1)),
            in.requireDuration("headers-timeout", shortest, Duration.ofMinutes(2)),
            in.requireDuration("idle-timeout", shortest, Duration.ofMinutes(10)),
            in.requireDuration("transfer-timeout", Duration.ofSeconds(1), Duration.ofHours(24)),
            in.requireDuration("link-lifetime", Duration.ofSeconds(1), Duration.ofHours(24)),
            in.texts("allow-hosts"),
            Set.copyOf(in.texts("allow-private-hosts")));
    in.rejectUnknown();
    if (config.streamsPerTenant() > config.streams()) {
      throw in.error("streams-per-tenant", "must not be above " + in.key("streams"));
    }
    if (in.isProduction() && !config.allowPrivateHosts().isEmpty()) {
      throw in.error("allow-private-hosts", "must be empty in the production profile");
    }
    return config;
  }
}
