package dev.backlot.simulator;

import dev.backlot.config.SimulatorFault.Kind;
import dev.backlot.config.SimulatorQuirks;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;

/**
 * The calls that are answered at once. Like creates, each that arrives is booked exactly once:
 * done, refused, dropped, or late and then one of the first two. Event loop only.
 */
final class CallRoutes {
  private final Studio studio;
  private final FaultPlan faults;
  private final Authenticator authenticator;
  private final SimulatorClock clock;
  private final Answers answers;
  private final CallJson callJson;
  private final Journal journal;
  private final int bodyMax;
  private final SimulatorQuirks quirks;
  private final Pace pace;
  private final CallCounts counts;

  CallRoutes(
      Studio studio,
      FaultPlan faults,
      Authenticator authenticator,
      SimulatorClock clock,
      Answers answers,
      CallJson callJson,
      Journal journal,
      int bodyMax,
      SimulatorQuirks quirks,
      Pace pace) {
    this.studio = studio;
    this.faults = faults;
    this.authenticator = authenticator;
    this.clock = clock;
    this.answers = answers;
    this.callJson = callJson;
    this.journal = journal;
    this.bodyMax = bodyMax;
    this.quirks = quirks;
    this.pace = pace;
    this.counts = studio.counts().calls();
  }

  void mount(Router router) {
    for (Product call : Product.calls()) {
      router
          .post(call.path())
          .handler(BodyHandler.create(false).setBodyLimit(bodyMax))
          .handler(Bodies::parseLarge)
          .handler(ctx -> answer(ctx, call));
    }
  }

  private void answer(RoutingContext ctx, Product call) {
    studio.counts().requested("call " + call.label());
    counts.received(call);
    HttpServerResponse response = ctx.response();
    Mishaps mishaps = Mishaps.NONE;
    try {
      JsonObject json = Bodies.object(ctx);
      CreateBody body = CreateBody.of(call, "", json, quirks, studio);
      mishaps = faults.onCall(body.prompt(), studio.catchUp());
      Mishap first = mishaps.first();
      if (first != null) {
        endEarly(response, call, first);
        return;
      }
      pace.take(studio.catchUp());
      authenticator.check(ctx.request().getHeader("Authorization"), clock.wallTime());
      accept(ctx, body.check(), mishaps);
    } catch (Refusal refusal) {
      counts.refused(call, refusal.error().code());
      answers.refuse(response, refusal, mishaps);
    }
  }

  private void accept(RoutingContext ctx, TaskRequest request, Mishaps mishaps) {
    Mishap late = mishaps.of(Kind.LATE);
    if (late != null) {
      studio.acceptLater(request, mishaps.onTask(), late.delay());
      answers.leave(ctx.response(), late.leave());
      return;
    }
    Task task = studio.accept(request, mishaps.onTask());
    JsonObject data = callJson.answer(task, request.product().call(), QueryRoutes.origin(ctx));
    journal.written().onComplete(written -> reply(ctx.response(), data, mishaps));
  }

  private void reply(HttpServerResponse response, JsonObject data, Mishaps mishaps) {
    Mishap lost = mishaps.of(Kind.LOST);
    if (lost != null) {
      answers.leave(response, lost.leave());
      return;
    }
    answers.succeed(response, data, mishaps);
  }

  private void endEarly(HttpServerResponse response, Product call, Mishap first) {
    switch (first.kind()) {
      case ERROR -> counts.refused(call, Answers.refusal(first.code()).error().code());
      case MODERATE -> counts.refused(call, KlingError.CONTENT_POLICY.code());
      default -> counts.dropped(call);
    }
    answers.misbehave(response, first);
  }
}
