package dev.backlot.config;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The HTTP server of the API.
 *
 * @param host address to bind
 * @param port 0 takes any free one
 * @param idleTimeout a connection that carries nothing for this long is closed; WebSockets are kept
 *     alive by their heartbeats
 * @param drainTimeout how long a stop waits for the answers to requests under way
 * @param lastCall how long a stop keeps connections that carry nothing, for a request that is on
 *     its way: it gets 503. Within the drain time-out
 * @param bodyLimit most bytes of a request body; beyond it 413, but for the few calls that take
 *     large ones
 * @param headerLimit most bytes of all request headers; beyond it 431
 * @param allowedOrigins origins of pages that may call besides our own, such as {@code
 *     https://app.example}, or {@code *} for all, which the production profile refuses; at most
 *     {@link #ORIGINS_MAX}
 */
public record HttpConfig(
    String host,
    int port,
    Duration idleTimeout,
    Duration drainTimeout,
    Duration lastCall,
    int bodyLimit,
    int headerLimit,
    List<String> allowedOrigins,
    LargeBodies largeBodies) {
  static final int ORIGINS_MAX = 100;

  /**
   * As browsers write it (RFC 6454, section 6.1): lower case, and no port where it is the usual.
   */
  private static final Pattern ORIGIN =
      Pattern.compile(
          "(?!http://[^/]*:80$)(?!https://[^/]*:443$)"
              + "https?://([a-z0-9.-]{1,253}|\\[[0-9a-f:.]{2,45}])(:[1-9]\\d{0,4})?");

  public HttpConfig {
    allowedOrigins = List.copyOf(allowedOrigins);
  }

  /** A server for no pages but its own, whose calls take no large bodies, and with no last call. */
  public HttpConfig(
      String host,
      int port,
      Duration idleTimeout,
      Duration drainTimeout,
      int bodyLimit,
      int headerLimit) {
    this(
        host,
        port,
        idleTimeout,
        drainTimeout,
        Duration.ZERO,
        bodyLimit,
        headerLimit,
        List.of(),
        new LargeBodies(bodyLimit, bodyLimit));
  }

  /**
   * Bodies with images in them.
   *
   * @param limit most bytes of one; beyond it 413
   * @param budget most bytes of all of them on this node at a time, half of it for one tenant;
   *     beyond it 503. A body costs up to about three times its length while it is stored
   */
  public record LargeBodies(long limit, long budget) {
    private static final long MOST = 256L << 20;

    static LargeBodies from(Section in, int bodyLimit) {
      LargeBodies large =
          new LargeBodies(
              in.requireBytes("limit", 1 << 10, MOST),
              in.requireBytes("budget", 1 << 10, 64 * MOST));
      in.rejectUnknown();
      if (large.limit() < bodyLimit) {
        throw in.error("limit", "must not be smaller than the limit of other bodies");
      }
      if (large.budget() < 2 * large.limit()) {
        throw in.error("budget", "must be at least twice " + in.key("limit"));
      }
      return large;
    }
  }

  public static HttpConfig from(Section in) {
    int bodyLimit = (int) in.requireBytes("body-limit", 1 << 10, 8 << 20);
    HttpConfig config =
        new HttpConfig(
            in.requireText("host"),
            in.requireInt("port", 0, 65_535),
            in.requireDuration("idle-timeout", Duration.ofSeconds(5), Duration.ofMinutes(10)),
            in.requireDuration("drain-timeout", Duration.ofMillis(100), Duration.ofSeconds(50)),
            in.requireDuration("last-call", Duration.ZERO, Duration.ofSeconds(50)),
            bodyLimit,
            (int) in.requireBytes("header-limit", 1 << 10, 64 << 10),
            allowedOrigins(in),
            LargeBodies.from(in.section("large-bodies"), bodyLimit));
    in.rejectUnknown();
    return config;
  }

  private static List<String> allowedOrigins(Section in) {
    List<String> origins = in.texts("allowed-origins");
    if (origins.size() > ORIGINS_MAX) {
      throw in.error("allowed-origins", "must be at most " + ORIGINS_MAX);
    }
    for (String origin : origins) {
      if (origin.equals("*") && in.isProduction()) {
        throw in.error("allowed-origins", "* is refused in the production profile; name each one");
      }
      if (!origin.equals("*") && !ORIGIN.matcher(origin).matches()) {
        throw in.error(
            "allowed-origins",
            "must be origins as browsers send them, such as https://app.example, got " + origin);
      }
    }
    return origins;
  }
}
