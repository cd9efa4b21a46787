package dev.backlot.facade;

import dev.backlot.config.FacadeConfig;
import dev.backlot.domain.BacklotException;
import dev.backlot.domain.access.Principal;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.catalog.Catalog;
import dev.backlot.domain.job.Admission;
import dev.backlot.domain.job.ClientTask;
import dev.backlot.domain.job.Submission;
import dev.backlot.http.Authentication;
import dev.backlot.http.LongAnswers;
import dev.backlot.http.RequestChecks;
import dev.backlot.http.Routes;
import dev.backlot.port.AccessKeys;
import dev.backlot.port.ClientReplies;
import dev.backlot.port.ClientTasks;
import dev.backlot.port.CreditLedger;
import dev.backlot.port.Deductions;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Kling's API in front of our jobs. To be mounted before what answers unknown paths. Its paths come
 * from the catalog at each request, so a kind that is added to that is there at once. One instance
 * per event loop.
 */
public final class FacadeRoutes implements Routes {
  private static final String TARGET = "backlot.facade-target";
  private static final String TIME = "backlot.facade-time";

  private final Supplier<Catalog> catalogs;
  private final Function<Vertx, AnswerTime> times;
  private final Callers callers;
  private final RequestChecks checks;
  private final Creates creates;
  private final SameRequests<ClientTask> pending;
  private final Queries queries;
  private final Backgrounds backgrounds;
  private final Searches searches;
  private final Account account;
  private final FileLinks links;
  private final AtOnce atOnce;

  FacadeRoutes(
      Supplier<Catalog> catalogs,
      Function<Vertx, AnswerTime> times,
      Callers callers,
      RequestChecks checks,
      Creates creates,
      SameRequests<ClientTask> pending,
      Queries queries,
      Backgrounds backgrounds,
      Searches searches,
      Account account,
      FileLinks links,
      AtOnce atOnce) {
    this.catalogs = catalogs;
    this.times = times;
    this.callers = callers;
    this.checks = checks;
    this.creates = creates;
    this.pending = pending;
    this.queries = queries;
    this.backgrounds = backgrounds;
    this.searches = searches;
    this.account = account;
    this.links = links;
    this.atOnce = atOnce;
  }

  /**
   * @param drafts checks and prices what our own API would be asked for; throws what is wrong with
   *     it
   * @param addressProblem what is wrong with an address to call, in words after "must be"
   * @param intake stores a submission; completes on the caller's event loop
   * @param pending those of this node
   */
  public static FacadeRoutes of(
      FacadeConfig config,
      Supplier<Catalog> catalogs,
      Authentication keys,
      AccessKeys pairs,
      RequestChecks checks,
      BiFunction<Principal, JsonObject, Submission> drafts,
      Function<String, Optional<String>> addressProblem,
      Function<Submission, Future<Admission>> intake,
      ClientTasks tasks,
      ClientReplies replies,
      PendingRequests pending,
      CreditLedger ledger,
      Deductions deductions,
      FilePaths files,
      CallMaker calls,
      CallFilePaths callFiles,
      InstantSource clock) {
    FileLinks links = new FileLinks(config.publicUrl(), files);
    LostReplies lost =
        new LostReplies(replies, config.answerWithin(), config.lostReplyWindow(), clock);
    Backgrounds backgrounds = new Backgrounds(catalogs, tasks);
    return new FacadeRoutes(
        catalogs,
        vertx -> new AnswerTime(vertx, config.answerWithin(), clock, System::nanoTime),
        new Callers(keys, pairs, config.tokenSkew(), clock),
        checks,
        new Creates(drafts, addressProblem, intake, tasks, lost),
        pending.creates(),
        new Queries(tasks),
        backgrounds,
        new Searches(tasks, backgrounds, catalogs, clock),
        new Account(ledger, deductions, clock),
        links,
        new AtOnce(calls, callFiles, lost, pending.calls()));
  }

  @Override
  public void mount(Router router) {
    Handler<RoutingContext> body = checks.ofForeign();
    // Before everything, so that whoever refuses such a request does it in words that are known.
    router.route().order(-1).handler(this::recognize);
    router.route().handler(ctx -> ifTheirs(ctx, this::authenticate));
    router
        .route()
        .handler(
            ctx ->
                ifTheirs(
                    ctx,
                    theirs -> {
                      if (ctx.request().method().equals(HttpMethod.POST)) {
                        body.handle(theirs);
                      } else {
                        theirs.next();
                      }
                    }));
    router.route().handler(ctx -> ifTheirs(ctx, this::answer));
  }

  @Override
  public Optional<Refusal> unread(
      HttpServerRequest request, BacklotException known, String requestId) {
    String path = request.path();
    return path == null
        ? Optional.empty()
        : Paths.target(catalogs.get(), request.method().name(), path)
            .map(theirs -> Envelope.unread(known, requestId));
  }

  private void recognize(RoutingContext ctx) {
    Paths.target(catalogs.get(), ctx.request().method().name(), ctx.request().path())
        .ifPresent(
            target -> {
              ctx.put(TARGET, target);
              ctx.put(TIME, times.apply(ctx.vertx()));
              Envelope.follow(ctx);
            });
    ctx.next();
  }

  private static void ifTheirs(RoutingContext ctx, Handler<RoutingContext> then) {
    if (ctx.get(TARGET) == null) {
      ctx.next();
    } else {
      then.handle(ctx);
    }
  }

  private void authenticate(RoutingContext ctx) {
    if (ctx.<Target>get(TARGET) instanceof Target.Nothing) {
      Envelope.fail(ctx, new Refused(KlingCode.METHOD));
      return;
    }
    String authorization = ctx.request().getHeader(HttpHeaderNames.AUTHORIZATION);
    Future<Principal> asked = callers.caller(authorization, ctx.<Target>get(TARGET).takesTokens());
    // A call that is late for our books was not made: 5002 would say that it may have been.
    Future<Principal> caller =
        ctx.<Target>get(TARGET) instanceof Target.Call ? asked : inTime(ctx, asked);
    if (caller.isComplete()) {
      admit(ctx, caller);
      return;
    }
    // Without this the body would arrive before there is a handler for it.
    ctx.request().pause();
    caller.onComplete(
        answered -> {
          admit(ctx, caller);
          ctx.request().resume();
        });
  }

  private static void admit(RoutingContext ctx, Future<Principal> caller) {
    if (caller.failed()) {
      Envelope.fail(ctx, caller.cause());
      return;
    }
    Scope needed = ctx.<Target>get(TARGET).needs();
    if (!caller.result().may(needed)) {
      Envelope.fail(
          ctx,
          new Refused(
              KlingCode.NO_PERMISSION, "This key does not have the scope " + needed.text()));
      return;
    }
    Authentication.admitted(ctx, caller.result());
    ctx.next();
  }

  private void answer(RoutingContext ctx) {
    Target target = Objects.requireNonNull(ctx.get(TARGET));
    try {
      if (target instanceof Target.Create create) {
        create(ctx, create);
      } else if (target instanceof Target.Call call) {
        call(ctx, call);
      } else {
        inTime(ctx, query(ctx, target))
            .onSuccess(data -> Envelope.succeed(ctx, data))
            .onFailure(failure -> Envelope.fail(ctx, failure));
      }
    } catch (Refused refused) {
      Envelope.fail(ctx, refused);
    }
  }

  /** What our own books do not say in time is answered that it takes too long. */
  private static <T> Future<T> inTime(RoutingContext ctx, Future<T> work) {
    return time(ctx).bound(work, () -> new Refused(KlingCode.TIMEOUT));
  }

  private static AnswerTime time(RoutingContext ctx) {
    return Objects.requireNonNull(ctx.get(TIME));
  }

  private void create(RoutingContext ctx, Target.Create target) {
    Principal caller = Authentication.principal(ctx);
    Map<String, Object> body = body(ctx);
    String origin = links.origin(ctx.request());
    Instant asked = time(ctx).begin();
    PendingRequest<ClientTask> pending = PendingRequest.of(ctx, this.pending);
    Future<ClientTask> created =
        checks.work(
            ctx,
            () -> creates.read(caller, target, body, origin, asked, pending),
            submission -> creates.store(submission, pending));
    time(ctx)
        .bound(created, Creates::nobodyKnows)
        .onSuccess(
            task ->
                creates.answered(
                    pending,
                    task,
                    Envelope.succeed(ctx, TaskJson.created(task, target.kind().own().dialect()))))
        .onFailure(
            failure -> {
              Envelope.fail(ctx, failure);
              creates.failed(pending, created);
            });
  }

  private void call(RoutingContext ctx, Target.Call target) {
    Principal caller = Authentication.principal(ctx);
    String origin = links.origin(ctx.request());
    Function<Object, Buffer> success = Envelope.success(ctx);
    Map<String, Object> input = target.kind().reads() ? AtOnce.input(ctx.queryParams()) : body(ctx);
    CallReply reply = atOnce.reply(ctx);
    checks
        .work(
            ctx, () -> atOnce.read(caller, target.kind(), input), read -> atOnce.make(read, reply))
        .compose(
            answer ->
                LongAnswers.work(
                    ctx.vertx(), answer, () -> success.apply(atOnce.data(origin, answer))))
        .onSuccess(json -> reply.answered(Envelope.send(ctx, json)))
        .onFailure(
            failure -> {
              Envelope.fail(ctx, failure);
              reply.failed();
            });
  }

  private Future<?> query(RoutingContext ctx, Target target) {
    TenantId tenant = Authentication.principal(ctx).tenant();
    if (target instanceof Target.One one) {
      return queries
          .one(tenant, one.kind(), one.id())
          .compose(task -> legacy(ctx, List.of(task)))
          .map(tasks -> tasks.getJsonObject(0));
    }
    if (target instanceof Target.Page page) {
      return queries
          .page(tenant, page.kind(), ctx.queryParams())
          .compose(tasks -> legacy(ctx, tasks));
    }
    if (target instanceof Target.Tasks) {
      return queries.many(tenant, ctx.queryParams()).compose(tasks -> modern(ctx, tasks));
    }
    if (target instanceof Target.Search) {
      return searches.find(tenant, body(ctx), links.from(ctx.request()));
    }
    if (target instanceof Target.Billing billing) {
      return account.billing(tenant, billing.packages(), body(ctx));
    }
    return account.costs(tenant, ctx.queryParams());
  }

  private static Map<String, Object> body(RoutingContext ctx) {
    return RequestChecks.body(ctx).getMap();
  }

  private Future<JsonArray> legacy(RoutingContext ctx, List<ClientTask> tasks) {
    return shown(ctx, tasks, TaskJson::legacy);
  }

  private Future<JsonArray> modern(RoutingContext ctx, List<ClientTask> tasks) {
    return shown(ctx, tasks, TaskJson::modern);
  }

  private interface Shape {
    JsonObject of(ClientTask task, Background background, TaskJson.Files files);
  }

  private Future<JsonArray> shown(RoutingContext ctx, List<ClientTask> tasks, Shape shape) {
    TaskJson.Files files = links.from(ctx.request());
    return backgrounds
        .of(Authentication.principal(ctx).tenant(), tasks)
        .map(
            known -> {
              JsonArray shown = new JsonArray();
              for (ClientTask task : tasks) {
                Background background = known.getOrDefault(task.id(), Background.NONE);
                shown.add(shape.of(task, background, files));
              }
              return shown;
            });
  }
}
