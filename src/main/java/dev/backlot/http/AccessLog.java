package dev.backlot.http;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line per request at DEBUG: method, path, status, time. Never the query, which may carry a
 * link token, and never a header. Of the path no long segment: the only one that we give away is a
 * token, too. And nothing that looks like a key or token, which somebody may take for an id.
 */
final class AccessLog {
  private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);

  /** Ids of ours have 36 characters, tokens in a path 75; keys and stream tokens about 60. */
  private static final Pattern TOKEN = Pattern.compile("[^/]{65,}|[^/]*(?:blk|bst)_[^/]*");

  private AccessLog() {}

  static void follow(RoutingContext ctx) {
    if (LOG.isDebugEnabled()) {
      long begun = System.nanoTime();
      ctx.addEndHandler(ended -> write(ctx, System.nanoTime() - begun));
    }
    ctx.next();
  }

  private static void write(RoutingContext ctx, long nanos) {
    HttpServerRequest request = ctx.request();
    LOG.atDebug()
        .addKeyValue("requestId", RequestIds.of(ctx))
        .addKeyValue("method", request.method().name())
        .addKeyValue("path", TOKEN.matcher(request.path()).replaceAll("*"))
        .addKeyValue("status", ctx.response().getStatusCode())
        .addKeyValue("micros", nanos / 1_000)
        .log("request answered");
  }
}
