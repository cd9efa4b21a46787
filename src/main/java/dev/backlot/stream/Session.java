package dev.backlot.stream;

import dev.backlot.config.StreamConfig;
import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.http.QuietFailure;
import dev.backlot.stream.ClientMessage.Auth;
import dev.backlot.stream.ClientMessage.Unsubscribe;
import io.netty.channel.Channel;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One open socket: who it is, what it says and how long it may live. Its event loop only.
 *
 * <p>What may wait for it is bounded by {@code queueBytesMax} and one page; beyond that it is told
 * to come back and closed, and when it does not even take that, its connection is cut.
 */
final class Session implements Outbox, Connected {
  private static final Logger LOG = LoggerFactory.getLogger(Session.class);
  static final int UNANSWERED_MAX = 200;

  private final ServerWebSocket socket;
  private final GatheredWrites writes;
  private final Channel channel;
  private final Place place;
  private final StreamLoop loop;
  private final StreamConfig config;
  private final Inbound inbound;
  private final Pings pings = new Pings();
  private final Pass pass;
  private final Lifetime lifetime;

  private int unanswered;
  private @Nullable Feed feed;

  /**
   * @param channel of the socket
   */
  Session(ServerWebSocket socket, Channel channel, Place place, StreamLoop loop) {
    this.socket = socket;
    this.channel = channel;
    this.place = place;
    this.writes = GatheredWrites.of(channel);
    this.loop = loop;
    this.config = loop.config();
    this.inbound = new Inbound(config.messageBytesMax());
    this.pass = new Pass(config.unconfirmedMax());
    this.lifetime = new Lifetime(config, pass, loop.now());
  }

  void open() {
    socket.setWriteQueueMaxSize(config.queueBytesMax());
    socket.frameHandler(this::receive);
    socket.pongHandler(pong -> lifetime.heard(loop.now()));
    socket.shutdownHandler(stop -> shutdown());
    socket.drainHandler(room -> drained());
    socket.exceptionHandler(this::failed);
  }

  /** The connection is gone. */
  void closed() {
    lifetime.gone();
    if (feed != null) {
      feed.close();
    }
  }

  @Override
  public void shutdown() {
    resync(CloseCode.GOING_AWAY, "shutdown");
  }

  @Override
  public Optional<Access> access() {
    return lifetime.isClosing() ? Optional.empty() : pass.access();
  }

  @Override
  public void confirmed(Instant at) {
    pass.confirm(at);
  }

  @Override
  public void endCredential() {
    fail(
        CloseCode.CREDENTIAL_ENDED,
        new BacklotException(ErrorCode.UNAUTHENTICATED, "The token or key is no longer valid."));
  }

  @Override
  public void tick(Instant now) {
    switch (lifetime.due(now)) {
      case CUT -> Channels.cut(channel);
      case SLOW -> resync(CloseCode.RESYNC, "slow-reader");
      case UNKNOWN ->
          fail(
              CloseCode.AUTH_TIMEOUT,
              new BacklotException(
                  ErrorCode.UNAUTHENTICATED, "The first message must be auth, with a token."));
      case EXPIRED -> endCredential();
      case DOUBTFUL -> resync(CloseCode.TRY_AGAIN, "unavailable");
      case SILENT -> close(CloseCode.SILENT);
      case HEARTBEAT -> {
        warn(now);
        heartbeat(now);
      }
      case NOTHING -> warn(now);
    }
    drained();
  }

  /** Also asked on each tick: there may be room again long before the connection says so. */
  private void drained() {
    if (!isFull()) {
      lifetime.drained();
    }
  }

  private void warn(Instant now) {
    if (!isClosed()) {
      pass.endToWarnOf(now).ifPresent(end -> send(Messages.expiring(now, end)));
    }
  }

  @Override
  public void send(Message message) {
    if (!isClosed()) {
      socket.writeTextMessage(message.text());
    }
  }

  @Override
  public void send(Frame event) {
    if (!isClosed()) {
      socket.writeFrame(event.webSocket());
    }
  }

  @Override
  public void hold() {
    writes.hold();
  }

  @Override
  public void release() {
    writes.release();
  }

  @Override
  public boolean isFull() {
    return isClosed() || socket.writeQueueFull() || isOverdrawn();
  }

  private boolean isOverdrawn() {
    if (!place.isOverdrawn(Channels.waiting(channel))) {
      return false;
    }
    // What we hold back ourselves is no fault of the reader.
    writes.push();
    return place.isOverdrawn(Channels.waiting(channel));
  }

  @Override
  public boolean isClosed() {
    return lifetime.isClosing() || socket.isClosed();
  }

  @Override
  public void whenDrained(Runnable ready) {
    lifetime.whenDrained(loop.now(), ready);
  }

  @Override
  public void resync(CloseCode code, String reason) {
    if (feed != null) {
      send(Messages.resync(feed.tenant(), feed.cursor(), reason));
    }
    close(code);
  }

  private void receive(WebSocketFrame frame) {
    lifetime.heard(loop.now());
    if (frame.isPing() && pings.isTooMany(!channel.isWritable())) {
      Channels.cut(channel);
    }
    if (isClosed()) {
      return;
    }
    try {
      Optional<String> message = inbound.accept(frame);
      message.map(ClientMessage::parse).ifPresent(this::handle);
    } catch (BacklotException refused) {
      boolean large = refused.code() == ErrorCode.BODY_TOO_LARGE;
      fail(large ? CloseCode.TOO_LARGE : CloseCode.BAD_MESSAGE, refused);
    }
  }

  private void handle(ClientMessage message) {
    if (message instanceof Auth auth) {
      authenticate(auth);
      return;
    }
    Access access = pass.access().orElse(null);
    if (feed == null || access == null) {
      fail(
          CloseCode.UNAUTHENTICATED,
          new BacklotException(ErrorCode.UNAUTHENTICATED, "The first message must be auth."));
      return;
    }
    if (++unanswered > UNANSWERED_MAX) {
      throw new BacklotException(ErrorCode.RATE_LIMITED, "Wait for answers before asking more.");
    }
    if (message instanceof Subscribe subscribe) {
      subscribe(subscribe, access, feed);
    } else if (message instanceof Unsubscribe unsubscribe) {
      feed.unsubscribe(unsubscribe.id())
          .onSuccess(left -> answer(Messages.unsubscribed(unsubscribe.id())))
          .onFailure(failure -> refuse(unsubscribe.id(), failure))
          .onComplete(done -> unanswered--);
    }
  }

  private void authenticate(Auth auth) {
    Instant now = loop.now();
    pass.show(now);
    lifetime.judge();
    loop.access(auth.token())
        .map(found -> found.orElseThrow(Session::notValid))
        .map(this::placed)
        .onSuccess(found -> admit(found, now))
        .onFailure(this::turnAway)
        .onComplete(
            judged -> {
              lifetime.judged();
              pass.answered();
            });
  }

  private Access placed(Access found) {
    place.take(found.tenant());
    return found;
  }

  /** The first credential opens the feed; each later one must carry on what is followed. */
  private void admit(Access found, Instant shownAt) {
    if (isClosed()) {
      return;
    }
    if (feed == null) {
      LOG.atDebug().addKeyValue("credential", found.credentialId()).log("a socket was admitted");
      feed = loop.feed(found.tenant(), pass, this);
      lifetime.admit();
    } else if (!found.tenant().equals(feed.tenant()) || !feed.isCovered(found)) {
      send(Messages.error(doesNotRenew()));
      return;
    }
    pass.take(found, shownAt);
    send(Messages.ready(config.heartbeat(), found.expiresAt()));
  }

  private void turnAway(Throwable failure) {
    report(failure);
    LOG.atDebug().log("a socket was turned away");
    BacklotException known = Messages.known(failure);
    if (feed != null) {
      send(Messages.error(known));
      return;
    }
    fail(
        switch (known.code()) {
          case UNAUTHENTICATED -> CloseCode.UNAUTHENTICATED;
          case RATE_LIMITED -> CloseCode.TOO_MANY_SOCKETS;
          default -> CloseCode.TRY_AGAIN;
        },
        known);
  }

  private void subscribe(Subscribe asked, Access access, Feed feed) {
    Future.succeededFuture(asked)
        .map(access::watch)
        .compose(watch -> feed.subscribe(watch, asked.from(access.tenant())))
        .onSuccess(joined -> send(Messages.live(asked.id())))
        .onFailure(failure -> refuse(asked.id(), failure))
        .onComplete(done -> unanswered--);
  }

  private void refuse(String id, Throwable failure) {
    report(failure);
    answer(Messages.error(id, Messages.known(failure)));
  }

  /** A client that asks and does not read gets no more answers than anybody else has events. */
  private void answer(Message message) {
    if (!isClosed() && isFull()) {
      resync(CloseCode.RESYNC, "slow-reader");
      return;
    }
    send(message);
  }

  private void heartbeat(Instant now) {
    if (feed == null || isFull()) {
      return;
    }
    send(Messages.heartbeat(feed.tenant(), feed.cursor(), now));
    socket.writePing(Buffer.buffer());
  }

  private void fail(CloseCode code, BacklotException failure) {
    send(Messages.error(null, failure));
    close(code);
  }

  /** A client that does not even take the goodbye is cut off by the next ticks. */
  private void close(CloseCode code) {
    if (!lifetime.close(loop.now())) {
      return;
    }
    if (feed != null) {
      feed.close();
    }
    socket.close(code.code(), code.reason());
  }

  private void failed(Throwable failure) {
    LOG.atDebug().setCause(QuietFailure.of(failure)).log("a socket failed");
    if (LingeringClose.follows(failure, channel)) {
      close(CloseCode.TOO_LARGE);
    }
  }

  private static BacklotException notValid() {
    return new BacklotException(ErrorCode.UNAUTHENTICATED, "The token or key is not valid.");
  }

  private static BacklotException doesNotRenew() {
    return new BacklotException(
        ErrorCode.FORBIDDEN,
        "A new token must be of the same tenant and cover everything that is subscribed.");
  }

  private static void report(Throwable failure) {
    if (failure instanceof BacklotException) {
      return;
    }
    LOG.atError().setCause(QuietFailure.of(failure)).log("a stream request failed");
  }
}
