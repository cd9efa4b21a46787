package dev.backlot.simulator;

import dev.backlot.config.SimulatorFault.Kind;
import dev.backlot.config.SimulatorQuirks;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;

/**
 * The creates of both dialects. Every one that arrives is booked exactly once: accepted, refused,
 * dropped, or late and then one of the first two. Event loop only.
 */
final class CreateRoutes {
  private final Studio studio;
  private final FaultPlan faults;
  private final Authenticator authenticator;
  private final SimulatorClock clock;
  private final Answers answers;
  private final Journal journal;
  private final int bodyMax;
  private final SimulatorQuirks quirks;
  private final Pace pace;

  CreateRoutes(
      Studio studio,
      FaultPlan faults,
      Authenticator authenticator,
      SimulatorClock clock,
      Answers answers,
      Journal journal,
      int bodyMax,
      SimulatorQuirks quirks,
      Pace pace) {
    this.studio = studio;
    this.faults = faults;
    this.authenticator = authenticator;
    this.clock = clock;
    this.answers = answers;
    this.journal = journal;
    this.bodyMax = bodyMax;
    this.quirks = quirks;
    this.pace = pace;
  }

  void mount(Router router) {
    for (Product product : Product.all()) {
      router
          .post(product.isLegacy() ? product.path() : product.path() + "/:model")
          .handler(BodyHandler.create(false).setBodyLimit(bodyMax))
          .handler(Bodies::parseLarge)
          .handler(ctx -> create(ctx, product));
    }
  }

  private void create(RoutingContext ctx, Product product) {
    studio.counts().requested("create " + product.label());
    studio.counts().received();
    HttpServerResponse response = ctx.response();
    Mishaps mishaps = Mishaps.NONE;
    try {
      String model = product.isLegacy() ? "" : ctx.pathParam("model");
      JsonObject json = Bodies.object(ctx);
      CreateBody body = CreateBody.of(product, model, json, quirks, studio);
      mishaps = faults.onCreate(body.prompt(), body.externalId(), studio.catchUp());
      Mishap first = mishaps.first();
      if (first != null) {
        endEarly(response, first);
        return;
      }
      pace.take(studio.catchUp());
      authenticate(ctx, product);
      TaskRequest request = body.check();
      Deletion.refuse(json, studio);
      accept(response, request.from(QueryRoutes.origin(ctx)), mishaps);
    } catch (Refusal refusal) {
      studio.counts().refused(refusal.error().code());
      answers.refuse(response, refusal, mishaps);
    }
  }

  private void authenticate(RoutingContext ctx, Product product) {
    String authorization = ctx.request().getHeader("Authorization");
    if (product.isLegacy()) {
      authenticator.check(authorization, clock.wallTime());
    } else {
      authenticator.checkApiKey(authorization);
    }
  }

  private void accept(HttpServerResponse response, TaskRequest request, Mishaps mishaps) {
    Mishap late = mishaps.of(Kind.LATE);
    if (late != null) {
      studio.acceptLater(request, mishaps.onTask(), late.delay());
      answers.leave(response, late.leave());
      return;
    }
    Task task = studio.accept(request, mishaps.onTask());
    journal.written().onComplete(written -> reply(response, task, mishaps));
  }

  private void reply(HttpServerResponse response, Task task, Mishaps mishaps) {
    Mishap lost = mishaps.of(Kind.LOST);
    if (lost != null) {
      answers.leave(response, lost.leave());
      return;
    }
    answers.succeed(response, TaskJson.created(task), mishaps);
  }

  private void endEarly(HttpServerResponse response, Mishap first) {
    switch (first.kind()) {
      case ERROR -> studio.counts().refused(Answers.refusal(first.code()).error().code());
      case MODERATE -> studio.counts().refused(KlingError.CONTENT_POLICY.code());
      default -> studio.counts().dropped();
    }
    answers.misbehave(response, first);
  }
}
