package dev.backlot.results;

import dev.backlot.config.ResultsConfig;
import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.http.HostResolver;
import dev.backlot.http.Problems;
import dev.backlot.http.QuietFailure;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Streams result files from the provider to their tenant. Of the provider's answer only the bytes
 * and their count pass: status, headers and errors are ours. Thread-safe, one for all event loops
 * of a node; above its {@link StreamLimits} a request is refused with 503.
 */
public final class ResultStreams {
  private static final Logger LOG = LoggerFactory.getLogger(ResultStreams.class);

  private final Vertx vertx;
  private final HttpClient client;
  private final SourceGuard guard;
  private final ResultsConfig config;
  private final StreamLimits limits;

  public ResultStreams(Vertx vertx, ResultsConfig config) {
    this(vertx, config, new HttpClientOptions(), HostResolver.system(vertx));
  }

  /**
   * @param options what a test adds, such as its own certificate authority
   */
  ResultStreams(
      Vertx vertx, ResultsConfig config, HttpClientOptions options, HostResolver resolver) {
    this.vertx = vertx;
    this.config = config;
    this.guard = new SourceGuard(config, resolver);
    this.limits = new StreamLimits(config);
    // One connection is one stream, so that breaking off costs nobody else anything.
    options.setProtocolVersion(HttpVersion.HTTP_1_1).setKeepAlive(true).setForceSni(true);
    this.client =
        vertx.createHttpClient(options, new PoolOptions().setHttp1MaxSize(config.streams()));
  }

  /** Streams of this node that are open now. */
  public int open() {
    return limits.open();
  }

  /** Answers the request with the file, or with the problem that it ran into. */
  void send(RoutingContext ctx, ResultFile file) {
    if (!limits.acquire(file.tenant())) {
      Problems.send(
          ctx, new BacklotException(ErrorCode.OVERLOADED, "Too many files are being streamed."));
      return;
    }
    stream(ctx, file)
        .onFailure(failure -> Problems.send(ctx, failure))
        .onComplete(over -> limits.release(file.tenant()));
  }

  private Future<Void> stream(RoutingContext ctx, ResultFile file) {
    boolean head = ctx.request().method().equals(HttpMethod.HEAD);
    // HEAD asks by GET for one byte: a signed address is often good for GET alone.
    Optional<ByteRange> range =
        head ? Optional.of(ByteRange.FIRST_BYTE) : Conditions.range(ctx.request(), file.etag());
    OriginRequest origin = new OriginRequest(client, guard, config, range);
    whenBroken(ctx, origin::cancel);
    return origin
        .open(file.url())
        .recover(failure -> unavailable(file, failure))
        .compose(answer -> head ? describe(ctx, file, answer) : pass(ctx, file, answer, range))
        .onComplete(over -> origin.cancel());
  }

  private Future<Void> describe(RoutingContext ctx, ResultFile file, HttpClientResponse answer) {
    boolean empty =
        answer.statusCode() == 416 && unsatisfiedTotal(answer).filter(n -> n == 0).isPresent();
    Future<Long> size =
        empty
            ? Future.succeededFuture(0L)
            : accept(ctx, file, answer, Optional.of(ByteRange.FIRST_BYTE)).map(FileHead::total);
    return size.compose(
        total -> ResultHeaders.describe(ctx.response(), file, type(answer), total).end());
  }

  private Future<Void> pass(
      RoutingContext ctx, ResultFile file, HttpClientResponse answer, Optional<ByteRange> range) {
    return accept(ctx, file, answer, range)
        .compose(
            found -> {
              HttpServerResponse response = ctx.response();
              ResultHeaders.describe(response, file, type(answer), found.length())
                  .setStatusCode(found.status())
                  .setChunked(found.length() < 0);
              found
                  .content()
                  .ifPresent(c -> response.putHeader(HttpHeaderNames.CONTENT_RANGE, c.toString()));
              return transfer(ctx, file, answer, found);
            });
  }

  /** From here on the only way to tell that something went wrong is to break off. */
  private Future<Void> transfer(
      RoutingContext ctx, ResultFile file, HttpClientResponse answer, FileHead found) {
    boolean known = found.length() >= 0;
    long most = known ? found.length() : config.size();
    Transfer transfer = new Transfer(vertx, answer, ctx.response(), most, known);
    whenBroken(ctx, transfer::stop);
    return transfer
        .run(config)
        .recover(
            failure -> {
              LOG.atInfo()
                  .addKeyValue("jobId", file.job())
                  .addKeyValue("reason", failure.getMessage())
                  .log("result stream broken off");
              ctx.response().reset();
              return Future.succeededFuture();
            });
  }

  private Future<FileHead> accept(
      RoutingContext ctx, ResultFile file, HttpClientResponse answer, Optional<ByteRange> range) {
    return switch (answer.statusCode()) {
      case 200, 206 ->
          FileHead.of(answer, range, config.size())
              .map(Future::succeededFuture)
              .orElseGet(() -> unavailable(file, answer.statusCode()));
      case 404, 410 ->
          Future.failedFuture(
              new BacklotException(
                  ErrorCode.RESULT_EXPIRED, "Results are kept for a limited time; generate anew."));
      case 416 -> {
        unsatisfiedTotal(answer)
            .ifPresent(
                total ->
                    ctx.response().putHeader(HttpHeaderNames.CONTENT_RANGE, "bytes */" + total));
        yield Future.failedFuture(
            new BacklotException(
                ErrorCode.RANGE_NOT_SATISFIABLE, "The range begins after the end of the file."));
      }
      default -> unavailable(file, answer.statusCode());
    };
  }

  private static void whenBroken(RoutingContext ctx, Runnable action) {
    ctx.addEndHandler(
        ended -> {
          if (ended.failed()) {
            action.run();
          }
        });
  }

  private static <T> Future<T> unavailable(ResultFile file, int status) {
    LOG.atInfo()
        .addKeyValue("jobId", file.job())
        .addKeyValue("status", status)
        .log("result refused by the provider");
    return Future.failedFuture(unavailable());
  }

  private static <T> Future<T> unavailable(ResultFile file, Throwable failure) {
    boolean ours = failure instanceof SourceGuard.Refused;
    LOG.atLevel(ours ? Level.WARN : Level.INFO)
        .setCause(ours ? null : QuietFailure.of(failure))
        .addKeyValue("jobId", file.job())
        .addKeyValue("reason", ours ? failure.getMessage() : "no answer")
        .log("result cannot be fetched");
    return Future.failedFuture(unavailable());
  }

  private static BacklotException unavailable() {
    return new BacklotException(
        ErrorCode.RESULT_UNAVAILABLE, "The file cannot be fetched now; try again later.");
  }

  private static Optional<Long> unsatisfiedTotal(HttpClientResponse answer) {
    return ByteRange.unsatisfiedTotal(answer.getHeader(HttpHeaderNames.CONTENT_RANGE));
  }

  private static String type(HttpClientResponse answer) {
    return MediaTypes.choose(
        answer.getHeader(HttpHeaderNames.CONTENT_TYPE), answer.request().path());
  }
}
