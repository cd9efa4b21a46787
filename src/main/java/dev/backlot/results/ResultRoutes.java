package dev.backlot.results;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.call.CallId;
import dev.backlot.http.Authentication;
import dev.backlot.http.CallJson;
import dev.backlot.http.Problems;
import dev.backlot.http.Routes;
import dev.backlot.port.Calls;
import dev.backlot.port.Jobs;
import dev.backlot.port.ResultLocator;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.List;

/**
 * GET and HEAD of a job's outputs and of a call's, with an API key or with {@code ?link=}. A
 * request with a link is judged by the link alone, and a bad one is 404 like everything that is not
 * the caller's.
 */
public final class ResultRoutes implements Routes {
  private static final String LINK = "link";

  private final Authentication authentication;
  private final Jobs jobs;
  private final Calls calls;
  private final ResultLocator locator;
  private final LinkTokens links;
  private final ResultStreams streams;
  private final InstantSource clock;

  public ResultRoutes(
      Authentication authentication,
      Jobs jobs,
      Calls calls,
      ResultLocator locator,
      LinkTokens links,
      ResultStreams streams,
      InstantSource clock) {
    this.authentication = authentication;
    this.jobs = jobs;
    this.calls = calls;
    this.locator = locator;
    this.links = links;
    this.streams = streams;
    this.clock = clock;
  }

  @Override
  public void mount(Router router) {
    Handler<RoutingContext> byKey = authentication.require(Scope.READ);
    Handler<RoutingContext> first =
        ctx -> {
          if (ctx.request().params().contains(LINK)) {
            byLink(ctx);
          } else {
            byKey.handle(ctx);
          }
        };
    for (String path : List.of(OutputPath.TEMPLATE, OutputPath.OF_CALL)) {
      router.get(path).handler(first).handler(this::byPrincipal);
      router.head(path).handler(first).handler(this::byPrincipal);
    }
  }

  private void byPrincipal(RoutingContext ctx) {
    OutputPath.of(ctx)
        .ifPresentOrElse(
            path -> answer(ctx, Authentication.principal(ctx).tenant(), path),
            () -> Problems.send(ctx, OutputPath.noSuchOutput()));
  }

  private void byLink(RoutingContext ctx) {
    String token = ctx.request().getParam(LINK);
    OutputPath.of(ctx)
        .ifPresentOrElse(
            path ->
                links
                    .check(token, path, clock.instant())
                    .ifPresentOrElse(
                        tenant -> answer(ctx, tenant, path), () -> Problems.send(ctx, badLink())),
            () -> Problems.send(ctx, badLink()));
  }

  private void answer(RoutingContext ctx, TenantId tenant, OutputPath path) {
    find(tenant, path)
        .onFailure(failure -> Problems.send(ctx, failure))
        .onSuccess(
            file -> {
              if (Conditions.isKnown(ctx.request(), file.etag())) {
                ResultHeaders.caching(ctx.response(), file.etag()).setStatusCode(304).end();
                return;
              }
              streams.send(ctx, file);
            });
  }

  private Future<ResultFile> findOfCall(TenantId tenant, OutputPath path) {
    CallId id = new CallId(path.job().value());
    return calls
        .find(tenant, id)
        .compose(
            call ->
                calls
                    .answer(tenant, id)
                    .map(
                        answer ->
                            call.flatMap(
                                    found ->
                                        answer.flatMap(
                                            data -> CallJson.source(found, data, path.n())))
                                .map(url -> new ResultFile(tenant, path, url))
                                .orElseThrow(OutputPath::noSuchCall)));
  }

  private Future<ResultFile> find(TenantId tenant, OutputPath path) {
    if (path.ofCall()) {
      return findOfCall(tenant, path);
    }
    return jobs.resultSource(tenant, path.job())
        .compose(
            source ->
                source
                    .flatMap(found -> locator.sourceUrl(found.raw(), path.n(), path.watermark()))
                    .map(url -> new ResultFile(tenant, path, url))
                    .map(Future::succeededFuture)
                    .orElseGet(() -> missing(tenant, path)));
  }

  /** No file: tells a job without this output from no job at all. */
  private Future<ResultFile> missing(TenantId tenant, OutputPath path) {
    return jobs.find(tenant, path.job())
        .compose(
            job ->
                Future.failedFuture(
                    job.isPresent() ? OutputPath.noSuchOutput() : OutputPath.noSuchJob()));
  }

  private static BacklotException badLink() {
    return new BacklotException(
        ErrorCode.LINK_INVALID, "Links are short-lived and good for one file; ask for a new one.");
  }
}
