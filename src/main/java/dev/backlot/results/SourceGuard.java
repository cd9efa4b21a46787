package dev.backlot.results;

import dev.backlot.config.ResultsConfig;
import dev.backlot.domain.net.PublicAddresses;
import dev.backlot.http.HostResolver;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Decides which addresses we may fetch from: HTTPS at a public address, so that nobody can make us
 * ask inside our own network. A name is looked up here, once, and the connection goes to the very
 * address that was checked. Thread-safe.
 */
final class SourceGuard {
  private final ResultsConfig config;
  private final HostResolver resolver;

  SourceGuard(ResultsConfig config, HostResolver resolver) {
    this.config = config;
    this.resolver = resolver;
  }

  /**
   * A file's address that may be asked.
   *
   * @param host for SNI, the certificate and the Host header
   * @param address to connect to
   * @param target path and query
   */
  record Source(URI uri, boolean tls, String host, InetSocketAddress address, String target) {
    /** The address is signed: whoever reads it has the file. */
    @Override
    public String toString() {
      return "Source[" + host + "]";
    }
  }

  /** Fails with {@link Refused} when the address may not be asked or has no host. */
  Future<Source> check(String url) {
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException broken) {
      return refuse("not an address");
    }
    String host = host(uri);
    if (host.isEmpty() || uri.getRawUserInfo() != null) {
      return refuse("not an address of a host");
    }
    boolean mayBePrivate = config.allowPrivateHosts().contains(host);
    boolean tls = "https".equalsIgnoreCase(uri.getScheme());
    if (!tls && !(mayBePrivate && "http".equalsIgnoreCase(uri.getScheme()))) {
      return refuse("not https");
    }
    if (!mayBePrivate && !isAllowed(host)) {
      return refuse("not an allowed host");
    }
    return resolver
        .resolve(host)
        .timeout(config.connectTimeout().toMillis(), TimeUnit.MILLISECONDS)
        .recover(unknown -> Future.failedFuture(new Refused("the host has no address")))
        .compose(addresses -> choose(uri, tls, host, addresses, mayBePrivate));
  }

  private static Future<Source> choose(
      URI uri, boolean tls, String host, List<InetAddress> addresses, boolean mayBePrivate) {
    int port = uri.getPort() >= 0 ? uri.getPort() : tls ? 443 : 80;
    String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    String target = uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    return addresses.stream()
        .filter(address -> mayBePrivate || PublicAddresses.contains(address))
        .findFirst()
        .map(address -> new Source(uri, tls, host, new InetSocketAddress(address, port), target))
        .map(Future::succeededFuture)
        .orElseGet(() -> refuse("not a public address"));
  }

  private boolean isAllowed(String host) {
    return config.allowHosts().isEmpty()
        || config.allowHosts().stream()
            .anyMatch(
                allowed -> allowed.startsWith(".") ? host.endsWith(allowed) : host.equals(allowed));
  }

  private static String host(URI uri) {
    if (uri.getHost() == null) {
      return "";
    }
    String host = uri.getHost().toLowerCase(Locale.ROOT);
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private static <T> Future<T> refuse(String reason) {
    return Future.failedFuture(new Refused(reason));
  }

  /** An address that we do not ask. The reason is a constant, safe to log. */
  static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Refused(String reason) {
      super(reason, null, false, false);
    }
  }
}
