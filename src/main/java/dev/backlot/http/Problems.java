package dev.backlot.http;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.ErrorKind;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers failures as RFC 9457 problems. Only a {@link BacklotException}'s own words reach the
 * caller; anything else becomes {@code internal} with nothing but a request id, under which the log
 * has the rest.
 */
public final class Problems {
  private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
  private static final String MEDIA_TYPE = "application/problem+json";
  static final int RETRY_AFTER_SECONDS = 1;
  private static final String CODE = "backlot.problem";
  private static final String WORDS = "backlot.problem-words";

  private Problems() {}

  /** Writes a failure in another form than that of a problem: status, headers and body. */
  @FunctionalInterface
  public interface Words {
    void answer(RoutingContext ctx, BacklotException known);
  }

  /** From now on this request's failures are answered so, whoever refuses it. */
  public static void inOtherWords(RoutingContext ctx, Words words) {
    ctx.put(WORDS, words);
  }

  /** Answers with the problem of this failure. Call it on the request's event loop. */
  public static void send(RoutingContext ctx, Throwable failure) {
    send(ctx, failure, new JsonObject());
  }

  /**
   * @param members further members of the problem, for example {@code needed} and {@code
   *     available}; safe for the tenant
   */
  public static void send(RoutingContext ctx, Throwable failure, JsonObject members) {
    BacklotException known = known(failure);
    log(RequestIds.of(ctx), known, failure);
    ctx.put(CODE, known.code());
    HttpServerResponse response = ctx.response();
    if (response.ended() || response.closed()) {
      return;
    }
    if (response.headWritten()) {
      // Half an answer is out: only a broken connection tells the caller that it is not whole.
      ctx.request().connection().close();
      return;
    }
    Words words = ctx.get(WORDS);
    if (words != null) {
      words.answer(ctx, known);
      return;
    }
    response
        .setStatusCode(known.code().httpStatus())
        .putHeader(HttpHeaderNames.CONTENT_TYPE, MEDIA_TYPE)
        .putHeader(HttpHeaderNames.CACHE_CONTROL, "no-store");
    addAdvice(response, known.code());
    response.end(body(known, RequestIds.of(ctx), members).toBuffer());
  }

  /**
   * Answers a request that never reaches a router, and closes its connection: what follows on it
   * may be part of the same attempt.
   *
   * @param groups the first that knows the path has the words
   */
  static void refuse(HttpServerRequest request, BacklotException known, List<Routes> groups) {
    String requestId = RequestIds.newId();
    Routes.Refusal refusal =
        groups.stream()
            .flatMap(group -> group.unread(request, known, requestId).stream())
            .findFirst()
            .orElseGet(() -> problem(known, requestId));
    LOG.atDebug()
        .addKeyValue("requestId", requestId)
        .addKeyValue("code", known.code().slug())
        .log("request refused");
    request
        .response()
        .setStatusCode(refusal.status())
        .putHeader(RequestIds.HEADER, requestId)
        .putHeader(HttpHeaderNames.CONTENT_TYPE, refusal.mediaType())
        .putHeader(HttpHeaderNames.CONNECTION, "close")
        .end(refusal.body().toBuffer())
        .onComplete(sent -> request.connection().close());
  }

  private static Routes.Refusal problem(BacklotException known, String requestId) {
    return new Routes.Refusal(
        known.code().httpStatus(), MEDIA_TYPE, body(known, requestId, new JsonObject()));
  }

  /** What this request was refused for, once it was; for meters. */
  public static Optional<ErrorCode> code(RoutingContext ctx) {
    return Optional.ofNullable(ctx.get(CODE));
  }

  /**
   * A failure as callers read it, whichever way they came.
   *
   * @param members further members; safe for the tenant
   */
  static JsonObject body(BacklotException known, String requestId, JsonObject members) {
    ErrorCode code = known.code();
    JsonObject problem =
        new JsonObject()
            .put("type", "/problems/" + code.slug())
            .put("title", code.title())
            .put("status", code.httpStatus())
            .put("detail", known.detail())
            .put("code", code.slug());
    known.field().ifPresent(field -> problem.put("field", field));
    new TreeMap<>(known.members()).forEach(problem::put);
    return problem
        .mergeIn(members)
        .put("instance", "urn:uuid:" + requestId)
        .put("request_id", requestId);
  }

  /** Headers that tell what to do, whatever the form of the body. */
  public static void addAdvice(HttpServerResponse response, ErrorCode code) {
    if (mayComeBack(code)) {
      response.putHeader(HttpHeaderNames.RETRY_AFTER, String.valueOf(RETRY_AFTER_SECONDS));
    }
    if (code.httpStatus() == 401) {
      response.putHeader(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer realm=\"backlot\"");
    }
    if (code == ErrorCode.BODY_TOO_LARGE || code == ErrorCode.BODY_TIMEOUT) {
      // The rest of the body may still be on its way: do not read it.
      response.putHeader(HttpHeaderNames.CONNECTION, "close");
    }
  }

  /** Whether the same may be asked again after {@link #RETRY_AFTER_SECONDS}. */
  static boolean mayComeBack(ErrorCode code) {
    return code.httpStatus() == 503 || code.httpStatus() == 429;
  }

  static BacklotException known(Throwable failure) {
    if (failure instanceof BacklotException known) {
      return known;
    }
    ErrorCode code = failure instanceof HttpException http ? ofStatus(http.getStatusCode()) : null;
    return of(code == null ? ErrorCode.INTERNAL : code);
  }

  /** The problem of a status that the router itself came to. */
  static BacklotException of(ErrorCode code) {
    return new BacklotException(code, detail(code));
  }

  static @Nullable ErrorCode ofStatus(int status) {
    return switch (status) {
      case 400 -> ErrorCode.INVALID_REQUEST;
      case 401 -> ErrorCode.UNAUTHENTICATED;
      case 403 -> ErrorCode.FORBIDDEN;
      case 404 -> ErrorCode.NOT_FOUND;
      case 405 -> ErrorCode.METHOD_NOT_ALLOWED;
      case 413 -> ErrorCode.BODY_TOO_LARGE;
      case 414 -> ErrorCode.URI_TOO_LONG;
      case 415 -> ErrorCode.UNSUPPORTED_MEDIA_TYPE;
      case 416 -> ErrorCode.RANGE_NOT_SATISFIABLE;
      case 431 -> ErrorCode.HEADERS_TOO_LARGE;
      default -> null;
    };
  }

  private static String detail(ErrorCode code) {
    return switch (code) {
      case INVALID_REQUEST -> "The request could not be read.";
      case UNAUTHENTICATED -> "Send a valid API key as 'Authorization: Bearer <key>'.";
      case FORBIDDEN -> "Use a key that has the scope of this call.";
      case NOT_FOUND -> "See /docs for the paths of this API.";
      case METHOD_NOT_ALLOWED -> "The Allow header lists the methods of this path.";
      case BODY_TOO_LARGE -> "Send a smaller body; pass media by URL.";
      case URI_TOO_LONG -> "The path and its query may have 16 KiB.";
      case HEADERS_TOO_LARGE -> "Send fewer or shorter headers.";
      case UNSUPPORTED_MEDIA_TYPE -> "Send 'Content-Type: application/json'.";
      case INTERNAL -> "Quote the request id when you report this.";
      default -> code.title() + ".";
    };
  }

  static void log(String requestId, BacklotException known, Throwable failure) {
    ErrorKind kind = known.code().kind();
    if (kind == ErrorKind.DEFECT) {
      LOG.atError()
          .setCause(QuietFailure.of(failure))
          .addKeyValue("requestId", requestId)
          .addKeyValue("code", known.code().slug())
          .log("request failed");
      return;
    }
    LOG.atDebug()
        .addKeyValue("requestId", requestId)
        .addKeyValue("code", known.code().slug())
        .log("request refused");
  }
}
