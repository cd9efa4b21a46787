package dev.backlot.batch;

import dev.backlot.bus.Addresses;
import dev.backlot.bus.Addresses.JobsQueued;
import dev.backlot.bus.Addresses.LogAdvanced;
import dev.backlot.bus.Bus;
import dev.backlot.domain.access.Principal;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.batch.BatchAdmission;
import dev.backlot.domain.batch.BatchChange;
import dev.backlot.domain.batch.BatchId;
import dev.backlot.domain.batch.BatchState;
import dev.backlot.domain.batch.JobBatch;
import dev.backlot.domain.job.JobState;
import dev.backlot.domain.job.Submission.Idempotency;
import dev.backlot.http.Authentication;
import dev.backlot.http.BatchJson;
import dev.backlot.http.BatchProblems;
import dev.backlot.http.Problems;
import dev.backlot.http.RequestChecks;
import dev.backlot.http.Routes;
import dev.backlot.port.Batches;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Read, list, pause, resume, cancel, repeat and change batches. One instance per event loop. */
public final class BatchRoutes implements Routes {
  private static final String ONE = BatchJson.PATH + "/:id";

  private final Authentication authentication;
  private final RequestChecks checks;
  private final Batches batches;
  private final BatchSteps steps;
  private final Bus bus;
  private final Duration keyRetention;
  private final InstantSource clock;

  /**
   * @param keyRetention how long an Idempotency-Key is remembered
   */
  public BatchRoutes(
      Authentication authentication,
      RequestChecks checks,
      Batches batches,
      BatchSteps steps,
      Bus bus,
      Duration keyRetention,
      InstantSource clock) {
    this.authentication = authentication;
    this.checks = checks;
    this.batches = batches;
    this.steps = steps;
    this.bus = bus;
    this.keyRetention = keyRetention;
    this.clock = clock;
  }

  @Override
  public void mount(Router router) {
    router
        .get(BatchJson.PATH)
        .handler(authentication.require(Scope.READ))
        .handler(checks.of("listBatches"))
        .handler(this::list);
    router
        .get(ONE)
        .handler(authentication.require(Scope.READ))
        .handler(checks.of("getBatch"))
        .handler(this::find);
    router
        .patch(ONE)
        .handler(authentication.require(Scope.SUBMIT))
        .handler(checks.of("changeBatch"))
        .handler(this::change);
    want(router, "pause", "pauseBatch", BatchState.PAUSED);
    want(router, "resume", "resumeBatch", BatchState.OPEN);
    want(router, "cancel", "cancelBatch", BatchState.CANCELED);
    router
        .post(ONE + "/retry-failed")
        .handler(authentication.require(Scope.SUBMIT))
        .handler(checks.of("retryBatch"))
        .handler(this::retry);
  }

  private void want(Router router, String verb, String operation, BatchState state) {
    router
        .post(ONE + "/" + verb)
        .handler(authentication.require(Scope.SUBMIT))
        .handler(checks.of(operation))
        .handler(
            ctx -> {
              TenantId tenant = Authentication.principal(ctx).tenant();
              id(ctx)
                  .ifPresent(id -> follow(ctx, batches.change(tenant, id, state, clock.instant())));
            });
  }

  private void list(RoutingContext ctx) {
    JsonObject parameters = RequestChecks.parameters(ctx);
    batches
        .list(
            Authentication.principal(ctx).tenant(),
            parameters.getString("cursor"),
            parameters.getInteger("limit"))
        .map(
            page -> {
              JsonArray items = new JsonArray();
              page.items().forEach(batch -> items.add(BatchJson.of(batch)));
              return new JsonObject().put("items", items).put("next_cursor", page.nextCursor());
            })
        .onSuccess(ctx::json)
        .onFailure(failure -> Problems.send(ctx, failure));
  }

  private void find(RoutingContext ctx) {
    TenantId tenant = Authentication.principal(ctx).tenant();
    id(ctx)
        .ifPresent(
            id ->
                batches
                    .find(tenant, id)
                    .compose(
                        found ->
                            found.isPresent()
                                ? whole(found.get()).map(Optional::of)
                                : Future.succeededFuture(Optional.<JsonObject>empty()))
                    .onSuccess(
                        found ->
                            found.ifPresentOrElse(ctx::json, () -> BatchProblems.notFound(ctx)))
                    .onFailure(failure -> Problems.send(ctx, failure)));
  }

  private void change(RoutingContext ctx) {
    TenantId tenant = Authentication.principal(ctx).tenant();
    JsonObject body = RequestChecks.body(ctx);
    id(ctx)
        .ifPresent(
            id ->
                follow(
                    ctx,
                    batches.change(
                        tenant, id, terms -> BatchJson.terms(terms, body), clock.instant())));
  }

  /** Answers once the jobs have followed, with how many did. */
  private void follow(RoutingContext ctx, Future<BatchChange> change) {
    change
        .compose(
            done ->
                done instanceof BatchChange.Changed changed
                    ? steps
                        .run(changed.batch().id())
                        .compose(moved -> moved(changed.batch(), moved))
                    : Future.succeededFuture(refused(ctx, done)))
        .onSuccess(
            answer -> {
              if (answer != null) {
                bus.publish(Addresses.LOG_ADVANCED, new LogAdvanced(0));
                ctx.json(answer);
              }
            })
        .onFailure(failure -> Problems.send(ctx, failure));
  }

  private static @Nullable JsonObject refused(RoutingContext ctx, BatchChange change) {
    BatchProblems.send(ctx, change);
    return null;
  }

  private Future<@Nullable JsonObject> moved(JobBatch batch, int moved) {
    return whole(batch).map(answer -> answer.put("moved", moved));
  }

  private Future<JsonObject> whole(JobBatch batch) {
    return batches
        .progress(batch.tenant(), batch.id())
        .map(progress -> BatchJson.of(batch, progress));
  }

  private void retry(RoutingContext ctx) {
    Principal caller = Authentication.principal(ctx);
    JsonObject parameters = RequestChecks.parameters(ctx);
    Set<JobState> states =
        parameters.getJsonArray("state", new JsonArray().add("failed")).stream()
            .map(state -> JobState.parse(String.valueOf(state)))
            .collect(Collectors.toCollection(TreeSet::new));
    id(ctx)
        .ifPresent(
            id ->
                batches
                    .retry(
                        caller.tenant(),
                        id,
                        states,
                        caller.keyId(),
                        key(parameters.getString("Idempotency-Key"), id, states),
                        clock.instant())
                    .onSuccess(admission -> answer(ctx, admission))
                    .onFailure(failure -> Problems.send(ctx, failure)));
  }

  private @Nullable Idempotency key(@Nullable String key, BatchId id, Set<JobState> states) {
    return key == null
        ? null
        : new Idempotency(
            key,
            Digests.sha256("retry " + id + " " + states),
            "{}",
            clock.instant().plus(keyRetention));
  }

  private void answer(RoutingContext ctx, BatchAdmission admission) {
    if (admission instanceof BatchAdmission.Accepted accepted) {
      bus.publish(Addresses.JOBS_QUEUED, new JobsQueued(accepted.jobs()));
      bus.publish(Addresses.LOG_ADVANCED, new LogAdvanced(0));
      send(ctx, accepted.answer());
    } else if (admission instanceof BatchAdmission.Replayed replayed) {
      ctx.response().putHeader("Idempotent-Replayed", "true");
      send(ctx, replayed.answer());
    } else {
      BatchProblems.send(ctx, admission);
    }
  }

  private static void send(RoutingContext ctx, String json) {
    ctx.response()
        .setStatusCode(202)
        .putHeader(HttpHeaderNames.CONTENT_TYPE, "application/json")
        .end(json);
  }

  /** What is no id names no batch, like an id of another tenant: answered when it is empty. */
  static Optional<BatchId> id(RoutingContext ctx) {
    Optional<BatchId> id = BatchId.parse(ctx.pathParam("id"));
    if (id.isEmpty()) {
      BatchProblems.notFound(ctx);
    }
    return id;
  }
}
