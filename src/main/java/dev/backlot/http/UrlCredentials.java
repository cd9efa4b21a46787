package dev.backlot.http;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Refuses a key or token in a query, whatever is called, and says how it is sent instead: an
 * address stays in the logs of proxies, in histories and in referrers (RFC 6750, section 2.3).
 * Links to outputs have tokens of their own, which open nothing else. To be mounted before all
 * calls; a request without a query costs nothing.
 */
public final class UrlCredentials implements Routes {
  private static final Set<String> NAMES =
      Set.of("token", "access_token", "auth", "authorization", "bearer", "api_key", "apikey");
  private static final Pattern CREDENTIAL = Pattern.compile("(?:Bearer )?(?:blk|bst)_.*");

  private static final String DETAIL =
      "A key or token is never sent in an address, and is not read there. Send it as"
          + " 'Authorization: Bearer <key or token>', over a WebSocket as its first message. If it"
          + " was a real one, revoke it: it may be in the logs of a proxy.";

  @Override
  public void mount(Router router) {
    router.route().handler(UrlCredentials::check);
  }

  private static void check(RoutingContext ctx) {
    if (ctx.request().query() == null) {
      ctx.next();
      return;
    }
    for (Map.Entry<String, String> each : ctx.queryParams()) {
      if (NAMES.contains(each.getKey().toLowerCase(Locale.ROOT)) || isCredential(each.getValue())) {
        Problems.send(
            ctx,
            BacklotException.ofField(ErrorCode.INVALID_REQUEST, "query:" + each.getKey(), DETAIL));
        return;
      }
    }
    ctx.next();
  }

  private static boolean isCredential(String value) {
    return CREDENTIAL.matcher(value).matches();
  }
}
