package dev.backlot.webhook;

import dev.backlot.config.WebhooksConfig;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.webhook.EndpointKeys;
import dev.backlot.http.Authentication;
import dev.backlot.http.Problems;
import dev.backlot.http.RequestChecks;
import dev.backlot.http.Routes;
import dev.backlot.port.JobWebhooks;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * What signs for the addresses that jobs name, and where a job's events are told. One instance per
 * event loop.
 */
final class JobWebhookRoutes implements Routes {
  static final String SECRET = "/api/v1/webhook-secret";
  static final String OF_JOB = "/api/v1/jobs/:id/webhook";

  private final Authentication authentication;
  private final RequestChecks checks;
  private final JobWebhooks webhooks;
  private final NewKeys newKeys;
  private final WebhooksConfig config;
  private final InstantSource clock;

  JobWebhookRoutes(
      Authentication authentication,
      RequestChecks checks,
      JobWebhooks webhooks,
      NewKeys newKeys,
      WebhooksConfig config,
      InstantSource clock) {
    this.authentication = authentication;
    this.checks = checks;
    this.webhooks = webhooks;
    this.newKeys = newKeys;
    this.config = config;
    this.clock = clock;
  }

  @Override
  public void mount(Router router) {
    router
        .get(SECRET)
        .handler(authentication.require(Scope.READ))
        .handler(checks.of("getWebhookSecret"))
        .handler(this::show);
    router
        .post(SECRET)
        .handler(authentication.require(Scope.SUBMIT))
        .handler(checks.of("rotateWebhookSecret"))
        .handler(this::rotate);
    router
        .get(OF_JOB)
        .handler(authentication.require(Scope.READ))
        .handler(checks.of("getJobWebhook"))
        .handler(this::ofJob);
  }

  private void show(RoutingContext ctx) {
    webhooks
        .keys(tenant(ctx))
        .onSuccess(keys -> ctx.json(WebhookJson.of(keys.orElse(null), clock.instant())))
        .onFailure(failure -> Problems.send(ctx, failure));
  }

  /** The first one, too. The secret is shown in this answer and never again. */
  private void rotate(RoutingContext ctx) {
    TenantId tenant = tenant(ctx);
    Instant now = clock.instant();
    NewKeys.Fresh fresh = newKeys.make(EndpointKeys.ownerForJobs(tenant));
    webhooks
        .rotate(tenant, fresh.sealedKeys(), fresh.publicKey(), now.plus(config.rotation()), now)
        .onSuccess(
            keys -> {
              JsonObject json = WebhookJson.of(keys, now).put("secret", fresh.presented());
              ctx.response()
                  .putHeader(HttpHeaderNames.CONTENT_TYPE, "application/json")
                  .putHeader(HttpHeaderNames.CACHE_CONTROL, "no-store")
                  .end(json.toBuffer());
            })
        .onFailure(failure -> Problems.send(ctx, failure));
  }

  private void ofJob(RoutingContext ctx) {
    JobId.parse(ctx.pathParam("id"))
        .map(job -> webhooks.of(tenant(ctx), job))
        .orElseGet(() -> Future.succeededFuture(Optional.empty()))
        .map(told -> told.orElseThrow(EndpointRoutes::notFound))
        .onSuccess(told -> ctx.json(WebhookJson.of(told, clock.instant())))
        .onFailure(failure -> Problems.send(ctx, failure));
  }

  private static TenantId tenant(RoutingContext ctx) {
    return Authentication.principal(ctx).tenant();
  }
}
