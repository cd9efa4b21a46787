package dev.backlot.forecast;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.QueuedJob;
import dev.backlot.domain.render.RenderTimes;
import dev.backlot.domain.schedule.QueuePlace;
import dev.backlot.http.Authentication;
import dev.backlot.http.Problems;
import dev.backlot.http.RequestChecks;
import dev.backlot.http.Routes;
import dev.backlot.port.ProviderHealth;
import dev.backlot.port.Queues;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/** Tells why a job waits and when it will have ended. One instance per event loop. */
public final class ForecastRoutes implements Routes {
  private final Authentication authentication;
  private final RequestChecks checks;
  private final Queues queues;
  private final BiPredicate<QueuedJob, String> mayGo;
  private final RenderTimes renderTimes;
  private final ProviderHealth health;
  private final InstantSource clock;

  /**
   * @param mayGo whether an account may be given a queued job
   */
  public ForecastRoutes(
      Authentication authentication,
      RequestChecks checks,
      Queues queues,
      BiPredicate<QueuedJob, String> mayGo,
      RenderTimes renderTimes,
      ProviderHealth health,
      InstantSource clock) {
    this.authentication = authentication;
    this.checks = checks;
    this.queues = queues;
    this.mayGo = mayGo;
    this.renderTimes = renderTimes;
    this.health = health;
    this.clock = clock;
  }

  @Override
  public void mount(Router router) {
    router
        .get("/api/v1/jobs/:id/forecast")
        .handler(authentication.require(Scope.READ))
        .handler(checks.of("forecastJob"))
        .handler(this::forecast);
  }

  private void forecast(RoutingContext ctx) {
    Optional<JobId> id = JobId.parse(ctx.pathParam("id"));
    Future<Optional<QueuePlace>> found =
        id.isEmpty()
            ? Future.succeededFuture(Optional.empty())
            : queues.place(Authentication.principal(ctx).tenant(), id.get(), mayGo);
    found
        .onSuccess(
            place ->
                place.ifPresentOrElse(
                    there -> answer(ctx, id.orElseThrow(), there), () -> sendNotFound(ctx)))
        .onFailure(failure -> Problems.send(ctx, failure));
  }

  private void answer(RoutingContext ctx, JobId job, QueuePlace place) {
    Predicate<String> mayCreate = account -> health.mayCreate(account, place.pack());
    ctx.response()
        .putHeader(HttpHeaderNames.CONTENT_TYPE, "application/json")
        .end(
            ForecastJson.of(job, place, renderTimes.of(place.profile()), mayCreate, clock.instant())
                .encode());
  }

  private static void sendNotFound(RoutingContext ctx) {
    Problems.send(
        ctx,
        new BacklotException(
            ErrorCode.JOB_NOT_FOUND, "You have no job of this id. GET /api/v1/jobs lists yours."));
  }
}
