package dev.backlot.stream;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.http.Authentication;
import dev.backlot.http.Problems;
import dev.backlot.http.RequestChecks;
import dev.backlot.http.Routes;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * {@code GET /api/v1/stream} as an event stream, for whoever accepts {@code text/event-stream}. To
 * be mounted after {@link StatusSocket}, which takes the WebSockets of the same path. What cannot
 * be streamed is answered with a problem.
 */
public final class EventStreamRoutes implements Routes {
  private static final String MEDIA_TYPE = "text/event-stream";

  /** RFC 9113, section 7: the stream is no longer needed. */
  private static final long CANCEL = 0x8;

  private final StreamLoop loop;
  private final RequestChecks checks;
  private int opened;

  public EventStreamRoutes(StreamLoop loop, RequestChecks checks) {
    this.loop = loop;
    this.checks = checks;
  }

  @Override
  public void mount(Router router) {
    loop.start();
    Handler<RoutingContext> check = checks.ofHead("openStream");
    router
        .get("/api/v1/stream")
        .handler(EventStreamRoutes::requireAccept)
        .handler(check)
        .handler(this::open);
  }

  @Override
  public void stop() {
    loop.shutdown();
  }

  private static void requireAccept(RoutingContext ctx) {
    String accept = ctx.request().getHeader(HttpHeaderNames.ACCEPT);
    if (accept != null && accept.toLowerCase(Locale.ROOT).contains(MEDIA_TYPE)) {
      ctx.next();
      return;
    }
    // A connection of HTTP/2 cannot be upgraded (RFC 9113, section 8.6).
    boolean upgradable = ctx.request().version() != HttpVersion.HTTP_2;
    if (upgradable) {
      ctx.response()
          .putHeader(HttpHeaders.UPGRADE, "websocket")
          .putHeader(HttpHeaders.CONNECTION, "Upgrade");
    }
    Problems.send(
        ctx,
        new BacklotException(
            upgradable ? ErrorCode.UPGRADE_REQUIRED : ErrorCode.NOT_ACCEPTABLE,
            "Open this path as a WebSocket, or ask for it with Accept: " + MEDIA_TYPE + "."));
  }

  private void open(RoutingContext ctx) {
    String credential = Optional.ofNullable(Authentication.bearer(ctx)).orElse("");
    loop.access(credential)
        .compose(found -> found.map(Future::succeededFuture).orElseGet(() -> refuse(credential)))
        .compose(access -> follow(ctx, access))
        .onFailure(failure -> Problems.send(ctx, inQuery(failure)));
  }

  /** A key that is valid and may not follow is told so. */
  private <T> Future<T> refuse(String credential) {
    return loop.keys()
        .authenticate(credential)
        .compose(
            caller ->
                Future.failedFuture(
                    caller.isPresent()
                        ? new BacklotException(
                            ErrorCode.FORBIDDEN,
                            "This call needs a key with the scope read or stream.")
                        : new BacklotException(
                            ErrorCode.UNAUTHENTICATED,
                            "Send a stream token or a key as Authorization: Bearer. This one, if"
                                + " any, is not valid.")));
  }

  private Future<Void> follow(RoutingContext ctx, Access access) {
    Subscribe asked = asked(RequestChecks.parameters(ctx));
    Watch watch = access.watch(asked);
    Long from = asked.from(access.tenant());
    if (ctx.response().closed()) {
      return Future.succeededFuture();
    }
    if (ctx.request().method().equals(HttpMethod.HEAD)) {
      EventStream.describe(ctx.response());
      return ctx.response().end();
    }
    Place place = enter(access);
    int number = opened++ & Integer.MAX_VALUE;
    EventStream stream = new EventStream(ctx.response(), cut(ctx), place, loop, access, number);
    loop.add(stream);
    // One that ends as it should is there until its reader has taken the end.
    ctx.addEndHandler(
        ended -> {
          if (ended.failed()) {
            stream.gone();
          }
        });
    return stream.open(watch, from);
  }

  private Place enter(Access access) {
    Place place =
        loop.enter()
            .orElseThrow(
                () ->
                    new BacklotException(
                        ErrorCode.OVERLOADED, "No more streams here now; try again."));
    try {
      place.take(access.tenant());
      return place;
    } catch (BacklotException crowded) {
      place.leave();
      throw crowded;
    }
  }

  private static Subscribe asked(JsonObject parameters) {
    long named = Stream.of("jobs", "batch", "tenant").filter(parameters::containsKey).count();
    if (named != 1) {
      throw BacklotException.ofField(
          ErrorCode.INVALID_REQUEST, "/jobs", "Name jobs, or a batch, or tenant=true.");
    }
    String lastEventId = parameters.getString("Last-Event-ID", "");
    return new Subscribe(
        EventStream.ID,
        texts(parameters, "jobs"),
        parameters.getString("batch"),
        texts(parameters, "events"),
        lastEventId.isEmpty() ? parameters.getString("cursor") : lastEventId);
  }

  private static List<String> texts(JsonObject parameters, String name) {
    JsonArray given = parameters.getJsonArray(name, new JsonArray());
    return given.stream().map(String.class::cast).toList();
  }

  /**
   * The other way to end a connection of HTTP/1 waits for what is queued, which nobody reads. Of
   * HTTP/2 others share the connection.
   */
  private static Runnable cut(RoutingContext ctx) {
    if (ctx.request().version() == HttpVersion.HTTP_2) {
      return () -> ctx.response().reset(CANCEL);
    }
    HttpServerConnection connection = (HttpServerConnection) ctx.request().connection();
    return () -> connection.channelHandlerContext().channel().pipeline().firstContext().close();
  }

  /** The words of the WebSocket's errors are about members; here they are about parameters. */
  private static Throwable inQuery(Throwable failure) {
    if (failure instanceof BacklotException known && known.field().isPresent()) {
      String name = known.field().get().replaceAll("^/([a-z]+).*", "query:$1");
      return BacklotException.ofField(known.code(), name, known.detail());
    }
    return failure;
  }
}
