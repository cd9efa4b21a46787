package dev.backlot.stream.bridge;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.http.Origins;
import dev.backlot.http.Problems;
import dev.backlot.http.Routes;
import dev.backlot.stream.Channels;
import dev.backlot.stream.Inbound;
import dev.backlot.stream.LingeringClose;
import dev.backlot.stream.Pings;
import dev.backlot.stream.Place;
import dev.backlot.stream.StreamLoop;
import dev.backlot.stream.bridge.WebSocketLink.Wrapping;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.security.SecureRandom;

/**
 * The event-bus bridge for browsers, at {@code /eventbus}: SockJS, by its WebSocket transport
 * alone. The others would keep sessions in the memory of one node for whoever asks, and need every
 * request of a client to come to that node; who cannot have a WebSocket reads server-sent events.
 * The credential is in each command, so the routes are open to everybody, and bounded. One instance
 * per event loop.
 */
public final class BridgeRoutes implements Routes {
  private final StreamLoop loop;
  private final BridgeServices services;
  private final Origins origins;
  private final SecureRandom random = new SecureRandom();

  public BridgeRoutes(StreamLoop loop, BridgeServices services, Origins origins) {
    this.loop = loop;
    this.services = services;
    this.origins = origins;
  }

  /** To be called on the event loop that will serve the router. */
  @Override
  public void mount(Router router) {
    loop.start();
    router.get("/eventbus/info").handler(this::info);
    router.get("/eventbus/websocket").handler(ctx -> upgrade(ctx, Wrapping.PLAIN));
    router
        .getWithRegex("/eventbus/[^/.]+/[^/.]+/websocket")
        .handler(ctx -> upgrade(ctx, Wrapping.SOCK_JS));
  }

  /**
   * What sockjs-client asks first. It asks with credentials, which browsers allow only where they
   * are allowed by name; there are none here.
   */
  private void info(RoutingContext ctx) {
    if (ctx.response().headers().contains(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN)) {
      ctx.response().putHeader(HttpHeaderNames.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
    }
    ctx.response()
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json; charset=UTF-8")
        .end(
            new JsonObject()
                .put("websocket", true)
                .put("cookie_needed", false)
                .put("origins", new JsonArray().add("*:*"))
                .put("entropy", Integer.toUnsignedLong(random.nextInt()))
                .encode());
  }

  private void upgrade(RoutingContext ctx, Wrapping wrapping) {
    if (!"websocket".equalsIgnoreCase(ctx.request().getHeader(HttpHeaders.UPGRADE))) {
      ctx.response()
          .putHeader(HttpHeaders.UPGRADE, "websocket")
          .putHeader(HttpHeaders.CONNECTION, "Upgrade");
      Problems.send(
          ctx, new BacklotException(ErrorCode.UPGRADE_REQUIRED, "Open this path as a WebSocket."));
      return;
    }
    if (!origins.admits(ctx.request())) {
      Origins.refuse(ctx);
      return;
    }
    loop.enter()
        .ifPresentOrElse(
            place -> upgrade(ctx, wrapping, place),
            () ->
                Problems.send(
                    ctx,
                    new BacklotException(ErrorCode.OVERLOADED, "No more sockets now; try again.")));
  }

  private void upgrade(RoutingContext ctx, Wrapping wrapping, Place place) {
    Channel channel = Channels.of(ctx.request());
    ctx.request()
        .toWebSocket()
        .onSuccess(socket -> open(socket, wrapping, channel, place))
        .onFailure(refused -> place.leave());
  }

  private void open(ServerWebSocket socket, Wrapping wrapping, Channel channel, Place place) {
    if (socket.isClosed()) {
      place.leave();
      return;
    }
    WebSocketLink link = new WebSocketLink(socket, wrapping, channel);
    BridgeSession session = services.session(loop, link, place);
    Inbound inbound = new Inbound(loop.config().messageBytesMax(), wrapping == Wrapping.PLAIN);
    socket.setWriteQueueMaxSize(loop.config().queueBytesMax());
    Pings pings = new Pings();
    socket.frameHandler(
        frame -> {
          if (frame.isPing() && pings.isTooMany(!channel.isWritable())) {
            Channels.cut(channel);
          }
          receive(session, inbound, wrapping, frame);
        });
    socket.pongHandler(pong -> session.heard());
    socket.shutdownHandler(stop -> session.shutdown());
    socket.drainHandler(room -> session.drained());
    socket.exceptionHandler(
        failure -> {
          BridgeSession.failed(failure);
          if (LingeringClose.follows(failure, channel)) {
            session.tooLarge();
          }
        });
    socket.closeHandler(
        closed -> {
          place.leave();
          loop.remove(session);
          session.closed();
        });
    loop.add(session);
    link.open();
  }

  private static void receive(
      BridgeSession session, Inbound inbound, Wrapping wrapping, WebSocketFrame frame) {
    session.heard();
    if (session.isClosed()) {
      return;
    }
    try {
      inbound
          .accept(frame)
          .map(wrapping::read)
          .ifPresent(messages -> messages.forEach(session::receive));
    } catch (BacklotException refused) {
      session.broken(refused);
    }
  }
}
