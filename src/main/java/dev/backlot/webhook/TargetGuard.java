package dev.backlot.webhook;

import dev.backlot.config.WebhooksConfig;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.net.PublicAddresses;
import dev.backlot.domain.net.WebAddress;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Decides where a tenant may have us send: HTTPS at a public address and a port that is allowed, so
 * that nobody can make us knock inside our own network. A name is looked up here for each send, and
 * the connection goes to the very address that was checked: a name that leads elsewhere a moment
 * later leads nowhere. Thread-safe.
 */
final class TargetGuard {
  private static final int URL_MAX = 2_048;
  private static final int PORT_MAX = 65_535;

  private final Set<Integer> ports;
  private final boolean allowPrivate;
  private final SharedLookUps lookUps;
  private final long patience;

  TargetGuard(WebhooksConfig config, SharedLookUps lookUps) {
    this.ports = config.ports();
    this.allowPrivate = config.allowPrivate();
    this.lookUps = lookUps;
    this.patience = Math.min(config.connectTimeout().toMillis(), config.timeout().toMillis());
  }

  /**
   * Where to connect to.
   *
   * @param host for SNI, the certificate and the Host header
   * @param target path and query
   */
  record Target(boolean tls, String host, InetSocketAddress address, String target) {
    /** The query may carry a token of the tenant's. */
    @Override
    public String toString() {
      return "Target[***]";
    }
  }

  /** What is wrong with an address, in words after "must be"; empty when nothing is. */
  Optional<String> problem(String url) {
    if (!allowPrivate) {
      Optional<String> problem = WebAddress.problem(url);
      if (problem.isPresent()) {
        return problem;
      }
    }
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException malformed) {
      return Optional.of("a well-formed https address");
    }
    if (url.length() > URL_MAX
        || uri.getHost() == null
        || uri.getRawUserInfo() != null
        || !(isTls(uri) || (allowPrivate && "http".equalsIgnoreCase(uri.getScheme())))) {
      return Optional.of("a well-formed https address without a user name");
    }
    if (uri.getRawFragment() != null) {
      return Optional.of("an address without a fragment");
    }
    if (port(uri) < 1 || port(uri) > PORT_MAX) {
      return Optional.of("an address with a possible port");
    }
    if (!ports.isEmpty() && !ports.contains(port(uri))) {
      return Optional.of(
          "an address with one of the ports "
              + ports.stream().sorted().map(String::valueOf).collect(Collectors.joining(", ")));
    }
    return Optional.empty();
  }

  /**
   * Fails with {@link Forbidden} when nothing may be sent there, as {@link SharedLookUps#resolve}
   * when there was no answer in time, and otherwise when unknown.
   *
   * @param tenant for whom
   */
  Future<Target> resolve(TenantId tenant, String url) {
    if (problem(url).isPresent()) {
      return Future.failedFuture(new Forbidden());
    }
    // What is not ASCII of path and query is percent-encoded: it goes into the request line.
    URI uri = URI.create(URI.create(url).toASCIIString());
    String host = host(uri);
    return lookUps
        .resolve(tenant, host, patience)
        .compose(addresses -> choose(uri, host, addresses));
  }

  private Future<Target> choose(URI uri, String host, List<InetAddress> addresses) {
    String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    String target = uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    return addresses.stream()
        .filter(address -> allowPrivate || PublicAddresses.contains(address))
        .findFirst()
        .map(address -> new InetSocketAddress(address, port(uri)))
        .map(address -> Future.succeededFuture(new Target(isTls(uri), host, address, target)))
        .orElseGet(() -> Future.failedFuture(new Forbidden()));
  }

  private static boolean isTls(URI uri) {
    return "https".equalsIgnoreCase(uri.getScheme());
  }

  private static int port(URI uri) {
    return uri.getPort() >= 0 ? uri.getPort() : isTls(uri) ? 443 : 80;
  }

  private static String host(URI uri) {
    String host = uri.getHost().toLowerCase(Locale.ROOT);
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  /** An address to which nothing is sent. */
  static final class Forbidden extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Forbidden() {
      super("not an address to send to", null, false, false);
    }
  }
}
