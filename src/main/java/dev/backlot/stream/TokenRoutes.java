package dev.backlot.stream;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.Principal;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.StreamScope;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.Job;
import dev.backlot.domain.job.JobId;
import dev.backlot.http.Authentication;
import dev.backlot.http.Problems;
import dev.backlot.http.RequestChecks;
import dev.backlot.http.Routes;
import dev.backlot.port.EventLog;
import dev.backlot.port.Keys;
import dev.backlot.port.Keys.NewToken;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;

/**
 * Short-lived tokens for browsers, minted by a tenant's back end. A whole tenant is only covered
 * when the request says so in words.
 */
public final class TokenRoutes implements Routes {
  private static final long TTL_SECONDS_DEFAULT = 600;

  private final Authentication authentication;
  private final RequestChecks checks;
  private final Keys keys;
  private final EventLog log;
  private final InstantSource clock;

  public TokenRoutes(
      Authentication authentication,
      RequestChecks checks,
      Keys keys,
      EventLog log,
      InstantSource clock) {
    this.authentication = authentication;
    this.checks = checks;
    this.keys = keys;
    this.log = log;
    this.clock = clock;
  }

  @Override
  public void mount(Router router) {
    router
        .post("/api/v1/stream/tokens")
        .handler(authentication.require(Scope.STREAM))
        .handler(checks.of("mintStreamToken"))
        .handler(this::mint);
  }

  private void mint(RoutingContext ctx) {
    JsonObject body = RequestChecks.body(ctx);
    Principal caller = Authentication.principal(ctx);
    TenantId tenant = caller.tenant();
    Instant now = clock.instant();
    Instant expiresAt = now.plusSeconds(body.getLong("ttl_seconds", TTL_SECONDS_DEFAULT));
    scope(tenant, body)
        .compose(scope -> keys.mintStreamToken(tenant, caller.keyId(), scope, now, expiresAt))
        .onSuccess(token -> answer(ctx, token))
        .onFailure(failure -> Problems.send(ctx, failure));
  }

  private Future<StreamScope> scope(TenantId tenant, JsonObject body) {
    if (body.containsKey("tenant") == body.containsKey("jobs")) {
      return Future.failedFuture(
          BacklotException.ofField(
              ErrorCode.INVALID_REQUEST, "/jobs", "Name either jobs or \"tenant\": true."));
    }
    if (body.containsKey("tenant")) {
      return Future.succeededFuture(new StreamScope.WholeTenant());
    }
    return Future.succeededFuture(body.getValue("jobs"))
        .map(ClientMessage::jobs)
        .compose(jobs -> requireOwn(tenant, jobs));
  }

  private Future<StreamScope> requireOwn(TenantId tenant, Set<JobId> jobs) {
    return log.snapshot(tenant, jobs, jobs.size())
        .map(
            found -> {
              Set<JobId> missing = new HashSet<>(jobs);
              found.jobs().stream().map(Job::id).forEach(missing::remove);
              if (!missing.isEmpty()) {
                throw Beginnings.unknown(missing);
              }
              return new StreamScope.Jobs(jobs);
            });
  }

  /** The only place where the token is ever shown. */
  private static void answer(RoutingContext ctx, NewToken token) {
    ctx.response()
        .setStatusCode(201)
        .putHeader(HttpHeaderNames.CONTENT_TYPE, "application/json")
        .putHeader(HttpHeaderNames.CACHE_CONTROL, "no-store")
        .end(
            new JsonObject()
                .put("token", token.presented())
                .put("expires_at", token.expiresAt().toString())
                .toBuffer());
  }
}
