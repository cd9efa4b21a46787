package dev.backlot.facade;

import dev.backlot.domain.BacklotException;
import dev.backlot.http.Problems;
import dev.backlot.http.RequestIds;
import dev.backlot.http.Routes;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The one form of all answers (Kling reference, section 2.4). Strict clients need a numeric code, a
 * message and a request id in every one of them, and take 200 alone for a success (section 16).
 */
final class Envelope {
  private static final String REFUSED = "backlot.facade-refused";
  private static final String SUCCEED = "SUCCEED";
  private static final String MEDIA_TYPE = "application/json";

  private Envelope() {}

  /** This request's failures, whoever finds them, come in this form from now on. */
  static void follow(RoutingContext ctx) {
    Problems.inOtherWords(ctx, Envelope::refuse);
  }

  /**
   * @param data the JSON of the answer
   * @return when it was written; fails when the client is gone
   */
  static Future<Void> succeed(RoutingContext ctx, Object data) {
    return send(ctx, success(ctx).apply(data));
  }

  /** The same of what {@link #success} has written. */
  static Future<Void> send(RoutingContext ctx, Buffer json) {
    return end(ctx, 200, json);
  }

  /** Writes the {@code data} of a success. To be used by any thread, for once. */
  static Function<Object, Buffer> success(RoutingContext ctx) {
    JsonObject envelope = json(ctx, 0, SUCCEED);
    return data -> envelope.put("data", data).toBuffer();
  }

  /** Answers with the error of this failure, and counts and logs it as all others are. */
  static void fail(RoutingContext ctx, Throwable failure) {
    if (failure instanceof Refused refused) {
      ctx.put(REFUSED, refused);
      Problems.send(ctx, new BacklotException(refused.code().ours(), words(refused)));
      return;
    }
    Problems.send(ctx, failure);
  }

  private static void refuse(RoutingContext ctx, BacklotException known) {
    @Nullable Refused refused = ctx.get(REFUSED);
    KlingCode code = refused == null ? KlingCode.of(known.code()) : refused.code();
    Problems.addAdvice(ctx.response(), known.code());
    end(
        ctx,
        code.status(),
        json(ctx, code.number(), refused == null ? words(code, known) : words(refused)).toBuffer());
  }

  /**
   * Fields are named as the client wrote them: its body is our input. Where the reference has words
   * for the mistake, these are ours as well.
   */
  private static String words(KlingCode code, BacklotException known) {
    if (code == KlingCode.VALUE || code == KlingCode.PARAMETERS || code == KlingCode.RESOURCE) {
      return known.theirs().orElseGet(() -> ours(known));
    }
    return switch (known.code()) {
      case FORBIDDEN, TOO_MANY_WEBHOOK_ADDRESSES, CALL_OUTCOME_UNKNOWN -> known.detail();
      default -> code.words();
    };
  }

  private static String ours(BacklotException known) {
    return known.detail().replace("/input/", "");
  }

  private static String words(Refused refused) {
    return String.valueOf(refused.getMessage());
  }

  /** For a request that never gets as far as a route. */
  static Routes.Refusal unread(BacklotException known, String requestId) {
    KlingCode code = KlingCode.of(known.code());
    return new Routes.Refusal(
        code.status(), MEDIA_TYPE, json(requestId, code.number(), words(code, known)));
  }

  private static JsonObject json(RoutingContext ctx, int code, String message) {
    return json(RequestIds.of(ctx), code, message);
  }

  private static JsonObject json(String requestId, int code, String message) {
    return new JsonObject().put("code", code).put("message", message).put("request_id", requestId);
  }

  private static Future<Void> end(RoutingContext ctx, int status, Buffer body) {
    if (ctx.response().ended() || ctx.response().closed()) {
      return Future.failedFuture("the client is gone");
    }
    return ctx.response()
        .setStatusCode(status)
        .putHeader(HttpHeaderNames.CONTENT_TYPE, MEDIA_TYPE)
        .end(body);
  }
}
