package dev.backlot.http;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads one body, part by part, up to a limit and within a time. Memory is taken only for what has
 * arrived. Confined to the request's event loop.
 */
final class BodyReader {
  private final RoutingContext ctx;
  private final List<Buffer> read = new ArrayList<>();
  private final long limit;
  private final BacklotException beyond;
  private long length;

  /**
   * @param beyond the answer to a body that is longer than the limit
   */
  BodyReader(RoutingContext ctx, long limit, BacklotException beyond) {
    this.ctx = ctx;
    this.limit = limit;
    this.beyond = beyond;
  }

  /**
   * @param within or 408: an idle time-out alone would wait for ever on a body that trickles
   * @param whole is given the parts of the body; not called when it does not arrive
   */
  void read(Duration within, Consumer<List<Buffer>> whole) {
    HttpServerRequest request = ctx.request();
    long deadline = ctx.vertx().setTimer(within.toMillis(), late -> tooSlow(within));
    request.exceptionHandler(gone -> ctx.vertx().cancelTimer(deadline));
    request.handler(
        part -> {
          length += part.length();
          if (length > limit) {
            ctx.vertx().cancelTimer(deadline);
            leave(beyond);
            return;
          }
          read.add(part);
        });
    request.endHandler(
        end -> {
          ctx.vertx().cancelTimer(deadline);
          whole.accept(read);
        });
    sayContinue(request);
  }

  /** Only now: whoever asked first and was refused never sends it (RFC 9110, section 10.1.1). */
  private void sayContinue(HttpServerRequest request) {
    if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaderNames.EXPECT))) {
      ctx.response().writeContinue();
    }
  }

  private void tooSlow(Duration within) {
    ctx.addEndHandler(sent -> ctx.request().connection().close());
    leave(
        new BacklotException(
            ErrorCode.BODY_TIMEOUT,
            "A body of this size must arrive within " + within.toSeconds() + " seconds."));
  }

  /** Answers before the body is whole, and keeps no more of it. */
  private void leave(BacklotException refused) {
    read.clear();
    ctx.request().handler(ignored -> {});
    ctx.request().endHandler(null);
    Problems.send(ctx, refused);
  }
}
