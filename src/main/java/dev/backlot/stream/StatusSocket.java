package dev.backlot.stream;

import dev.backlot.config.StreamConfig;
import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.http.Problems;
import dev.backlot.http.Routes;
import dev.backlot.port.EventLog;
import dev.backlot.port.Keys;
import io.netty.channel.Channel;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.OptionalLong;

/**
 * The WebSocket {@code /api/v1/stream}. One instance per event loop: it is the loop's hub. The
 * credential is the first message, so the route itself is open to everybody, and bounded.
 */
public final class StatusSocket implements Routes {
  private static final long TICK_MILLIS = 100;

  private final StreamConfig config;
  private final EventLog log;
  private final Keys keys;
  private final Hubs hubs;
  private final InstantSource clock;
  private final Subscriptions subscriptions;
  private final Sessions sessions;
  private boolean joined;

  public StatusSocket(
      StreamConfig config, EventLog log, Keys keys, Hubs hubs, InstantSource clock) {
    this.config = config;
    this.log = log;
    this.keys = keys;
    this.hubs = hubs;
    this.clock = clock;
    this.subscriptions = new Subscriptions(config.recentEvents());
    this.sessions = new Sessions(keys);
  }

  /** To be called on the event loop that will serve the router. */
  @Override
  public void mount(Router router) {
    Vertx vertx = Vertx.currentContext().owner();
    vertx.setPeriodic(TICK_MILLIS, timer -> sessions.tick(clock.instant()));
    vertx.setPeriodic(config.recheck().toMillis(), timer -> sessions.recheck(clock.instant()));
    router.get("/api/v1/stream").handler(this::upgrade);
  }

  private void upgrade(RoutingContext ctx) {
    if (!"websocket".equalsIgnoreCase(ctx.request().getHeader(HttpHeaders.UPGRADE))) {
      ctx.response().putHeader(HttpHeaders.UPGRADE, "websocket");
      Problems.send(
          ctx, new BacklotException(ErrorCode.UPGRADE_REQUIRED, "Open this path as a WebSocket."));
      return;
    }
    if (!isJoined() || !hubs.enter(config.socketsMax())) {
      Problems.send(
          ctx, new BacklotException(ErrorCode.OVERLOADED, "No more sockets now; try again."));
      return;
    }
    Channel channel =
        ((HttpServerConnection) ctx.request().connection()).channelHandlerContext().channel();
    ctx.request()
        .toWebSocket()
        .onSuccess(socket -> open(socket, channel))
        .onFailure(refused -> hubs.leave());
  }

  /**
   * Breaks the connection of a client that reads nothing. Every public way to close a socket begins
   * with a message to it, also {@code channel.close()}, which passes the handler of Vert.x: so this
   * begins in front of that.
   */
  private static void cut(Channel channel) {
    channel.pipeline().firstContext().close();
  }

  private void open(ServerWebSocket socket, Channel channel) {
    if (socket.isClosed()) {
      hubs.leave();
      return;
    }
    Session session =
        new Session(socket, () -> cut(channel), config, log, keys, subscriptions, clock);
    socket.closeHandler(
        closed -> {
          hubs.leave();
          sessions.remove(session);
          session.closed();
        });
    sessions.add(session);
    session.open();
  }

  private boolean isJoined() {
    if (!joined) {
      OptionalLong start = hubs.join(subscriptions);
      start.ifPresent(subscriptions::start);
      joined = start.isPresent();
    }
    return joined;
  }
}
