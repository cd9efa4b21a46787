package dev.backlot.ops;

import dev.backlot.http.Problems;
import dev.backlot.http.Routes;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/**
 * {@code /metrics} in the Prometheus text format. Written on a worker thread, once for all who ask
 * at the same time. Confined to one event loop.
 */
public final class MetricsRoutes implements Routes {
  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

  private final Vertx vertx;
  private final PrometheusMeterRegistry registry;
  private @Nullable Future<String> scrape;

  public MetricsRoutes(Vertx vertx, PrometheusMeterRegistry registry) {
    this.vertx = vertx;
    this.registry = registry;
  }

  @Override
  public void mount(Router router) {
    router.get("/metrics").handler(this::answer);
  }

  private void answer(RoutingContext ctx) {
    Future<String> running = scrape;
    if (running == null || running.isComplete()) {
      running = vertx.executeBlocking(() -> registry.scrape(TEXT), false);
      scrape = running;
    }
    running
        .onSuccess(text -> ctx.response().putHeader("Content-Type", TEXT).end(text))
        .onFailure(failure -> Problems.send(ctx, failure));
  }
}
