package dev.backlot.stream.bridge;

import dev.backlot.config.ConfigException;
import dev.backlot.config.TcpBridgeConfig;
import dev.backlot.domain.BacklotException;
import dev.backlot.stream.Channels;
import dev.backlot.stream.CloseCode;
import dev.backlot.stream.Place;
import dev.backlot.stream.StreamLoop;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PemKeyCertOptions;
import java.net.BindException;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The event-bus bridge for programs that speak TCP: messages with their length before them. One
 * event loop carries all its connections.
 */
public final class TcpBridgeVerticle extends VerticleBase {
  private static final Duration DRAIN = Duration.ofSeconds(2);
  private static final Duration HANDSHAKE = Duration.ofSeconds(5);

  private final TcpBridgeConfig config;
  private final StreamLoop loop;
  private final BridgeServices services;

  /** Event loop of this verticle only. */
  private int connections;

  private @Nullable NetServer server;

  /**
   * @param loop of this verticle alone, like the services
   */
  public TcpBridgeVerticle(TcpBridgeConfig config, StreamLoop loop, BridgeServices services) {
    this.config = config;
    this.loop = loop;
    this.services = services;
  }

  @Override
  public Future<?> start() {
    loop.start();
    NetServer listening =
        vertx
            .createNetServer(options())
            .exceptionHandler(BridgeSession::failed)
            .connectHandler(this::connected);
    server = listening;
    return listening.listen().recover(this::explain);
  }

  /** Whoever is connected is told where to come back to, and where that node is is its business. */
  @Override
  public Future<?> stop() {
    loop.shutdown();
    return server == null
        ? Future.succeededFuture()
        : server.shutdown(DRAIN.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** The port that was bound: another than the configured one when that is 0. */
  public int actualPort() {
    return Objects.requireNonNull(server, "not started").actualPort();
  }

  private NetServerOptions options() {
    NetServerOptions options =
        new NetServerOptions().setHost(config.host()).setPort(config.port()).setTcpNoDelay(true);
    config
        .tls()
        .ifPresent(
            tls ->
                options
                    .setSsl(true)
                    .setSslHandshakeTimeout(HANDSHAKE.toMillis())
                    .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                    .setEnabledSecureTransportProtocols(Set.of("TLSv1.3", "TLSv1.2"))
                    .setKeyCertOptions(
                        new PemKeyCertOptions()
                            .setCertPath(tls.certificate().toString())
                            .setKeyPath(tls.key().toString())));
    return options;
  }

  private Future<NetServer> explain(Throwable failure) {
    return failure instanceof BindException
        ? Future.failedFuture(
            new ConfigException(
                "stream.tcp-bridge.port",
                config.port() + " on " + config.host() + " is taken or not ours; choose another"))
        : Future.failedFuture(failure);
  }

  private void connected(NetSocket socket) {
    TcpLink link = new TcpLink(socket, Channels.of(socket));
    if (connections == config.connectionsMax()) {
      link.close(CloseCode.TRY_AGAIN);
      return;
    }
    loop.enter()
        .ifPresentOrElse(place -> open(socket, link, place), () -> link.close(CloseCode.TRY_AGAIN));
  }

  private void open(NetSocket socket, TcpLink link, Place place) {
    connections++;
    BridgeSession session = services.session(loop, link, place);
    LengthFrames frames = new LengthFrames(loop.config().messageBytesMax());
    socket.setWriteQueueMaxSize(loop.config().queueBytesMax());
    socket.handler(read -> receive(session, frames, read));
    socket.shutdownHandler(stop -> session.shutdown());
    socket.drainHandler(room -> session.drained());
    socket.exceptionHandler(BridgeSession::failed);
    socket.closeHandler(
        closed -> {
          connections--;
          place.leave();
          loop.remove(session);
          link.gone();
          session.closed();
        });
    loop.add(session);
  }

  private static void receive(BridgeSession session, LengthFrames frames, Buffer read) {
    session.heard();
    if (session.isClosed()) {
      return;
    }
    try {
      frames.accept(read, session::receive);
    } catch (BacklotException refused) {
      session.broken(refused);
    }
  }
}
