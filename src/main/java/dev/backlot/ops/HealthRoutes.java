package dev.backlot.ops;

import dev.backlot.http.Routes;
import dev.backlot.ops.HealthCheck.Status;
import dev.backlot.ops.Lifecycle.Phase;
import dev.backlot.ops.Readiness.Report;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;

/**
 * What an orchestrator asks.
 *
 * <ul>
 *   <li>{@code /health/live}: 200 while an event loop answers. Nothing else is looked at: a restart
 *       mends no database.
 *   <li>{@code /health/started}: 200 once everything is deployed.
 *   <li>{@code /health/ready}: 200 when traffic is welcome, also when something is degraded; 503
 *       otherwise. The body has every check.
 * </ul>
 */
public final class HealthRoutes implements Routes {
  private static final int OK = 200;
  private static final int UNAVAILABLE = 503;

  private final Lifecycle lifecycle;
  private final Readiness readiness;

  public HealthRoutes(Lifecycle lifecycle, Readiness readiness) {
    this.lifecycle = lifecycle;
    this.readiness = readiness;
  }

  @Override
  public void mount(Router router) {
    router.get("/health/live").handler(ctx -> answer(ctx, true, status("up")));
    router.get("/health/started").handler(this::started);
    router.get("/health/ready").handler(this::ready);
  }

  private void started(RoutingContext ctx) {
    Phase phase = lifecycle.phase();
    answer(ctx, phase != Phase.STARTING, status(text(phase)));
  }

  private void ready(RoutingContext ctx) {
    readiness
        .report()
        .onSuccess(report -> answer(ctx, report.status() != Status.DOWN, body(report)));
  }

  private static JsonObject body(Report report) {
    JsonArray checks = new JsonArray();
    report
        .findings()
        .forEach(
            named ->
                checks.add(
                    new JsonObject()
                        .put("name", named.check())
                        .put("status", text(named.finding().status()))
                        .put("detail", named.finding().detail())));
    return status(text(report.status())).put("checks", checks);
  }

  private static JsonObject status(String status) {
    return new JsonObject().put("status", status);
  }

  private static String text(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static void answer(RoutingContext ctx, boolean well, JsonObject body) {
    ctx.response()
        .setStatusCode(well ? OK : UNAVAILABLE)
        .putHeader("Content-Type", "application/json")
        .end(body.toBuffer());
  }
}
