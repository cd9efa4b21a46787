package dev.backlot.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/**
 * What to do with the rest of a body that was answered before it had arrived. A short one is read
 * and thrown away, and its connection lives on. After a long one the connection is closed, but only
 * a while later: closed at once, the sender's own bytes would reset it before the answer is read.
 */
final class UnreadBody {
  private static final int SHORT = 256 << 10;
  private static final long LINGER_MILLIS = 2_000;

  private UnreadBody() {}

  static void follow(RoutingContext ctx) {
    if (mayBeLong(ctx.request())) {
      ctx.addHeadersEndHandler(head -> announceClose(ctx));
      ctx.addEndHandler(answered -> closeLater(ctx));
    }
    ctx.next();
  }

  private static boolean mayBeLong(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaderNames.CONTENT_LENGTH);
    return length == null
        ? request.headers().contains(HttpHeaderNames.TRANSFER_ENCODING)
        : RequestChecks.bytes(length) > SHORT;
  }

  private static void announceClose(RoutingContext ctx) {
    if (!ctx.request().isEnded()) {
      ctx.response().putHeader(HttpHeaderNames.CONNECTION, "close");
    }
  }

  private static void closeLater(RoutingContext ctx) {
    HttpServerRequest request = ctx.request();
    if (request.isEnded()) {
      return;
    }
    long timer = ctx.vertx().setTimer(LINGER_MILLIS, late -> request.connection().close());
    request.connection().closeHandler(closed -> ctx.vertx().cancelTimer(timer));
    request
        .handler(ignored -> {})
        .endHandler(whole -> request.connection().close())
        .exceptionHandler(gone -> ctx.vertx().cancelTimer(timer));
    request.resume();
  }
}
