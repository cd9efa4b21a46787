package dev.backlot.http;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.openapi.contract.MediaType;
import io.vertx.openapi.contract.Operation;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Checks requests against the contract: query, headers and JSON body. One instance per event loop,
 * with its validators made once; the library's own request validator would make them for each
 * request, parse the body again and hop to a worker thread and back. Path parameters are left to
 * the routes: a malformed id names nothing and answers 404.
 */
public final class RequestChecks {
  private static final String JSON = "application/json";
  private static final String BODY = "backlot.body";
  private static final String PARAMETERS = "backlot.parameters";
  private static final String SHARE = "backlot.body-share";
  private static final Duration BODY_TIMEOUT = Duration.ofSeconds(30);

  private final Contract contract;
  private final int bodyLimit;
  private final Duration bodyTimeout;
  private final @Nullable LargeBodies largeBodies;

  /**
   * @param bodyLimit most bytes of a body; beyond it 413. One that has not arrived after 30 seconds
   *     is answered 408
   */
  public RequestChecks(Contract contract, int bodyLimit) {
    this(contract, bodyLimit, BODY_TIMEOUT, null);
  }

  /**
   * @param largeBodies for the operations that take them
   */
  public RequestChecks(Contract contract, int bodyLimit, LargeBodies largeBodies) {
    this(contract, bodyLimit, BODY_TIMEOUT, largeBodies);
  }

  RequestChecks(
      Contract contract, int bodyLimit, Duration bodyTimeout, @Nullable LargeBodies largeBodies) {
    this.contract = contract;
    this.bodyLimit = bodyLimit;
    this.bodyTimeout = bodyTimeout;
    this.largeBodies = largeBodies;
  }

  /** Checks the query and headers, then reads and checks the body if the operation has one. */
  public Handler<RoutingContext> of(String operationId) {
    return handler(operationId, null);
  }

  /** Checks the query and headers only: somebody else reads the body. */
  public Handler<RoutingContext> ofHead(String operationId) {
    DeclaredParameters parameters = parameters(operation(operationId));
    return ctx -> guarded(ctx, () -> ctx.put(PARAMETERS, parameters.check(ctx)), ctx::next);
  }

  /**
   * The same of an operation that takes large bodies, once its caller is authenticated. Beyond the
   * limit of the others a body must announce its length (411 when it is chunked: its bytes are
   * taken from the budget before any of them is read), and is answered 503 when there is no room
   * for it now. Its long plain strings inside {@code input} are cut out as parts; what is left must
   * fit into the limit of the others. It has a second more for each MiB to arrive.
   */
  public Handler<RoutingContext> ofLarge(String operationId) {
    return handler(operationId, largeBodies);
  }

  /**
   * Reads a body that is none of the contract's: one JSON object, whatever its content type, large
   * or not as {@link #ofLarge} has it. Its long plain strings may be parts anywhere in it.
   */
  public Handler<RoutingContext> ofForeign() {
    return ctx -> guarded(ctx, () -> {}, () -> read(ctx, null, largeBodies));
  }

  private Handler<RoutingContext> handler(String operationId, @Nullable LargeBodies large) {
    Operation operation = operation(operationId);
    DeclaredParameters parameters = parameters(operation);
    if (operation.getRequestBody() == null) {
      return ctx -> guarded(ctx, () -> ctx.put(PARAMETERS, parameters.check(ctx)), ctx::next);
    }
    MediaType json =
        Objects.requireNonNull(operation.getRequestBody().getContent().get(JSON), operationId);
    SchemaRule body = new SchemaRule(json.getSchema(), contract.requests().getSchemaRepository());
    return ctx ->
        guarded(
            ctx,
            () -> {
              ctx.put(PARAMETERS, parameters.check(ctx));
              requireJson(ctx.request());
            },
            () -> read(ctx, body, large));
  }

  private Operation operation(String operationId) {
    return Objects.requireNonNull(contract.requests().operation(operationId), operationId);
  }

  private DeclaredParameters parameters(Operation operation) {
    return DeclaredParameters.of(operation, contract.requests().getSchemaRepository());
  }

  /** The checked body; its numbers are exact. */
  public static JsonObject body(RoutingContext ctx) {
    return Objects.requireNonNull(ctx.get(BODY), "this operation has no body");
  }

  /** The checked query and header parameters by name, typed, with the contract's defaults. */
  public static JsonObject parameters(RoutingContext ctx) {
    return Objects.requireNonNull(ctx.get(PARAMETERS), "this route is not checked");
  }

  /**
   * Does something that takes long for a large body, and is done at once for any other. The bytes
   * of a large body stay taken until {@code then} is done, even when its caller is gone.
   *
   * @param then on the request's event loop
   * @return what {@code then} came to
   */
  public <T, R> Future<R> work(RoutingContext ctx, Callable<T> work, Function<T, Future<R>> then) {
    BodyBudget.Share share = ctx.get(SHARE);
    if (share == null || largeBodies == null) {
      try {
        return then.apply(work.call());
      } catch (Exception failure) {
        return Future.failedFuture(failure);
      }
    }
    share.hold();
    return largeBodies.work(work).compose(then).onComplete(done -> share.letGo());
  }

  /**
   * @param rule of the contract; null for a body that is none of it
   */
  private void read(RoutingContext ctx, @Nullable SchemaRule rule, @Nullable LargeBodies large) {
    if (ctx.response().closed()) {
      // Gone while its key was looked up: no handler would ever hear of its end again.
      return;
    }
    long announced = bytes(ctx.request().getHeader(HttpHeaderNames.CONTENT_LENGTH));
    if (announced <= bodyLimit) {
      BacklotException beyond = large == null ? tooLarge(bodyLimit) : lengthRequired();
      new BodyReader(ctx, bodyLimit, beyond).read(bodyTimeout, parts -> check(ctx, rule, parts));
      return;
    }
    long limit = large == null ? bodyLimit : large.limit();
    if (large == null || announced > limit) {
      throw tooLarge(limit);
    }
    BodyBudget.Share share =
        large
            .take(Authentication.principal(ctx).tenant(), announced)
            .orElseThrow(RequestChecks::noRoom);
    ctx.addEndHandler(answered -> share.letGo());
    ctx.put(SHARE, share);
    new BodyReader(ctx, announced, tooLarge(limit))
        .read(
            bodyTimeout.plusSeconds(announced >> 20),
            parts -> checkLarge(ctx, rule, large, share, parts));
  }

  private static void check(RoutingContext ctx, @Nullable SchemaRule rule, List<Buffer> parts) {
    guarded(
        ctx,
        () -> {
          Buffer whole = Buffer.buffer();
          parts.forEach(whole::appendBuffer);
          JsonObject object = JsonBody.parse(whole);
          keep(ctx, rule, object);
        },
        ctx::next);
  }

  private static void keep(RoutingContext ctx, @Nullable SchemaRule rule, JsonObject object) {
    if (rule != null) {
      rule.check(object, "");
    }
    ctx.put(BODY, object);
  }

  private void checkLarge(
      RoutingContext ctx,
      @Nullable SchemaRule rule,
      LargeBodies large,
      BodyBudget.Share share,
      List<Buffer> parts) {
    share.hold();
    large
        .parse(parts, bodyLimit, rule == null)
        .onComplete(
            parsed -> {
              guarded(
                  ctx,
                  () -> {
                    if (parsed.failed()) {
                      throw new CompletionException(parsed.cause());
                    }
                    keep(ctx, rule, parsed.result());
                  },
                  ctx::next);
              // Not before the next handler had its chance to hold it.
              share.letGo();
            });
  }

  /**
   * Outside the router's own guard, whatever is thrown would leave the request without an answer.
   */
  private static void guarded(RoutingContext ctx, Runnable check, Runnable then) {
    try {
      check.run();
      then.run();
    } catch (CompletionException elsewhere) {
      Problems.send(ctx, Objects.requireNonNull(elsewhere.getCause()));
    } catch (RuntimeException failure) {
      Problems.send(ctx, failure);
    }
  }

  private static void requireJson(HttpServerRequest request) {
    String type = request.getHeader(HttpHeaderNames.CONTENT_TYPE);
    String bare = type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (!bare.equals(JSON)) {
      throw Problems.of(ErrorCode.UNSUPPORTED_MEDIA_TYPE);
    }
  }

  /** What a Content-Length says: -1 without one. The server has seen that it is a number. */
  static long bytes(@Nullable String length) {
    if (length == null) {
      return -1;
    }
    return length.length() > 18 ? Long.MAX_VALUE : Long.parseLong(length);
  }

  private static BacklotException tooLarge(long limit) {
    return new BacklotException(
        ErrorCode.BODY_TOO_LARGE,
        "A body may have at most " + limit + " bytes here; pass larger media by URL.");
  }

  private BacklotException lengthRequired() {
    return new BacklotException(
        ErrorCode.LENGTH_REQUIRED,
        "A body of more than " + bodyLimit + " bytes needs a Content-Length.");
  }

  static BacklotException noRoom() {
    return new BacklotException(
        ErrorCode.OVERLOADED,
        "Too many large bodies are on their way. Send it again after a moment, or pass media by"
            + " URL.");
  }
}
