package dev.backlot.batch;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.batch.BatchId;
import dev.backlot.domain.batch.BatchLine;
import dev.backlot.domain.job.JobState;
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
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/** The items of a batch, by pages and as one manifest. One instance per event loop. */
public final class ItemRoutes implements Routes {
  private static final String ONE = BatchJson.PATH + "/:id";

  private final Authentication authentication;
  private final RequestChecks checks;
  private final Batches batches;

  public ItemRoutes(Authentication authentication, RequestChecks checks, Batches batches) {
    this.authentication = authentication;
    this.checks = checks;
    this.batches = batches;
  }

  @Override
  public void mount(Router router) {
    router
        .get(ONE + "/items")
        .handler(authentication.require(Scope.READ))
        .handler(checks.of("listBatchItems"))
        .handler(this::items);
    router
        .get(ONE + "/manifest")
        .handler(authentication.require(Scope.READ))
        .handler(checks.of("getBatchManifest"))
        .handler(this::manifest);
  }

  private void items(RoutingContext ctx) {
    JsonObject parameters = RequestChecks.parameters(ctx);
    Set<JobState> states =
        parameters.getJsonArray("state", new JsonArray()).stream()
            .map(state -> JobState.parse(String.valueOf(state)))
            .collect(Collectors.toSet());
    int limit = parameters.getInteger("limit");
    Integer after = ItemCursor.parse(parameters.getString("cursor"));
    if (after == null) {
      Problems.send(
          ctx,
          BacklotException.ofField(
              ErrorCode.INVALID_REQUEST,
              "query:cursor",
              "The cursor must be the next_cursor of an earlier page."));
      return;
    }
    known(
        ctx,
        (tenant, id) ->
            batches
                .lines(tenant, id, states, after, limit + 1)
                .compose(lines -> ctx.json(page(lines, limit))));
  }

  private static JsonObject page(List<BatchLine> found, int limit) {
    boolean more = found.size() > limit;
    JsonArray items = new JsonArray();
    found.stream().limit(limit).forEach(line -> items.add(BatchJson.of(line)));
    String next = more ? ItemCursor.after(found.get(limit - 1).item()) : null;
    return new JsonObject().put("items", items).put("next_cursor", next);
  }

  private void manifest(RoutingContext ctx) {
    known(
        ctx,
        (tenant, id) -> {
          ctx.response()
              .putHeader(HttpHeaderNames.CONTENT_TYPE, "application/x-ndjson")
              .setChunked(true);
          return new Manifest(batches, tenant, id, ctx.response()).write();
        });
  }

  /** Runs for a batch of the caller; any other is answered 404. */
  private void known(RoutingContext ctx, BiFunction<TenantId, BatchId, Future<?>> then) {
    TenantId tenant = Authentication.principal(ctx).tenant();
    BatchRoutes.id(ctx)
        .ifPresent(
            id ->
                batches
                    .find(tenant, id)
                    .compose(
                        found -> {
                          if (found.isPresent()) {
                            return then.apply(tenant, id);
                          }
                          BatchProblems.notFound(ctx);
                          return Future.succeededFuture();
                        })
                    .onFailure(failure -> Problems.send(ctx, failure)));
  }
}
