package dev.backlot.call;

import dev.backlot.domain.Page;
import dev.backlot.domain.access.Principal;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.call.Call;
import dev.backlot.http.Authentication;
import dev.backlot.http.CallAnswer;
import dev.backlot.http.CallJson;
import dev.backlot.http.LongAnswers;
import dev.backlot.http.Problems;
import dev.backlot.http.RequestChecks;
import dev.backlot.http.Routes;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;

/** Make, read and list calls. One instance per event loop. */
public final class CallRoutes implements Routes {
  private static final String PATH = "/api/v1/calls";

  private final Authentication authentication;
  private final RequestChecks checks;
  private final CallCommands commands;

  public CallRoutes(Authentication authentication, RequestChecks checks, CallCommands commands) {
    this.authentication = authentication;
    this.checks = checks;
    this.commands = commands;
  }

  @Override
  public void mount(Router router) {
    router
        .post(PATH + "/:call")
        .handler(authentication.require(Scope.SUBMIT))
        .handler(checks.ofLarge("makeCall"))
        .handler(this::make);
    router
        .get(PATH)
        .handler(authentication.require(Scope.READ))
        .handler(checks.of("listCalls"))
        .handler(this::list);
    router
        .get(PATH + "/:id")
        .handler(authentication.require(Scope.READ))
        .handler(checks.of("getCall"))
        .handler(this::find);
  }

  private void make(RoutingContext ctx) {
    Principal caller = Authentication.principal(ctx);
    String key = RequestChecks.parameters(ctx).getString("Idempotency-Key");
    Map<String, Object> input = RequestChecks.body(ctx).getJsonObject("input").getMap();
    checks
        .work(ctx, () -> commands.read(caller, ctx.pathParam("call"), input, key), commands::make)
        .compose(answer -> written(ctx, answer).onSuccess(json -> done(ctx, answer, json)))
        .onFailure(failure -> Problems.send(ctx, failure));
  }

  private static Future<Buffer> written(RoutingContext ctx, CallAnswer answer) {
    return LongAnswers.work(ctx.vertx(), answer, () -> CallJson.of(answer).toBuffer());
  }

  private static void done(RoutingContext ctx, CallAnswer answer, Buffer json) {
    if (answer instanceof CallAnswer.Made made) {
      if (made.replayed()) {
        ctx.response().putHeader("Idempotent-Replayed", "true");
      }
      ctx.response().putHeader(HttpHeaderNames.LOCATION, PATH + "/" + made.call().id());
    }
    send(ctx, json);
  }

  private void find(RoutingContext ctx) {
    commands
        .find(Authentication.principal(ctx).tenant(), ctx.pathParam("id"))
        .compose(answer -> written(ctx, answer))
        .onSuccess(json -> send(ctx, json))
        .onFailure(failure -> Problems.send(ctx, failure));
  }

  private void list(RoutingContext ctx) {
    JsonObject parameters = RequestChecks.parameters(ctx);
    commands
        .list(
            Authentication.principal(ctx).tenant(),
            parameters.getString("cursor"),
            parameters.getInteger("limit"))
        .onSuccess(page -> send(ctx, json(page).toBuffer()))
        .onFailure(failure -> Problems.send(ctx, failure));
  }

  private static JsonObject json(Page<Call> page) {
    JsonArray items = new JsonArray();
    page.items().forEach(call -> items.add(CallJson.of(call)));
    return new JsonObject().put("items", items).put("next_cursor", page.nextCursor());
  }

  private static void send(RoutingContext ctx, Buffer json) {
    ctx.response()
        .putHeader(HttpHeaderNames.CONTENT_TYPE, "application/json")
        .putHeader(HttpHeaderNames.CACHE_CONTROL, "no-store")
        .end(json);
  }
}
