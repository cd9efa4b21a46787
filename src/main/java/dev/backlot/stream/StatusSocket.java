package dev.backlot.stream;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.http.Origins;
import dev.backlot.http.Problems;
import dev.backlot.http.Routes;
import io.netty.channel.Channel;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/**
 * The WebSocket {@code /api/v1/stream}. The credential is the first message, so the route itself is
 * open to everybody, and bounded. Other requests of the path are left to {@link EventStreamRoutes}.
 */
public final class StatusSocket implements Routes {
  private final StreamLoop loop;
  private final Origins origins;

  public StatusSocket(StreamLoop loop, Origins origins) {
    this.loop = loop;
    this.origins = origins;
  }

  /** To be called on the event loop that will serve the router. */
  @Override
  public void mount(Router router) {
    loop.start();
    router.get("/api/v1/stream").handler(this::upgrade);
  }

  private void upgrade(RoutingContext ctx) {
    if (!"websocket".equalsIgnoreCase(ctx.request().getHeader(HttpHeaders.UPGRADE))) {
      ctx.next();
      return;
    }
    if (!origins.admits(ctx.request())) {
      Origins.refuse(ctx);
      return;
    }
    loop.enter()
        .ifPresentOrElse(
            place -> upgrade(ctx, place),
            () ->
                Problems.send(
                    ctx,
                    new BacklotException(ErrorCode.OVERLOADED, "No more sockets now; try again.")));
  }

  private void upgrade(RoutingContext ctx, Place place) {
    Channel channel = Channels.of(ctx.request());
    ctx.request()
        .toWebSocket()
        .onSuccess(socket -> open(socket, channel, place))
        .onFailure(refused -> place.leave());
  }

  private void open(ServerWebSocket socket, Channel channel, Place place) {
    if (socket.isClosed()) {
      place.leave();
      return;
    }
    Session session = new Session(socket, channel, place, loop);
    socket.closeHandler(
        closed -> {
          place.leave();
          loop.remove(session);
          session.closed();
        });
    loop.add(session);
    session.open();
  }
}
