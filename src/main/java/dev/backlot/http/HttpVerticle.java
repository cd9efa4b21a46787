package dev.backlot.http;

import dev.backlot.config.ConfigException;
import dev.backlot.config.HttpConfig;
import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.BindException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A server, of the API or of the management port. Deploy one instance per event loop: they share
 * the port, and each has its own routes, made by the supplier on that loop.
 */
public final class HttpVerticle extends VerticleBase {
  /** Twenty ids of 255 characters that a client has made itself, however it writes them. */
  private static final int MAX_REQUEST_LINE = 16 << 10;

  /** As many as RFC 9113, section 6.5.2, would have at least; a client waits with more. */
  private static final int STREAMS_OF_CONNECTION = 100;

  /** Above any limit of a route's own, so that the route can say what was too long. */
  private static final int MAX_WEB_SOCKET_MESSAGE = 128 * 1024;

  private static final List<Integer> ROUTER_STATUSES = List.of(400, 404, 405, 413, 414, 415, 500);
  private static final CharSequence NOSNIFF = HttpHeaders.createOptimized("nosniff");
  private static final CharSequence NO_REFERRER = HttpHeaders.createOptimized("no-referrer");
  private static final CharSequence DENY = HttpHeaders.createOptimized("DENY");
  private static final CharSequence NOTHING_LOADS =
      HttpHeaders.createOptimized("default-src 'none'; frame-ancestors 'none'");
  private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");

  private final String section;
  private final HttpConfig config;
  private final Supplier<List<Routes>> routes;
  private List<Routes> mounted = List.of();
  private @Nullable HttpServer server;
  private boolean stopping;

  public HttpVerticle(HttpConfig config, Supplier<List<Routes>> routes) {
    this("http", config, routes);
  }

  /**
   * @param section of the configuration, for errors that must name a key
   */
  public HttpVerticle(String section, HttpConfig config, Supplier<List<Routes>> routes) {
    this.section = section;
    this.config = config;
    this.routes = routes;
  }

  @Override
  public Future<?> start() {
    Router router = Router.router(vertx);
    router
        .route()
        .handler(RequestIds::assign)
        .handler(
            ctx -> {
              protect(ctx.response());
              ctx.next();
            });
    router
        .route()
        .handler(AccessLog::follow)
        .handler(UnreadBody::follow)
        .handler(this::takeWhileRunning);
    ROUTER_STATUSES.forEach(
        status -> router.errorHandler(status, ctx -> refuse(router, status, ctx)));
    mounted = routes.get();
    mounted.forEach(group -> group.mount(router));
    allowHead(router);
    HttpServer listening =
        vertx
            .createHttpServer(options())
            .connectionHandler(connection -> LastCall.follow(connection, config.lastCall()))
            .requestHandler(request -> route(router, request))
            .invalidRequestHandler(this::refuseUnreadable);
    server = listening;
    return listening.listen().recover(this::explain);
  }

  /**
   * Connects nobody any more, closes what carries no request until the last call is over, and waits
   * for the answers to what is under way, at most for the drain time-out; then the rest is cut.
   * Streams are told at once.
   */
  @Override
  public Future<?> stop() {
    stopping = true;
    mounted.forEach(Routes::stop);
    return server == null
        ? Future.succeededFuture()
        : server.shutdown(config.drainTimeout().toMillis(), TimeUnit.MILLISECONDS);
  }

  /** The port that was bound: another than the configured one when that is 0. */
  public int actualPort() {
    return Objects.requireNonNull(server, "not started").actualPort();
  }

  private HttpServerOptions options() {
    return new HttpServerOptions()
        .setHost(config.host())
        .setPort(config.port())
        .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
        .setIdleTimeout((int) config.idleTimeout().toMillis())
        .setMaxInitialLineLength(MAX_REQUEST_LINE)
        .setMaxHeaderSize(config.headerLimit())
        // HTTP/2 counts the path among its headers, and cuts the whole connection above the bound.
        .setInitialSettings(
            new Http2Settings()
                .setMaxConcurrentStreams(STREAMS_OF_CONNECTION)
                .setMaxHeaderListSize(MAX_REQUEST_LINE + config.headerLimit()))
        .setHandle100ContinueAutomatically(false)
        .setMaxWebSocketFrameSize(MAX_WEB_SOCKET_MESSAGE)
        .setMaxWebSocketMessageSize(MAX_WEB_SOCKET_MESSAGE)
        // A deflater per socket costs far more memory than small JSON frames cost bandwidth.
        .setPerMessageWebSocketCompressionSupported(false)
        .setPerFrameWebSocketCompressionSupported(false);
  }

  private Future<HttpServer> explain(Throwable failure) {
    if (failure instanceof BindException) {
      return Future.failedFuture(
          new ConfigException(
              section + ".port",
              config.port() + " on " + config.host() + " is taken or not ours; choose another"));
    }
    return Future.failedFuture(failure);
  }

  /** While stopping, the last answer on a connection says so, and what comes behind it is told. */
  private void takeWhileRunning(RoutingContext ctx) {
    ctx.addHeadersEndHandler(head -> announceStop(ctx.request()));
    if (stopping) {
      Problems.send(
          ctx, new BacklotException(ErrorCode.OVERLOADED, "This node is stopping; ask again."));
      return;
    }
    ctx.next();
  }

  private void announceStop(HttpServerRequest request) {
    if (!stopping) {
      return;
    }
    if (request.version() != HttpVersion.HTTP_2) {
      request.response().putHeader(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
    LastCall.answers(request);
  }

  private void route(Router router, HttpServerRequest request) {
    if (HostHeader.isAcceptable(request)) {
      router.handle(request);
      return;
    }
    protect(request.response());
    Problems.refuse(
        request,
        new BacklotException(ErrorCode.INVALID_REQUEST, "Host must be a name and, maybe, a port."),
        mounted);
  }

  /** What breaks the rules of HTTP itself, or is longer than a line or the headers may be. */
  private void refuseUnreadable(HttpServerRequest request) {
    Throwable cause = request.decoderResult().cause();
    ErrorCode code = ErrorCode.INVALID_REQUEST;
    if (cause instanceof TooLongHttpLineException) {
      code = ErrorCode.URI_TOO_LONG;
    } else if (cause instanceof TooLongHttpHeaderException) {
      code = ErrorCode.HEADERS_TOO_LARGE;
    }
    protect(request.response());
    Problems.refuse(request, Problems.of(code), mounted);
  }

  /** Defaults for every answer; a page that needs more sets its own. */
  private static void protect(HttpServerResponse response) {
    response
        .putHeader("X-Content-Type-Options", NOSNIFF)
        .putHeader("Referrer-Policy", NO_REFERRER)
        .putHeader("X-Frame-Options", DENY)
        .putHeader("Content-Security-Policy", NOTHING_LOADS)
        .putHeader(HttpHeaderNames.CACHE_CONTROL, NO_STORE);
  }

  /** What can be got can be asked for without its body (RFC 9110 section 9.1). */
  private static void allowHead(Router router) {
    router.getRoutes().stream()
        .filter(route -> route.methods() != null && route.methods().contains(HttpMethod.GET))
        .filter(route -> !route.methods().contains(HttpMethod.HEAD))
        .forEach(route -> route.method(HttpMethod.HEAD));
  }

  /** The router found no route or could not read the path, or a route failed. */
  private static void refuse(Router router, int status, RoutingContext ctx) {
    Throwable failure = ctx.failure();
    ErrorCode code = Problems.ofStatus(status);
    // A failure that comes with a status of the caller's is the router's own, and no defect.
    if (failure != null && (code == null || failure instanceof BacklotException)) {
      Problems.send(ctx, failure);
      return;
    }
    if (code == ErrorCode.METHOD_NOT_ALLOWED) {
      ctx.response()
          .putHeader(HttpHeaderNames.ALLOW, AllowedMethods.of(router, ctx.request().path()));
    }
    Problems.send(ctx, Problems.of(code == null ? ErrorCode.INTERNAL : code));
  }
}
