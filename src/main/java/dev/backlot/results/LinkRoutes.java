package dev.backlot.results;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.StreamScope;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.Job;
import dev.backlot.http.Authentication;
import dev.backlot.http.Problems;
import dev.backlot.http.Routes;
import dev.backlot.port.Jobs;
import dev.backlot.port.Keys;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes links for players. Called with an API key that may read, or with a stream token that covers
 * the job: a page that follows a job may also play it.
 */
public final class LinkRoutes implements Routes {
  private static final Logger LOG = LoggerFactory.getLogger(LinkRoutes.class);
  private static final String API_KEY = "blk_";

  private final Authentication authentication;
  private final Keys keys;
  private final Jobs jobs;
  private final LinkTokens links;
  private final InstantSource clock;

  public LinkRoutes(
      Authentication authentication, Keys keys, Jobs jobs, LinkTokens links, InstantSource clock) {
    this.authentication = authentication;
    this.keys = keys;
    this.jobs = jobs;
    this.links = links;
    this.clock = clock;
  }

  @Override
  public void mount(Router router) {
    Handler<RoutingContext> byKey = authentication.require(Scope.READ);
    router
        .post(OutputPath.TEMPLATE + "/link")
        .handler(
            ctx -> {
              String credential = Authentication.bearer(ctx);
              if (credential == null || credential.startsWith(API_KEY)) {
                byKey.handle(ctx);
              } else {
                byStreamToken(ctx, credential);
              }
            })
        .handler(
            ctx ->
                answer(ctx, Authentication.principal(ctx).tenant(), new StreamScope.WholeTenant()));
  }

  private void byStreamToken(RoutingContext ctx, String credential) {
    keys.streamGrant(credential, clock.instant())
        .onFailure(failure -> Problems.send(ctx, failure))
        .onSuccess(
            grant -> {
              if (grant.isEmpty()) {
                Problems.send(
                    ctx,
                    new BacklotException(
                        ErrorCode.UNAUTHENTICATED, "Send a valid API key or stream token."));
                return;
              }
              answer(ctx, grant.get().tenant(), grant.get().scope());
            });
  }

  private void answer(RoutingContext ctx, TenantId tenant, StreamScope scope) {
    OutputPath.of(ctx)
        .map(path -> mint(tenant, scope, path))
        .orElseGet(() -> Future.failedFuture(OutputPath.noSuchOutput()))
        .onFailure(failure -> Problems.send(ctx, failure))
        .onSuccess(
            link ->
                ctx.response()
                    .putHeader(HttpHeaderNames.CONTENT_TYPE, "application/json")
                    .putHeader(HttpHeaderNames.CACHE_CONTROL, "no-store")
                    .end(link.toBuffer()));
  }

  private Future<JsonObject> mint(TenantId tenant, StreamScope scope, OutputPath path) {
    return jobs.find(tenant, path.job())
        .compose(
            job ->
                job.filter(scope::covers)
                    .map(Future::succeededFuture)
                    .orElseGet(LinkRoutes::noSuchJob))
        .compose(
            job -> {
              if (job.outputs().stream().noneMatch(path::names)) {
                return Future.failedFuture(OutputPath.noSuchOutput());
              }
              LinkTokens.Token token = links.mint(tenant, path, clock.instant());
              LOG.atDebug()
                  .addKeyValue("jobId", path.job())
                  .addKeyValue("output", path.n())
                  .addKeyValue("expiresAt", token.expiresAt())
                  .log("result link made");
              return Future.succeededFuture(
                  new JsonObject()
                      .put("url", path.linked(token.text()))
                      .put("expires_at", token.expiresAt().toString()));
            });
  }

  private static Future<Job> noSuchJob() {
    return Future.failedFuture(OutputPath.noSuchJob());
  }
}
