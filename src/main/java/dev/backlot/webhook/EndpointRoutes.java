package dev.backlot.webhook;

import dev.backlot.config.WebhooksConfig;
import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.EventTypes;
import dev.backlot.domain.webhook.Endpoint;
import dev.backlot.domain.webhook.EndpointChange;
import dev.backlot.domain.webhook.EndpointId;
import dev.backlot.domain.webhook.EndpointKeys;
import dev.backlot.domain.webhook.NewEndpoint;
import dev.backlot.http.Authentication;
import dev.backlot.http.Problems;
import dev.backlot.http.RequestChecks;
import dev.backlot.http.Routes;
import dev.backlot.port.Webhooks;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Make, read, change, remove and try endpoints. One instance per event loop. */
final class EndpointRoutes implements Routes {
  static final String PATH = "/api/v1/webhooks";
  static final String ONE = PATH + "/:id";

  private static final Set<String> ENDS = Set.copyOf(EventTypes.ENDS);

  private final Authentication authentication;
  private final RequestChecks checks;
  private final Webhooks webhooks;
  private final NewKeys newKeys;
  private final TargetGuard guard;
  private final Pings pings;
  private final WebhooksConfig config;
  private final Supplier<UUID> ids;
  private final InstantSource clock;

  EndpointRoutes(
      Authentication authentication,
      RequestChecks checks,
      Webhooks webhooks,
      NewKeys newKeys,
      TargetGuard guard,
      Pings pings,
      WebhooksConfig config,
      Supplier<UUID> ids,
      InstantSource clock) {
    this.authentication = authentication;
    this.checks = checks;
    this.webhooks = webhooks;
    this.newKeys = newKeys;
    this.guard = guard;
    this.pings = pings;
    this.config = config;
    this.ids = ids;
    this.clock = clock;
  }

  @Override
  public void mount(Router router) {
    router
        .post(PATH)
        .handler(authentication.require(Scope.SUBMIT))
        .handler(checks.of("createWebhook"))
        .handler(this::create);
    router
        .get(PATH)
        .handler(authentication.require(Scope.READ))
        .handler(checks.of("listWebhooks"))
        .handler(this::list);
    router
        .get(ONE)
        .handler(authentication.require(Scope.READ))
        .handler(checks.of("getWebhook"))
        .handler(ctx -> withId(ctx, id -> webhooks.find(tenant(ctx), id)));
    router
        .patch(ONE)
        .handler(authentication.require(Scope.SUBMIT))
        .handler(checks.of("changeWebhook"))
        .handler(this::change);
    router
        .delete(ONE)
        .handler(authentication.require(Scope.SUBMIT))
        .handler(checks.of("removeWebhook"))
        .handler(this::remove);
    router
        .post(ONE + "/rotate")
        .handler(authentication.require(Scope.SUBMIT))
        .handler(checks.of("rotateWebhook"))
        .handler(this::rotate);
    router
        .post(ONE + "/ping")
        .handler(authentication.require(Scope.SUBMIT))
        .handler(checks.of("pingWebhook"))
        .handler(this::ping);
  }

  private void create(RoutingContext ctx) {
    JsonObject body = RequestChecks.body(ctx);
    requireAddress(body.getString("url"));
    EndpointId id = new EndpointId(ids.get());
    NewKeys.Fresh keys = newKeys.make(id);
    NewEndpoint endpoint =
        new NewEndpoint(
            id,
            tenant(ctx),
            body.getString("url"),
            body.getString("description"),
            body.containsKey("events") ? events(body) : ENDS,
            EndpointKeys.fresh(keys.sealedKeys(), keys.publicKey()));
    webhooks
        .create(endpoint, config.endpointsMax(), clock.instant())
        .map(made -> made.orElseThrow(this::tooMany))
        .onSuccess(
            made -> {
              ctx.response().putHeader(HttpHeaderNames.LOCATION, PATH + "/" + id);
              show(ctx, 201, made, keys.presented());
            })
        .onFailure(failure -> Problems.send(ctx, failure));
  }

  private void list(RoutingContext ctx) {
    webhooks
        .list(tenant(ctx))
        .onSuccess(
            endpoints -> {
              JsonArray items = new JsonArray();
              Instant now = clock.instant();
              endpoints.forEach(endpoint -> items.add(WebhookJson.of(endpoint, now)));
              ctx.json(new JsonObject().put("items", items));
            })
        .onFailure(failure -> Problems.send(ctx, failure));
  }

  private void change(RoutingContext ctx) {
    JsonObject body = RequestChecks.body(ctx);
    if (body.containsKey("url")) {
      requireAddress(body.getString("url"));
    }
    EndpointChange change =
        new EndpointChange(
            body.getString("url"),
            body.getString("description"),
            body.containsKey("events") ? events(body) : null,
            body.getBoolean("enabled"));
    Instant since = since(body);
    withId(
        ctx,
        id ->
            webhooks
                .find(tenant(ctx), id)
                .map(EndpointRoutes::found)
                .compose(
                    endpoint -> {
                      requireChangeable(endpoint, body);
                      return since == null
                          ? webhooks.change(tenant(ctx), id, change, clock.instant())
                          : webhooks.resume(
                              tenant(ctx), id, change, since, config.waitingMax(), clock.instant());
                    }));
  }

  /** From when on it is told what it has missed; null for nothing of that. */
  private static @Nullable Instant since(JsonObject body) {
    String since = body.getString("since");
    if (since == null) {
      return null;
    }
    if (!body.getBoolean("enabled", false)) {
      throw BacklotException.ofField(
          ErrorCode.INVALID_REQUEST, "/since", "It goes with \"enabled\": true only.");
    }
    return OffsetDateTime.parse(since).toInstant();
  }

  /** What jobs have said is not changed for all of them. */
  private static void requireChangeable(Endpoint endpoint, JsonObject body) {
    for (String field : List.of("url", "events")) {
      if (endpoint.forJobs() && body.containsKey(field)) {
        throw BacklotException.ofField(
            ErrorCode.INVALID_REQUEST, "/" + field, "It is what jobs have said of themselves.");
      }
    }
  }

  private void remove(RoutingContext ctx) {
    id(ctx)
        .compose(id -> webhooks.remove(tenant(ctx), id, clock.instant()))
        .onSuccess(
            removed -> {
              if (removed) {
                ctx.response().setStatusCode(204).end();
              } else {
                Problems.send(ctx, notFound());
              }
            })
        .onFailure(failure -> Problems.send(ctx, failure));
  }

  private void rotate(RoutingContext ctx) {
    Instant now = clock.instant();
    id(ctx)
        .compose(
            id -> {
              NewKeys.Fresh keys = newKeys.make(id);
              // One for jobs is not found here: it has no keys of its own.
              return webhooks
                  .rotate(
                      tenant(ctx),
                      id,
                      keys.sealedKeys(),
                      keys.publicKey(),
                      now.plus(config.rotation()),
                      now)
                  .map(EndpointRoutes::found)
                  .onSuccess(endpoint -> show(ctx, 200, endpoint, keys.presented()));
            })
        .onFailure(failure -> Problems.send(ctx, failure));
  }

  /** Sent whether it is enabled or not: what it answers is how its tenant finds out. */
  private void ping(RoutingContext ctx) {
    Instant start = clock.instant();
    id(ctx)
        .compose(id -> webhooks.find(tenant(ctx), id))
        .map(EndpointRoutes::found)
        .compose(pings::send)
        .map(EndpointRoutes::tried)
        .onSuccess(
            outcome ->
                ctx.json(
                    new JsonObject()
                        .put("delivered", outcome.isDelivered())
                        .put("outcome", outcome.kind().name().toLowerCase(Locale.ROOT))
                        .put("status", outcome.status())
                        .put("took_ms", clock.instant().toEpochMilli() - start.toEpochMilli())))
        .onFailure(failure -> Problems.send(ctx, failure));
  }

  private static Outcome tried(Outcome outcome) {
    if (!outcome.isTried()) {
      throw new BacklotException(
          ErrorCode.RATE_LIMITED, "Too many of your names are being looked up. Try again later.");
    }
    return outcome;
  }

  private void withId(RoutingContext ctx, Function<EndpointId, Future<Optional<Endpoint>>> work) {
    id(ctx)
        .compose(work)
        .map(EndpointRoutes::found)
        .onSuccess(endpoint -> show(ctx, 200, endpoint, null))
        .onFailure(failure -> Problems.send(ctx, failure));
  }

  /** The only place where a secret is ever shown. */
  private void show(RoutingContext ctx, int status, Endpoint endpoint, @Nullable String secret) {
    JsonObject json = WebhookJson.of(endpoint, clock.instant());
    if (secret != null) {
      json.put("secret", secret);
    }
    ctx.response()
        .setStatusCode(status)
        .putHeader(HttpHeaderNames.CONTENT_TYPE, "application/json")
        .putHeader(HttpHeaderNames.CACHE_CONTROL, "no-store")
        .end(json.toBuffer());
  }

  private void requireAddress(String url) {
    guard
        .problem(url)
        .ifPresent(
            problem -> {
              throw BacklotException.ofField(
                  ErrorCode.INVALID_REQUEST, "/url", "must be " + problem);
            });
  }

  private BacklotException tooMany() {
    return new BacklotException(
        ErrorCode.TOO_MANY_WEBHOOKS,
        "A tenant may have "
            + config.endpointsMax()
            + " webhooks; remove one, or use one for several events.");
  }

  private static Set<String> events(JsonObject body) {
    return body.getJsonArray("events").stream()
        .map(String::valueOf)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static TenantId tenant(RoutingContext ctx) {
    return Authentication.principal(ctx).tenant();
  }

  /** What is no id names no endpoint, like an id of another tenant. */
  static Future<EndpointId> id(RoutingContext ctx) {
    return EndpointId.parse(ctx.pathParam("id"))
        .map(Future::succeededFuture)
        .orElseGet(() -> Future.failedFuture(notFound()));
  }

  static Endpoint found(Optional<Endpoint> endpoint) {
    return endpoint.orElseThrow(EndpointRoutes::notFound);
  }

  static BacklotException notFound() {
    return new BacklotException(
        ErrorCode.WEBHOOK_NOT_FOUND, "GET /api/v1/webhooks lists those that are there.");
  }
}
