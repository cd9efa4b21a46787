package dev.backlot.http;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which pages may call: our own, and those of the configured origins. To be mounted before what
 * they call. The pages of a listed origin get CORS headers on every answer (Fetch standard, section
 * 3.2), so that they may send a key or token and read what comes back; other origins get no word of
 * it. Browsers do not ask before they open a WebSocket, so whoever upgrades asks {@link #admits}.
 *
 * <p>Nothing here is a credential: no cookie is ever read, so a page without a token gets nowhere.
 * This keeps pages that stole or were given one from using it, and strangers off the sockets.
 */
public final class Origins implements Routes {
  /** Lists every origin there is, but {@code null}. Development only. */
  public static final String ANY = "*";

  /** For how long a browser does not ask again. */
  private static final String REMEMBERED_SECONDS = "600";

  private static final Pattern FORM = Pattern.compile("(https?)://([^/?#@\\s]{1,300})");
  private static final String METHODS = "GET, HEAD, POST, PATCH, DELETE";
  private static final String SENT = "Authorization, Content-Type, Idempotency-Key, Last-Event-ID";
  private static final String READ = "Idempotent-Replayed, Location, Retry-After, X-Request-Id";

  private final Set<String> listed;

  /**
   * @param listed such as {@code https://app.example}, exactly as browsers send them, or {@link
   *     #ANY}; none: our own pages only, and nothing is mounted
   */
  public Origins(List<String> listed) {
    this.listed = Set.copyOf(listed);
  }

  @Override
  public void mount(Router router) {
    if (!listed.isEmpty()) {
      router.route().handler(this::allow);
    }
  }

  /**
   * Whether a socket may be opened. A request without an Origin is no browser's, and passes: its
   * credential decides alone. One of our own pages names the host that it came from, which is what
   * the same browser calls us now. The scheme is not compared, because a proxy may have taken the
   * encryption off, and what it says of that in a header anybody could say. A proxy that also
   * changes {@code Host} makes our own pages look like others: list its public origin then.
   */
  public boolean admits(HttpServerRequest request) {
    List<String> origins = request.headers().getAll(HttpHeaderNames.ORIGIN);
    if (origins.isEmpty()) {
      return true;
    }
    return origins.size() == 1
        && (isListed(origins.get(0)) || isOwn(origins.get(0), request.authority()));
  }

  /** Answers whoever is not admitted. */
  public static void refuse(RoutingContext ctx) {
    Problems.send(
        ctx,
        new BacklotException(
            ErrorCode.ORIGIN_NOT_ALLOWED,
            "Whoever runs this service lists the origins of pages in http.allowed-origins."));
  }

  private void allow(RoutingContext ctx) {
    HttpServerResponse response = ctx.response();
    response.headers().add(HttpHeaderNames.VARY, HttpHeaderNames.ORIGIN);
    List<String> origins = ctx.request().headers().getAll(HttpHeaderNames.ORIGIN);
    if (origins.size() != 1 || !isListed(origins.get(0))) {
      ctx.next();
      return;
    }
    response.putHeader(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, origins.get(0));
    if (isPreflight(ctx.request())) {
      response
          .putHeader(HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS, METHODS)
          .putHeader(HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, SENT)
          .putHeader(HttpHeaderNames.ACCESS_CONTROL_MAX_AGE, REMEMBERED_SECONDS)
          .setStatusCode(204)
          .end();
      return;
    }
    response.putHeader(HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS, READ);
    ctx.next();
  }

  private static boolean isPreflight(HttpServerRequest request) {
    return request.method().equals(HttpMethod.OPTIONS)
        && request.headers().contains(HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD);
  }

  private boolean isListed(String origin) {
    return listed.contains(origin) || (listed.contains(ANY) && FORM.matcher(origin).matches());
  }

  static boolean isOwn(String origin, @Nullable HostAndPort host) {
    Matcher form = FORM.matcher(origin);
    if (host == null || !form.matches()) {
      return false;
    }
    int usual = form.group(1).equals("https") ? 443 : 80;
    HostAndPort page = HostAndPort.parseAuthority(form.group(2), usual);
    int port = host.port() < 0 ? usual : host.port();
    return page != null && page.host().equalsIgnoreCase(host.host()) && page.port() == port;
  }
}
