package dev.backlot.config;

import java.time.Duration;

/**
 * The management port: health and metrics, without authentication, for machines of the operator.
 *
 * @param http its server
 * @param sampleInterval pause between two looks at the database for the metrics
 * @param checkTimeout longest wait for one health check; it counts as down then
 */
public record ManagementConfig(HttpConfig http, Duration sampleInterval, Duration checkTimeout) {
  private static final Duration IDLE_TIMEOUT = Duration.ofMinutes(1);
  private static final int SMALL = 8 << 10;

  public static ManagementConfig from(Section in) {
    Duration checkTimeout =
        in.requireDuration("check-timeout", Duration.ofMillis(100), Duration.ofSeconds(30));
    // Nothing that is asked here takes longer than a check, so a stop waits no longer either.
    HttpConfig http =
        new HttpConfig(
            in.requireText("host"),
            in.requireInt("port", 0, 65_535),
            IDLE_TIMEOUT,
            checkTimeout,
            SMALL,
            SMALL);
    ManagementConfig config =
        new ManagementConfig(
            http,
            in.requireDuration("sample-interval", Duration.ofMillis(100), Duration.ofMinutes(5)),
            checkTimeout);
    in.rejectUnknown();
    return config;
  }
}
