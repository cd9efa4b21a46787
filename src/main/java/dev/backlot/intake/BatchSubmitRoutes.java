package dev.backlot.intake;

import dev.backlot.bus.Addresses;
import dev.backlot.bus.Addresses.JobsQueued;
import dev.backlot.bus.Addresses.LogAdvanced;
import dev.backlot.bus.Bus;
import dev.backlot.config.IntakeConfig;
import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.Principal;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.batch.BatchAdmission;
import dev.backlot.domain.batch.BatchId;
import dev.backlot.domain.batch.NewBatch;
import dev.backlot.domain.catalog.Catalog;
import dev.backlot.domain.catalog.Reach;
import dev.backlot.domain.job.Uuid7;
import dev.backlot.http.Authentication;
import dev.backlot.http.BatchBodies;
import dev.backlot.http.BatchJson;
import dev.backlot.http.BatchProblems;
import dev.backlot.http.Problems;
import dev.backlot.http.RequestChecks;
import dev.backlot.http.Routes;
import dev.backlot.port.Batches;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.function.Supplier;

/** Takes batches in. One instance per event loop. */
public final class BatchSubmitRoutes implements Routes {
  private final Authentication authentication;
  private final RequestChecks checks;
  private final BatchBodies bodies;
  private final BatchRequests requests;
  private final UsedOutputs used;
  private final WebhookAddresses webhooks;
  private final Batches batches;
  private final Bus bus;
  private final InstantSource clock;

  /**
   * @param reach of the accounts that run what is submitted; what they cannot carry is refused
   */
  public BatchSubmitRoutes(
      Authentication authentication,
      RequestChecks checks,
      BatchBodies bodies,
      Supplier<Catalog> catalogs,
      Reach reach,
      UsedOutputs used,
      WebhookAddresses webhooks,
      IntakeConfig config,
      Uuid7 ids,
      Batches batches,
      Bus bus,
      InstantSource clock) {
    this.authentication = authentication;
    this.checks = checks;
    this.bodies = bodies;
    this.requests = new BatchRequests(catalogs, reach, webhooks, config, ids);
    this.used = used;
    this.webhooks = webhooks;
    this.batches = batches;
    this.bus = bus;
    this.clock = clock;
  }

  @Override
  public void mount(Router router) {
    router
        .post(BatchJson.PATH)
        .handler(authentication.require(Scope.SUBMIT))
        .handler(checks.ofHead("submitBatch"))
        .handler(this::submit);
  }

  private void submit(RoutingContext ctx) {
    String key = RequestChecks.parameters(ctx).getString("Idempotency-Key");
    Principal caller = Authentication.principal(ctx);
    bodies.read(
        ctx,
        body -> requests.read(caller, body, key, clock.instant()),
        request -> store(ctx, request));
  }

  private Future<?> store(RoutingContext ctx, BatchRequests.Request read) {
    return used.find(read.batch().tenant(), read.batch().jobs())
        .map(read::using)
        .compose(request -> storeFound(ctx, request));
  }

  private Future<?> storeFound(RoutingContext ctx, BatchRequests.Request request) {
    if (request.refused()) {
      refuseItems(ctx, request);
      return Future.succeededFuture();
    }
    NewBatch batch = request.batch();
    return webhooks
        .addressed(batch.tenant(), batch.jobs())
        .compose(jobs -> batches.admit(batch.with(jobs)))
        .onSuccess(admission -> answer(ctx, request, admission))
        .recover(failure -> fail(ctx, request.batch().id(), failure));
  }

  private static void refuseItems(RoutingContext ctx, BatchRequests.Request request) {
    int wrong = request.batch().refused().size();
    String detail =
        "%d of %d items are wrong; nothing was stored. With \"accept\": \"valid\" the others are taken."
            .formatted(wrong, request.batch().items());
    Problems.send(
        ctx,
        new BacklotException(ErrorCode.ITEMS_REFUSED, detail),
        new JsonObject()
            .put("errors", BatchJson.refused(request.batch().refused(), BatchRequests.LISTED))
            .put("errors_total", wrong));
  }

  private void answer(RoutingContext ctx, BatchRequests.Request request, BatchAdmission admission) {
    if (admission instanceof BatchAdmission.Accepted accepted) {
      bus.publish(Addresses.JOBS_QUEUED, new JobsQueued(accepted.jobs()));
      bus.publish(Addresses.LOG_ADVANCED, new LogAdvanced(0));
      accept(ctx, accepted.id(), request.answer().encode());
    } else if (admission instanceof BatchAdmission.Replayed replayed) {
      ctx.response().putHeader("Idempotent-Replayed", "true");
      accept(ctx, replayed.id(), replayed.answer());
    } else {
      BatchProblems.send(ctx, admission);
    }
  }

  private static void accept(RoutingContext ctx, BatchId id, String body) {
    ctx.response()
        .setStatusCode(202)
        .putHeader(HttpHeaderNames.LOCATION, BatchJson.PATH + "/" + id)
        .putHeader(HttpHeaderNames.CONTENT_TYPE, "application/json")
        .end(body);
  }

  private static Future<BatchAdmission> fail(RoutingContext ctx, BatchId id, Throwable failure) {
    boolean unknown =
        failure instanceof BacklotException known && known.code() == ErrorCode.OUTCOME_UNKNOWN;
    if (unknown) {
      Problems.send(
          ctx,
          new BacklotException(
              ErrorCode.OUTCOME_UNKNOWN,
              "The connection broke while the batch was being stored. GET "
                  + BatchJson.PATH
                  + "/"
                  + id
                  + " to see whether it was, or repeat with the same Idempotency-Key.",
              failure),
          new JsonObject().put("batch_id", id.toString()));
    }
    return Future.failedFuture(failure);
  }
}
