package dev.backlot.intake;

import dev.backlot.bus.Addresses;
import dev.backlot.bus.Addresses.JobsQueued;
import dev.backlot.bus.Addresses.LogAdvanced;
import dev.backlot.bus.Bus;
import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.Job;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.JobState;
import dev.backlot.domain.job.WaitingResult;
import dev.backlot.http.Authentication;
import dev.backlot.http.JobJson;
import dev.backlot.http.Problems;
import dev.backlot.http.RequestChecks;
import dev.backlot.http.Routes;
import dev.backlot.port.WaitingJobs;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BiFunction;

/** Hold, release and reprioritise jobs that wait. One instance per event loop. */
public final class WaitingRoutes implements Routes {
  private static final String PATH = "/api/v1/jobs/:id";

  private final Authentication authentication;
  private final RequestChecks checks;
  private final WaitingJobs jobs;
  private final Duration ageingStep;
  private final Bus bus;
  private final InstantSource clock;

  /**
   * @param ageingStep how much waiting time one step of priority is worth
   */
  public WaitingRoutes(
      Authentication authentication,
      RequestChecks checks,
      WaitingJobs jobs,
      Duration ageingStep,
      Bus bus,
      InstantSource clock) {
    this.authentication = authentication;
    this.checks = checks;
    this.jobs = jobs;
    this.ageingStep = ageingStep;
    this.bus = bus;
    this.clock = clock;
  }

  @Override
  public void mount(Router router) {
    router
        .post(PATH + "/hold")
        .handler(authentication.require(Scope.SUBMIT))
        .handler(checks.of("holdJob"))
        .handler(ctx -> change(ctx, (tenant, id) -> jobs.hold(tenant, id, clock.instant())));
    router
        .post(PATH + "/release")
        .handler(authentication.require(Scope.SUBMIT))
        .handler(checks.of("releaseJob"))
        .handler(ctx -> change(ctx, (tenant, id) -> jobs.release(tenant, id, clock.instant())));
    router
        .patch(PATH)
        .handler(authentication.require(Scope.SUBMIT))
        .handler(checks.of("changeJob"))
        .handler(this::reprioritise);
  }

  private void reprioritise(RoutingContext ctx) {
    int priority = RequestChecks.body(ctx).getInteger("priority");
    change(ctx, (tenant, id) -> jobs.reprioritise(tenant, id, priority, ageingStep));
  }

  /** What is no id names no job, like an id of another tenant. */
  private void change(RoutingContext ctx, BiFunction<TenantId, JobId, Future<WaitingResult>> how) {
    Optional<JobId> id = JobId.parse(ctx.pathParam("id"));
    Future<WaitingResult> changed =
        id.isEmpty()
            ? Future.succeededFuture(new WaitingResult.Unknown())
            : how.apply(Authentication.principal(ctx).tenant(), id.get());
    changed
        .onSuccess(result -> answer(ctx, result))
        .onFailure(failure -> Problems.send(ctx, failure));
  }

  private void answer(RoutingContext ctx, WaitingResult result) {
    if (result instanceof WaitingResult.Done done) {
      announce(done.job());
      ctx.response()
          .putHeader(HttpHeaderNames.CONTENT_TYPE, "application/json")
          .end(JobJson.text(done.job()));
    } else if (result instanceof WaitingResult.Refused refused) {
      Problems.send(ctx, refusal(refused.job()), state(refused.job()));
    } else {
      Problems.send(
          ctx,
          new BacklotException(
              ErrorCode.JOB_NOT_FOUND,
              "You have no job of this id. GET /api/v1/jobs lists yours."));
    }
  }

  private static BacklotException refusal(Job job) {
    if (job.state() == JobState.HELD) {
      return new BacklotException(
          ErrorCode.JOB_NOT_WAITING,
          "The job is held because of its batch: resume the batch, or raise its spend cap.");
    }
    return new BacklotException(
        ErrorCode.JOB_NOT_WAITING,
        "The job is %s. Only queued and held jobs can be changed.".formatted(job.state().text()));
  }

  private static JsonObject state(Job job) {
    return new JsonObject().put("state", job.state().text());
  }

  private void announce(Job job) {
    if (job.state() == JobState.QUEUED) {
      bus.publish(Addresses.JOBS_QUEUED, new JobsQueued(1));
    }
    bus.publish(Addresses.LOG_ADVANCED, new LogAdvanced(0));
  }
}
