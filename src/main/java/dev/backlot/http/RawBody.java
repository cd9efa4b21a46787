package dev.backlot.http;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.function.Consumer;

/** Reads a body byte by byte as it was sent, for a route that checks the bytes themselves. */
public final class RawBody {
  private RawBody() {}

  /**
   * @param limit most bytes of the body; a longer one is answered 413
   * @param within or 408
   * @param whole is given the body, on the request's event loop; what it throws is answered
   * @param tooLarge told of a body that was answered 413
   */
  public static void read(
      RoutingContext ctx, int limit, Duration within, Consumer<Buffer> whole, Runnable tooLarge) {
    BacklotException beyond =
        new BacklotException(
            ErrorCode.BODY_TOO_LARGE, "A body may have at most " + limit + " bytes here.");
    ctx.addEndHandler(
        ended ->
            Problems.code(ctx)
                .filter(ErrorCode.BODY_TOO_LARGE::equals)
                .ifPresent(refused -> tooLarge.run()));
    if (RequestChecks.bytes(ctx.request().getHeader(HttpHeaderNames.CONTENT_LENGTH)) > limit) {
      Problems.send(ctx, beyond);
      return;
    }
    new BodyReader(ctx, limit, beyond)
        .read(
            within,
            parts -> {
              Buffer body = Buffer.buffer();
              parts.forEach(body::appendBuffer);
              answer(ctx, body, whole);
            });
  }

  /** Outside the router's own guard, what is thrown would leave the request without an answer. */
  private static void answer(RoutingContext ctx, Buffer body, Consumer<Buffer> whole) {
    try {
      whole.accept(body);
    } catch (RuntimeException failure) {
      Problems.send(ctx, failure);
    }
  }
}
