package dev.backlot.stream;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.Principal;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.StreamScope;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.batch.BatchId;
import dev.backlot.domain.job.Job;
import dev.backlot.domain.job.JobId;
import dev.backlot.http.Authentication;
import dev.backlot.http.Problems;
import dev.backlot.http.RequestChecks;
import dev.backlot.http.Routes;
import dev.backlot.port.EventLog;
import dev.backlot.port.StreamTokens;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Short-lived tokens for browsers: minted, listed and revoked by a tenant's back end. A whole
 * tenant is only covered when the request says so in words.
 */
public final class TokenRoutes implements Routes {
  private static final Logger LOG = LoggerFactory.getLogger(TokenRoutes.class);
  private static final String PATH = "/api/v1/stream/tokens";
  private static final long TTL_SECONDS_DEFAULT = 600;
  private static final Pattern ID = Pattern.compile("[a-z0-9]{12}");

  private final Authentication authentication;
  private final RequestChecks checks;
  private final StreamTokens tokens;
  private final EventLog log;
  private final int liveMax;
  private final InstantSource clock;

  /**
   * @param liveMax most live tokens of a tenant
   */
  public TokenRoutes(
      Authentication authentication,
      RequestChecks checks,
      StreamTokens tokens,
      EventLog log,
      int liveMax,
      InstantSource clock) {
    this.authentication = authentication;
    this.checks = checks;
    this.tokens = tokens;
    this.log = log;
    this.liveMax = liveMax;
    this.clock = clock;
  }

  @Override
  public void mount(Router router) {
    router
        .post(PATH)
        .handler(authentication.require(Scope.STREAM))
        .handler(checks.of("mintStreamToken"))
        .handler(this::mint);
    router
        .get(PATH)
        .handler(authentication.require(Scope.STREAM))
        .handler(checks.of("listStreamTokens"))
        .handler(this::list);
    router
        .delete(PATH + "/:id")
        .handler(authentication.require(Scope.STREAM))
        .handler(checks.of("revokeStreamToken"))
        .handler(this::revoke);
  }

  private void mint(RoutingContext ctx) {
    JsonObject body = RequestChecks.body(ctx);
    Principal caller = Authentication.principal(ctx);
    TenantId tenant = caller.tenant();
    Instant now = clock.instant();
    Instant expiresAt = now.plusSeconds(body.getLong("ttl_seconds", TTL_SECONDS_DEFAULT));
    scope(tenant, body)
        .compose(scope -> tokens.mint(tenant, caller.keyId(), scope, now, expiresAt, liveMax))
        .onSuccess(token -> answer(ctx, 201, TokenJson.minted(token)))
        .onFailure(failure -> Problems.send(ctx, failure));
  }

  private void list(RoutingContext ctx) {
    JsonObject parameters = RequestChecks.parameters(ctx);
    tokens
        .live(
            Authentication.principal(ctx).tenant(),
            parameters.getString("cursor"),
            parameters.getInteger("limit"),
            clock.instant())
        .onSuccess(page -> answer(ctx, 200, TokenJson.page(page)))
        .onFailure(failure -> Problems.send(ctx, failure));
  }

  private void revoke(RoutingContext ctx) {
    String id = ctx.pathParam("id");
    if (!ID.matcher(id).matches()) {
      Problems.send(ctx, noSuchToken());
      return;
    }
    tokens
        .revoke(Authentication.principal(ctx).tenant(), id, clock.instant())
        .onSuccess(ended -> revoked(ctx, id, ended))
        .onFailure(failure -> Problems.send(ctx, failure));
  }

  private static void revoked(RoutingContext ctx, String id, boolean ended) {
    if (!ended) {
      Problems.send(ctx, noSuchToken());
      return;
    }
    LOG.atDebug().addKeyValue("credential", id).log("a stream token was revoked");
    ctx.response().setStatusCode(204).end();
  }

  private Future<StreamScope> scope(TenantId tenant, JsonObject body) {
    if (Stream.of("jobs", "batch", "tenant").filter(body::containsKey).count() != 1) {
      return Future.failedFuture(
          BacklotException.ofField(
              ErrorCode.INVALID_REQUEST,
              "/jobs",
              "Name either jobs, or a batch, or \"tenant\": true."));
    }
    if (body.containsKey("tenant")) {
      return Future.succeededFuture(new StreamScope.WholeTenant());
    }
    if (body.containsKey("batch")) {
      return Future.succeededFuture(body.getString("batch")).compose(name -> ofBatch(tenant, name));
    }
    return Future.succeededFuture(body.getValue("jobs"))
        .map(ClientMessage::jobs)
        .compose(jobs -> ofJobs(tenant, jobs));
  }

  private Future<StreamScope> ofBatch(TenantId tenant, String name) {
    BatchId id = Subscribe.batch(name);
    return log.head(tenant, id)
        .map(found -> found.orElseThrow(() -> Beginnings.unknown(id)))
        .map(head -> new StreamScope.OfBatch(id));
  }

  private Future<StreamScope> ofJobs(TenantId tenant, Set<JobId> jobs) {
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

  private static void answer(RoutingContext ctx, int status, JsonObject body) {
    ctx.response()
        .setStatusCode(status)
        .putHeader(HttpHeaderNames.CONTENT_TYPE, "application/json")
        .putHeader(HttpHeaderNames.CACHE_CONTROL, "no-store")
        .end(body.toBuffer());
  }

  private static BacklotException noSuchToken() {
    return new BacklotException(
        ErrorCode.TOKEN_NOT_FOUND,
        "No live token of yours has this id. It is the id of its answer, not the token itself.");
  }
}
