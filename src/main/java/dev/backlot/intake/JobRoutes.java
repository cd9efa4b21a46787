package dev.backlot.intake;

import dev.backlot.domain.Page;
import dev.backlot.domain.access.Principal;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.job.Job;
import dev.backlot.domain.job.JobFilter;
import dev.backlot.domain.job.JobState;
import dev.backlot.http.Authentication;
import dev.backlot.http.JobJson;
import dev.backlot.http.Problems;
import dev.backlot.http.RequestChecks;
import dev.backlot.http.Routes;
import dev.backlot.port.Jobs;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.stream.Collectors;

/** Submit, read, list and cancel jobs. One instance per event loop. */
public final class JobRoutes implements Routes {
  /** Where an idempotency key is, for {@link JobCommands}. */
  public static final String KEY_FIELD = "header:Idempotency-Key";

  private static final String PATH = "/api/v1/jobs";

  private final Authentication authentication;
  private final RequestChecks checks;
  private final JobCommands commands;
  private final Jobs jobs;

  public JobRoutes(
      Authentication authentication, RequestChecks checks, JobCommands commands, Jobs jobs) {
    this.authentication = authentication;
    this.checks = checks;
    this.commands = commands;
    this.jobs = jobs;
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
        .work(ctx, () -> commands.read(caller, body, key), commands::store)
        .onSuccess(answer -> accept(ctx, answer))
        .onFailure(refused -> Problems.send(ctx, refused));
  }

  private static void accept(RoutingContext ctx, JobCommands.Answer answer) {
    if (answer.replayed()) {
      ctx.response().putHeader("Idempotent-Replayed", "true");
    }
    ctx.response().putHeader(HttpHeaderNames.LOCATION, PATH + "/" + answer.job());
    send(ctx, answer.status(), answer.body());
  }

  private void find(RoutingContext ctx) {
    Principal caller = Authentication.principal(ctx);
    commands
        .find(caller.tenant(), ctx.pathParam("id"))
        .onSuccess(job -> send(ctx, 200, JobJson.text(job, caller.may(Scope.OPERATE))))
        .onFailure(failure -> Problems.send(ctx, failure));
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
    commands
        .cancel(Authentication.principal(ctx).tenant(), ctx.pathParam("id"))
        .onSuccess(answer -> send(ctx, answer.status(), answer.body()))
        .onFailure(failure -> Problems.send(ctx, failure));
  }

  private static void send(RoutingContext ctx, int status, String json) {
    ctx.response()
        .setStatusCode(status)
        .putHeader(HttpHeaderNames.CONTENT_TYPE, "application/json")
        .end(json);
  }
}
