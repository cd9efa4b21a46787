package dev.backlot.webhook;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.webhook.DeliveryState;
import dev.backlot.domain.webhook.Endpoint;
import dev.backlot.domain.webhook.EndpointId;
import dev.backlot.http.Authentication;
import dev.backlot.http.Problems;
import dev.backlot.http.RequestChecks;
import dev.backlot.http.Routes;
import dev.backlot.port.Webhooks;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** What has become of deliveries, and sending them again. One instance per event loop. */
final class DeliveryRoutes implements Routes {
  private static final String PATH = EndpointRoutes.ONE + "/deliveries";

  private final Authentication authentication;
  private final RequestChecks checks;
  private final Webhooks webhooks;
  private final int waitingMax;

  DeliveryRoutes(
      Authentication authentication, RequestChecks checks, Webhooks webhooks, int waitingMax) {
    this.authentication = authentication;
    this.checks = checks;
    this.webhooks = webhooks;
    this.waitingMax = waitingMax;
  }

  @Override
  public void mount(Router router) {
    router
        .get(PATH)
        .handler(authentication.require(Scope.READ))
        .handler(checks.of("listDeliveries"))
        .handler(this::list);
    router
        .post(PATH + "/:delivery/replay")
        .handler(authentication.require(Scope.SUBMIT))
        .handler(checks.of("replayDelivery"))
        .handler(this::replay);
    router
        .post(EndpointRoutes.ONE + "/replay")
        .handler(authentication.require(Scope.SUBMIT))
        .handler(checks.of("replayFailedDeliveries"))
        .handler(this::replayFailed);
  }

  private void list(RoutingContext ctx) {
    TenantId tenant = Authentication.principal(ctx).tenant();
    JsonObject parameters = RequestChecks.parameters(ctx);
    String state = parameters.getString("state");
    long before = before(tenant, parameters.getString("cursor"));
    find(ctx, tenant)
        .compose(
            endpoint ->
                webhooks.deliveries(
                    tenant,
                    endpoint.id(),
                    state == null ? null : DeliveryState.parse(state),
                    before,
                    parameters.getInteger("limit")))
        .onSuccess(
            page -> {
              JsonArray items = new JsonArray();
              page.items().forEach(delivery -> items.add(WebhookJson.of(delivery)));
              String next = page.nextCursor();
              ctx.json(
                  new JsonObject()
                      .put("items", items)
                      .put(
                          "next_cursor",
                          next == null ? null : DeliveryIds.text(tenant, Long.parseLong(next))));
            })
        .onFailure(failure -> Problems.send(ctx, failure));
  }

  private void replay(RoutingContext ctx) {
    TenantId tenant = Authentication.principal(ctx).tenant();
    long position = DeliveryIds.parse(tenant, ctx.pathParam("delivery")).orElse(-1);
    enabled(ctx, tenant)
        .compose(
            endpoint ->
                webhooks
                    .replay(tenant, endpoint.id(), position, waitingMax)
                    .map(replayed -> replayed.orElseThrow(() -> notReplayed(endpoint))))
        .onSuccess(
            delivery -> {
              ctx.response().setStatusCode(202);
              ctx.json(WebhookJson.of(delivery));
            })
        .onFailure(failure -> Problems.send(ctx, failure));
  }

  private BacklotException notReplayed(Endpoint endpoint) {
    return endpoint.waiting() >= waitingMax
        ? new BacklotException(
            ErrorCode.RATE_LIMITED, "As many deliveries wait already as may. Replay it later.")
        : new BacklotException(
            ErrorCode.DELIVERY_NOT_FOUND,
            "The webhook's deliveries are listed for as long as they are kept.");
  }

  private void replayFailed(RoutingContext ctx) {
    TenantId tenant = Authentication.principal(ctx).tenant();
    JsonObject body = RequestChecks.body(ctx);
    enabled(ctx, tenant)
        .compose(
            endpoint ->
                webhooks.replayFailed(
                    tenant,
                    endpoint.id(),
                    OffsetDateTime.parse(body.getString("since")).toInstant(),
                    waitingMax))
        .onSuccess(
            replayed -> {
              ctx.response().setStatusCode(202);
              ctx.json(new JsonObject().put("replayed", replayed));
            })
        .onFailure(failure -> Problems.send(ctx, failure));
  }

  private Future<Endpoint> enabled(RoutingContext ctx, TenantId tenant) {
    return find(ctx, tenant)
        .map(
            endpoint -> {
              if (!endpoint.isEnabled()) {
                throw new BacklotException(
                    ErrorCode.WEBHOOK_DISABLED, "Enable the webhook first: PATCH it.");
              }
              return endpoint;
            });
  }

  private Future<Endpoint> find(RoutingContext ctx, TenantId tenant) {
    Future<EndpointId> id = EndpointRoutes.id(ctx);
    return id.compose(named -> webhooks.find(tenant, named)).map(EndpointRoutes::found);
  }

  private static long before(TenantId tenant, @Nullable String cursor) {
    if (cursor == null) {
      return Long.MAX_VALUE;
    }
    return DeliveryIds.parse(tenant, cursor)
        .orElseThrow(
            () ->
                BacklotException.ofField(
                    ErrorCode.INVALID_REQUEST,
                    "query:cursor",
                    "The cursor must be the next_cursor of an earlier page."));
  }
}
