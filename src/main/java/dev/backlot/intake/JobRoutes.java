package dev.backlot.intake;

import dev.backlot.bus.Addresses;
import dev.backlot.bus.Addresses.LogAdvanced;
import dev.backlot.bus.Bus;
import dev.backlot.config.IntakeConfig;
import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.Page;
import dev.backlot.domain.access.Principal;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.catalog.Catalog;
import dev.backlot.domain.catalog.Reach;
import dev.backlot.domain.job.Admission;
import dev.backlot.domain.job.CancelResult;
import dev.backlot.domain.job.Job;
import dev.backlot.domain.job.JobFilter;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobState;
import dev.backlot.domain.job.Submission;
import dev.backlot.domain.job.Uuid7;
import dev.backlot.http.Authentication;
import dev.backlot.http.JobJson;
import dev.backlot.http.Problems;
import dev.backlot.http.RequestChecks;
import dev.backlot.http.Routes;
import dev.backlot.port.Jobs;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Submit, read, list and cancel jobs. One instance per event loop. */
public final class JobRoutes implements Routes {
  private static final String PATH = "/api/v1/jobs";

  private final Authentication authentication;
  private final RequestChecks checks;
  private final JobRequests requests;
  private final Function<Submission, Future<Admission>> intake;
  private final Jobs jobs;
  private final Bus bus;
  private final InstantSource clock;

  /**
   * @param reach of the accounts that run what is submitted; what they cannot carry is refused
   * @param intake stores a submission; completes on the caller's event loop
   */
  public JobRoutes(
      Authentication authentication,
      RequestChecks checks,
      Supplier<Catalog> catalogs,
      Reach reach,
      IntakeConfig config,
      Uuid7 ids,
      Function<Submission, Future<Admission>> intake,
      Jobs jobs,
      Bus bus,
      InstantSource clock) {
    this.authentication = authentication;
    this.checks = checks;
    this.requests = new JobRequests(catalogs, reach, config, ids);
    this.intake = intake;
    this.jobs = jobs;
    this.bus = bus;
    this.clock = clock;
  }

  @Override
  public void mount(Router router) {
    router
        .post(PATH)
        .handler(authentication.require(Scope.SUBMIT))
        .handler(checks.ofLarge("submitJob"))
        .handler(this::submit);
    router
        .get(PATH)
        .handler(authentication.require(Scope.READ))
        .handler(checks.of("listJobs"))
        .handler(this::list);
    router
        .get(PATH + "/:id")
        .handler(authentication.require(Scope.READ))
        .handler(checks.of("getJob"))
        .handler(this::find);
    router
        .post(PATH + "/:id/cancel")
        .handler(authentication.require(Scope.SUBMIT))
        .handler(checks.of("cancelJob"))
        .handler(this::cancel);
  }

  private void submit(RoutingContext ctx) {
    String key = RequestChecks.parameters(ctx).getString("Idempotency-Key");
    Principal caller = Authentication.principal(ctx);
    JsonObject body = RequestChecks.body(ctx);
    checks
        .work(
            ctx,
            () -> requests.read(caller, body, key, clock.instant()),
            request -> store(ctx, request))
        .onFailure(refused -> Problems.send(ctx, refused));
  }

  private Future<Void> store(RoutingContext ctx, JobRequests.Request request) {
    return intake
        .apply(request.submission())
        .onSuccess(admission -> answer(ctx, request, admission))
        .onFailure(failure -> fail(ctx, request.submission(), failure))
        .transform(answered -> Future.succeededFuture());
  }

  private static void answer(RoutingContext ctx, JobRequests.Request request, Admission admission) {
    if (admission instanceof Admission.Accepted accepted) {
      accept(ctx, accepted.id(), request.answer());
    } else if (admission instanceof Admission.Replayed replayed) {
      ctx.response().putHeader("Idempotent-Replayed", "true");
      accept(ctx, replayed.id(), replayed.answer());
    } else if (admission instanceof Admission.TooLittleCredit poor) {
      refuseCredit(ctx, request.submission(), poor);
    } else {
      Problems.send(
          ctx,
          BacklotException.ofField(
              ErrorCode.IDEMPOTENCY_KEY_REUSED,
              "header:Idempotency-Key",
              "This Idempotency-Key was used for another body. Take a new key for a new job."));
    }
  }

  private static void accept(RoutingContext ctx, JobId id, String body) {
    ctx.response().putHeader(HttpHeaderNames.LOCATION, PATH + "/" + id);
    send(ctx, 202, body);
  }

  private static void refuseCredit(
      RoutingContext ctx, Submission submission, Admission.TooLittleCredit poor) {
    JsonObject members =
        new JsonObject()
            .put("asset", submission.asset().text())
            .put("needed", poor.needed().toString())
            .put("available", poor.available().toString());
    String detail =
        "The job needs %s of %s and %s is available. Nothing was stored."
            .formatted(poor.needed(), submission.asset().text(), poor.available());
    Problems.send(ctx, new BacklotException(ErrorCode.CREDIT_EXHAUSTED, detail), members);
  }

  private static void fail(RoutingContext ctx, Submission submission, Throwable failure) {
    boolean unknown =
        failure instanceof BacklotException known && known.code() == ErrorCode.OUTCOME_UNKNOWN;
    if (!unknown) {
      Problems.send(ctx, failure);
      return;
    }
    String remedy =
        submission.idempotency() == null
            ? "GET " + PATH + "/" + submission.id() + " to see whether it was."
            : "GET " + PATH + "/" + submission.id() + ", or repeat with the same Idempotency-Key.";
    Problems.send(
        ctx,
        new BacklotException(
            ErrorCode.OUTCOME_UNKNOWN,
            "The connection broke while the job was being stored. " + remedy,
            failure),
        new JsonObject().put("job_id", submission.id().toString()));
  }

  private void find(RoutingContext ctx) {
    withJob(
        ctx,
        (tenant, id) ->
            jobs.detail(tenant, id)
                .onSuccess(
                    found ->
                        found.ifPresentOrElse(
                            job -> send(ctx, 200, JobJson.text(job, mayOperate(ctx))),
                            () -> sendNotFound(ctx)))
                .onFailure(failure -> Problems.send(ctx, failure)));
  }

  private static boolean mayOperate(RoutingContext ctx) {
    return Authentication.principal(ctx).may(Scope.OPERATE);
  }

  private void list(RoutingContext ctx) {
    JsonObject parameters = RequestChecks.parameters(ctx);
    Set<JobState> states =
        parameters.getJsonArray("state", new JsonArray()).stream()
            .map(state -> JobState.parse(String.valueOf(state)))
            .collect(Collectors.toSet());
    jobs.list(
            Authentication.principal(ctx).tenant(),
            new JobFilter(states),
            parameters.getString("cursor"),
            parameters.getInteger("limit"))
        .onSuccess(page -> send(ctx, 200, text(page)))
        .onFailure(failure -> Problems.send(ctx, failure));
  }

  private static String text(Page<Job> page) {
    return page.items().stream()
        .map(JobJson::text)
        .collect(
            Collectors.joining(
                ",", "{\"items\":[", "],\"next_cursor\":" + Json.encode(page.nextCursor()) + "}"));
  }

  private void cancel(RoutingContext ctx) {
    withJob(
        ctx,
        (tenant, id) ->
            jobs.cancel(tenant, id, clock.instant())
                .onSuccess(result -> answer(ctx, result))
                .onFailure(failure -> Problems.send(ctx, failure)));
  }

  private void answer(RoutingContext ctx, CancelResult result) {
    if (result instanceof CancelResult.Canceled canceled) {
      announce();
      send(ctx, 200, JobJson.text(canceled.job()));
    } else if (result instanceof CancelResult.Requested requested) {
      send(ctx, 202, JobJson.text(requested.job()));
    } else if (result instanceof CancelResult.EndedOtherwise ended) {
      String state = ended.job().state().text();
      Problems.send(
          ctx,
          new BacklotException(
              ErrorCode.JOB_ENDED, "The job is " + state + " and does not change any more."),
          new JsonObject().put("state", state));
    } else {
      sendNotFound(ctx);
    }
  }

  private void announce() {
    bus.publish(Addresses.LOG_ADVANCED, new LogAdvanced(0));
  }

  /** What is no id names no job, like an id of another tenant. */
  private static void withJob(RoutingContext ctx, BiConsumer<TenantId, JobId> then) {
    Optional<JobId> id = JobId.parse(ctx.pathParam("id"));
    if (id.isEmpty()) {
      sendNotFound(ctx);
      return;
    }
    then.accept(Authentication.principal(ctx).tenant(), id.get());
  }

  private static void sendNotFound(RoutingContext ctx) {
    Problems.send(
        ctx,
        new BacklotException(
            ErrorCode.JOB_NOT_FOUND, "You have no job of this id. GET " + PATH + " lists yours."));
  }

  private static void send(RoutingContext ctx, int status, String json) {
    HttpServerResponse response = ctx.response();
    response
        .setStatusCode(status)
        .putHeader(HttpHeaderNames.CONTENT_TYPE, "application/json")
        .end(json);
  }
}
