package dev.backlot.stream;

import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells a person's own browser on this machine from everybody else who can reach the port: other
 * machines, proxies, other origins, and names that were made to resolve to this machine (DNS
 * rebinding).
 */
final class LocalCaller {
  private static final Pattern HOST =
      Pattern.compile("(localhost|127\\.0\\.0\\.1|\\[::1])(:\\d{1,5})?", Pattern.CASE_INSENSITIVE);
  private static final Set<String> PEERS = Set.of("127.0.0.1", "::1", "0:0:0:0:0:0:0:1");
  private static final Set<String> OWN_SITES = Set.of("same-origin", "none");

  private LocalCaller() {}

  /**
   * @param nodes whose pages are as good as our own
   */
  static boolean isTrusted(HttpServerRequest request, List<String> nodes) {
    return isLoopback(request)
        && isLocalName(request.getHeader("Host"))
        && (isOwnPage(request) || isPageOf(nodes, request))
        && !wasForwarded(request);
  }

  private static boolean isLoopback(HttpServerRequest request) {
    String peer = request.remoteAddress() == null ? null : request.remoteAddress().hostAddress();
    return peer != null && PEERS.contains(peer);
  }

  private static boolean isLocalName(@Nullable String host) {
    return host != null && HOST.matcher(host).matches();
  }

  /** Browsers say who asks; other programs of this machine do not, and need not. */
  private static boolean isOwnPage(HttpServerRequest request) {
    String site = request.getHeader("Sec-Fetch-Site");
    String origin = request.getHeader("Origin");
    return (site == null || OWN_SITES.contains(site))
        && (origin == null || origin.equals(request.scheme() + "://" + request.getHeader("Host")));
  }

  private static boolean isPageOf(List<String> nodes, HttpServerRequest request) {
    String origin = request.getHeader("Origin");
    return origin != null && nodes.contains(origin);
  }

  /** Behind a proxy of this machine every peer would be loopback. */
  private static boolean wasForwarded(HttpServerRequest request) {
    return request.headers().names().stream()
        .anyMatch(
            name ->
                name.equalsIgnoreCase("Forwarded")
                    || name.regionMatches(true, 0, "X-Forwarded-", 0, "X-Forwarded-".length()));
  }
}
