package dev.backlot.config;

import java.time.Duration;

/**
 * The HTTP server of the API.
 *
 * @param host address to bind
 * @param port 0 takes any free one
 * @param idleTimeout a connection that carries nothing for this long is closed; WebSockets are kept
 *     alive by their heartbeats
 * @param bodyLimit most bytes of a request body; beyond it 413
 * @param headerLimit most bytes of all request headers; beyond it 431
 */
public record HttpConfig(
    String host, int port, Duration idleTimeout, int bodyLimit, int headerLimit) {
  public static HttpConfig from(Section in) {
    HttpConfig config =
        new HttpConfig(
            in.requireText("host"),
            in.requireInt("port", 0, 65_535),
            in.requireDuration("idle-timeout", Duration.ofSeconds(5), Duration.ofMinutes(10)),
            (int) in.requireBytes("body-limit", 1 << 10, 8 << 20),
            (int) in.requireBytes("header-limit", 1 << 10, 64 << 10));
    in.rejectUnknown();
    return config;
  }
}
