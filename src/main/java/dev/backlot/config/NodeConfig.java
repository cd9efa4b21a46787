package dev.backlot.config;

import java.time.Duration;
import java.util.regex.Pattern;

/**
 * This process as a member of the installation.
 *
 * @param name shown to operators; need not be unique
 * @param lease how long the database honours a heartbeat; a dead node's jobs wait that long
 * @param heartbeat pause between two heartbeats; at most a third of the lease
 * @param stopTimeout for everything that is done between the order to stop and the end of the
 *     process; who kills it afterwards has to wait for longer
 */
public record NodeConfig(String name, Duration lease, Duration heartbeat, Duration stopTimeout) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

  /**
   * After how long without a sign a connection that carries heartbeats is given up: half a lease. A
   * beat that is sent into the void leaves time for another one, over another connection: pause,
   * silence and {@link #statementTimeout} are one lease.
   */
  public Duration silence() {
    return lease.dividedBy(2);
  }

  /**
   * Longest statement on such a connection: what is left of half a lease after one pause, at least
   * a sixth of the lease. One that takes longer would come too late all the same.
   */
  public Duration statementTimeout() {
    return silence().minus(heartbeat);
  }

  public static NodeConfig from(Section in) {
    NodeConfig config =
        new NodeConfig(
            in.requireText("name"),
            in.requireDuration("lease", Duration.ofMillis(500), Duration.ofMinutes(5)),
            in.requireDuration("heartbeat", Duration.ofMillis(50), Duration.ofMinutes(1)),
            in.requireDuration("stop-timeout", Duration.ofSeconds(1), Duration.ofMinutes(15)));
    in.rejectUnknown();
    if (!NAME.matcher(config.name).matches()) {
      throw in.error("name", "must match " + NAME + ", got " + config.name);
    }
    if (config.heartbeat.multipliedBy(3).compareTo(config.lease) > 0) {
      throw in.error("heartbeat", "must be at most a third of " + in.key("lease"));
    }
    return config;
  }
}
