package dev.backlot.stream;

import dev.backlot.http.Routes;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.CorsHandler;
import java.util.List;
import java.util.Set;

/**
 * Lets the pages of the other nodes call this one: a page outlives the node that it came from. To
 * be mounted before what they call. Other origins get no word of it, as without this.
 */
public final class PageOrigins implements Routes {
  /** For how long a browser does not ask again. */
  private static final int REMEMBERED_SECONDS = 600;

  private final List<String> nodes;
  private final CorsHandler cors;

  /**
   * @param nodes addresses such as {@code http://localhost:8082}; none: nothing is mounted
   */
  public PageOrigins(List<String> nodes) {
    this.nodes = List.copyOf(nodes);
    this.cors =
        CorsHandler.create()
            .addOrigins(this.nodes)
            .allowedMethods(Set.of(HttpMethod.GET, HttpMethod.POST))
            .allowedHeaders(
                Set.of(
                    HttpHeaderNames.AUTHORIZATION.toString(),
                    HttpHeaderNames.CONTENT_TYPE.toString(),
                    "idempotency-key"))
            .maxAgeSeconds(REMEMBERED_SECONDS);
  }

  @Override
  public void mount(Router router) {
    if (!nodes.isEmpty()) {
      router.route().handler(this::allow);
    }
  }

  private void allow(RoutingContext ctx) {
    String origin = ctx.request().getHeader(HttpHeaderNames.ORIGIN);
    if (origin != null && nodes.contains(origin)) {
      cors.handle(ctx);
    } else {
      ctx.next();
    }
  }
}
