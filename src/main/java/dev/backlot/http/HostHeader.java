package dev.backlot.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells a {@code Host} header of the form {@code host[:port]} from anything else, before the router
 * sees it: some malformed ones make its parser throw, and nobody would be answered at all.
 */
final class HostHeader {
  private static final int PORT_MAX = 65_535;
  private static final Pattern FORM =
      Pattern.compile("(?:[A-Za-z0-9._~-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}])(?::(\\d{1,5}))?");

  private HostHeader() {}

  /** A request without the header is left to the router, which knows the rules of each version. */
  static boolean isAcceptable(HttpServerRequest request) {
    List<String> hosts = request.headers().getAll(HttpHeaderNames.HOST);
    return hosts.isEmpty() || (hosts.size() == 1 && isWellFormed(hosts.get(0)));
  }

  private static boolean isWellFormed(String host) {
    Matcher form = FORM.matcher(host);
    return form.matches() && (form.group(1) == null || Integer.parseInt(form.group(1)) <= PORT_MAX);
  }
}
