package dev.backlot.stream;

import dev.backlot.config.Secret;
import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.StreamScope;
import dev.backlot.domain.access.TenantId;
import dev.backlot.http.Problems;
import dev.backlot.http.Routes;
import dev.backlot.port.StreamTokens;
import dev.backlot.port.StreamTokens.NewToken;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpUtil;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives the page on this machine its credentials: a short-lived stream token, and the demo key with
 * which it submits jobs (the same that start-up prints). Mounted in the development profile only.
 *
 * <p>The content type makes a browser ask before it sends the request across origins, and only the
 * pages of our own nodes may read the answer; {@link LocalCaller} refuses the rest. To those it
 * does not exist.
 */
public final class DevelopmentRoutes implements Routes {
  static final Duration TOKEN_LIFETIME = Duration.ofMinutes(10);

  private final StreamTokens tokens;
  private final TenantId tenant;
  private final String keyId;
  private final Secret demoKey;
  private final List<String> nodes;
  private final int liveMax;
  private final InstantSource clock;

  /**
   * @param keyId public part of the demo key, with which the tokens die
   * @param nodes that the page may use
   * @param liveMax most live tokens of the tenant
   */
  public DevelopmentRoutes(
      StreamTokens tokens,
      TenantId tenant,
      String keyId,
      Secret demoKey,
      List<String> nodes,
      int liveMax,
      InstantSource clock) {
    this.tokens = tokens;
    this.tenant = tenant;
    this.keyId = keyId;
    this.demoKey = demoKey;
    this.nodes = List.copyOf(nodes);
    this.liveMax = liveMax;
    this.clock = clock;
  }

  @Override
  public void mount(Router router) {
    router.post("/dev/session").handler(this::open);
  }

  private void open(RoutingContext ctx) {
    if (!LocalCaller.isTrusted(ctx.request(), nodes)) {
      Problems.send(
          ctx, new BacklotException(ErrorCode.NOT_FOUND, "There is nothing here for you."));
      return;
    }
    if (!isJson(ctx.request().getHeader(HttpHeaderNames.CONTENT_TYPE))) {
      Problems.send(
          ctx,
          new BacklotException(
              ErrorCode.UNSUPPORTED_MEDIA_TYPE, "Send 'Content-Type: application/json'."));
      return;
    }
    Instant now = clock.instant();
    tokens
        .mint(tenant, keyId, new StreamScope.WholeTenant(), now, now.plus(TOKEN_LIFETIME), liveMax)
        .onSuccess(token -> answer(ctx, token))
        .onFailure(failure -> Problems.send(ctx, failure));
  }

  private static boolean isJson(@Nullable String type) {
    return type != null
        && HttpUtil.getMimeType(type).toString().strip().equalsIgnoreCase("application/json");
  }

  private void answer(RoutingContext ctx, NewToken token) {
    ctx.response()
        .putHeader(HttpHeaderNames.CONTENT_TYPE, "application/json")
        .putHeader(HttpHeaderNames.CACHE_CONTROL, "no-store")
        .end(
            new JsonObject()
                .put("token", token.presented())
                .put("expires_at", token.expiresAt().toString())
                .put("api_key", demoKey.value())
                .put("nodes", new JsonArray(nodes))
                .toBuffer());
  }
}
