package dev.backlot.stream;

import dev.backlot.config.StreamConfig;
import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One open event stream: what one subscription gets, as server-sent events. Its event loop only.
 *
 * <p>It begins with its first message, so that what is refused before that is answered as a
 * problem. What may wait for it is bounded by {@code queueBytesMax} (on HTTP/2 by the window that
 * the client grants) and one page; beyond that it is told to come back and ended, and when it does
 * not even take that, it is cut.
 *
 * <p>A reader cannot be asked whether it is still there. One that is silently gone is found by what
 * it no longer takes, at the latest when its time is up: everybody has to come back then.
 */
final class EventStream implements Outbox, Connected {
  /** The name of its one subscription. */
  static final String ID = "sse";

  /** When everybody has come back once. The first are sent away after half of it. */
  static final Duration LIFETIME = Duration.ofMinutes(10);

  /** Pause before a reader comes back. */
  static final long RETRY_MILLIS = 1_000;

  /** Those of a node that stops do not all come to the next one in the same moment. */
  private static final int SPREAD_MILLIS = 2_000;

  private static final int PARTS = 97;

  private final HttpServerResponse response;
  private final Runnable cut;
  private final StreamLoop loop;
  private final StreamConfig config;
  private final Place place;
  private final Access access;
  private final Feed feed;
  private final Pass pass;
  private final SlowReader reader;
  private final int part;
  private final Instant endsAt;

  private boolean begun;
  private boolean closing;
  private boolean gone;
  private long waiting;
  private Instant heartbeatAt;

  /**
   * @param cut breaks the connection, or of HTTP/2 the stream, and drops what waits
   * @param number of this stream, by which those that are told to come back are spread
   */
  EventStream(
      HttpServerResponse response,
      Runnable cut,
      Place place,
      StreamLoop loop,
      Access access,
      int number) {
    this.response = response;
    this.cut = cut;
    this.place = place;
    this.loop = loop;
    this.config = loop.config();
    this.access = access;
    this.feed = loop.feed(access.tenant(), access, this);
    this.reader = new SlowReader(config.drainTimeout());
    this.part = number % PARTS;
    this.pass = new Pass(config.unconfirmedMax());
    Instant now = loop.now();
    pass.take(access, now);
    this.heartbeatAt = now.plus(config.heartbeat());
    this.endsAt =
        now.plus(LIFETIME.dividedBy(2))
            .plus(LIFETIME.dividedBy(2).multipliedBy(part + 1).dividedBy(PARTS));
  }

  /**
   * @param from null for a snapshot
   * @return fails with what is to be answered when nothing has been sent yet
   */
  Future<Void> open(Watch watch, @Nullable Long from) {
    response.setWriteQueueMaxSize(config.queueBytesMax());
    response.drainHandler(room -> drained());
    return feed.subscribe(watch, from)
        .onSuccess(joined -> send(Messages.live(ID)))
        .recover(this::refuse);
  }

  /** The connection is gone, or has taken the end of the stream. */
  void gone() {
    if (gone) {
      return;
    }
    gone = true;
    closing = true;
    feed.close();
    loop.remove(this);
    place.leave();
  }

  @Override
  public Optional<Access> access() {
    return closing ? Optional.empty() : Optional.of(access);
  }

  @Override
  public void confirmed(Instant at) {
    pass.confirm(at);
  }

  @Override
  public void endCredential() {
    fail(new BacklotException(ErrorCode.UNAUTHENTICATED, "The token or key is no longer valid."));
  }

  @Override
  public void tick(Instant now) {
    if (reader.isLate(now)) {
      giveUpWaiting(now);
      return;
    }
    if (closing) {
      return;
    }
    if (pass.hasExpired(now)) {
      endCredential();
      return;
    }
    if (pass.isDoubtful(now)) {
      resync(CloseCode.TRY_AGAIN, "unavailable");
      return;
    }
    if (!now.isBefore(endsAt)) {
      resync(CloseCode.RESYNC, "lifetime");
      return;
    }
    pass.endToWarnOf(now).ifPresent(end -> send(Messages.expiring(now, end)));
    if (!now.isBefore(heartbeatAt)) {
      heartbeat(now);
    }
    drained();
  }

  @Override
  public void shutdown() {
    if (begun && !isClosed()) {
      response.write(ServerSentEvent.retry(RETRY_MILLIS + (long) part * SPREAD_MILLIS / PARTS));
    }
    resync(CloseCode.GOING_AWAY, "shutdown");
  }

  @Override
  public void send(Message message) {
    if (!isClosed()) {
      begin();
      write(ServerSentEvent.of(message));
    }
  }

  @Override
  public void send(Frame event) {
    if (!isClosed()) {
      begin();
      write(event.sentEvent());
    }
  }

  @Override
  public boolean isFull() {
    return isClosed() || response.writeQueueFull() || place.isOverdrawn(waiting);
  }

  @Override
  public boolean isClosed() {
    return closing || response.ended() || response.closed();
  }

  @Override
  public void whenDrained(Runnable ready) {
    reader.await(loop.now(), ready);
  }

  @Override
  public void resync(CloseCode code, String reason) {
    send(Messages.resync(access.tenant(), feed.cursor(), reason));
    close();
  }

  /** Counted here, since what waits for one reader of HTTP/2 is not what its connection holds. */
  private void write(Buffer text) {
    int bytes = text.length();
    waiting += bytes;
    response.write(text).onComplete(taken -> waiting -= bytes);
  }

  private void begin() {
    if (begun) {
      return;
    }
    begun = true;
    describe(response);
    response.setChunked(true);
    response.write(
        ServerSentEvent.retry(RETRY_MILLIS)
            .appendBuffer(
                ServerSentEvent.of(Messages.ready(config.heartbeat(), access.expiresAt()))));
  }

  static void describe(HttpServerResponse response) {
    response
        .putHeader(HttpHeaderNames.CONTENT_TYPE, "text/event-stream")
        // What stands between would else keep it until there is much of it.
        .putHeader("X-Accel-Buffering", "no");
  }

  private void heartbeat(Instant now) {
    heartbeatAt = now.plus(config.heartbeat());
    if (begun && !isFull()) {
      send(Messages.heartbeat(access.tenant(), feed.cursor(), now));
    }
  }

  private Future<Void> refuse(Throwable failure) {
    if (begun) {
      fail(Messages.known(failure));
      return Future.succeededFuture();
    }
    gone();
    return Future.failedFuture(failure);
  }

  private void fail(BacklotException failure) {
    send(Messages.error(null, failure));
    close();
  }

  /** Also asked on each tick: there may be room again long before the connection says so. */
  private void drained() {
    if (!isFull()) {
      reader.drained();
    }
  }

  /** A reader that does not even take the end is cut off by the next ticks. */
  private void close() {
    if (closing) {
      return;
    }
    closing = true;
    reader.awaitEnd(loop.now());
    feed.close();
    response.end().onComplete(taken -> gone());
  }

  private void giveUpWaiting(Instant now) {
    reader.awaitEnd(now);
    if (closing) {
      cut.run();
      return;
    }
    resync(CloseCode.RESYNC, "slow-reader");
  }
}
