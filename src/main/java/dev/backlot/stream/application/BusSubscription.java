package dev.backlot.stream.application;

import dev.backlot.config.StreamConfig;
import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.stream.Access;
import dev.backlot.stream.CloseCode;
import dev.backlot.stream.Connected;
import dev.backlot.stream.Feed;
import dev.backlot.stream.Frame;
import dev.backlot.stream.Message;
import dev.backlot.stream.Messages;
import dev.backlot.stream.Outbox;
import dev.backlot.stream.Pass;
import dev.backlot.stream.Place;
import dev.backlot.stream.StreamLoop;
import dev.backlot.stream.Watch;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One application of the cluster that listens on the event bus. Its event loop only.
 *
 * <p>The bus has no back-pressure and may lose a message. So there is one message of a subscription
 * under way at a time, with everything that waits up to a bound, and the application answers it
 * when it has taken what is inside: that asks for the next one. A message that surely reached
 * nobody is sent again; of one that may have, the subscription ends, and the application, which
 * hears nothing more, subscribes anew with the last cursor that it has taken. What may wait is
 * bounded by {@code queueBytesMax} and one page; beyond that the application is told to come back.
 */
final class BusSubscription implements Outbox, Connected {
  /** Most messages of the protocol in one message of the bus. */
  static final int MESSAGES_MAX = 100;

  /** Most bytes of them, but for one that is longer by itself: a snapshot may be. */
  private static final int BYTES_MAX = 64 << 10;

  private final String id;
  private final Access access;
  private final Place place;
  private final Function<JsonObject, Future<Void>> line;
  private final StreamLoop loop;
  private final StreamConfig config;
  private final Duration lease;
  private final Runnable ended;
  private final Pass pass;
  private final Feed feed;
  private final Promise<Void> begun = Promise.promise();
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();

  private long waitingBytes;

  /** How many of those that wait are in the message without an answer; 0 when there is none. */
  private int underWay;

  private boolean closing;
  private boolean over;
  private Instant heartbeatAt;

  /** Since when nothing of what waits could be delivered; null when nothing waits. */
  private @Nullable Instant unheardSince;

  private @Nullable Runnable whenDrained;

  private record Waiting(int bytes, Supplier<JsonObject> json) {}

  /**
   * @param line to the application; completes when it has answered
   * @param lease longest wait for that
   * @param ended told once, when nothing is sent any more
   */
  BusSubscription(
      String id,
      Access access,
      Place place,
      Function<JsonObject, Future<Void>> line,
      StreamLoop loop,
      Duration lease,
      Runnable ended) {
    this.id = id;
    this.access = access;
    this.place = place;
    this.line = line;
    this.loop = loop;
    this.config = loop.config();
    this.lease = lease;
    this.ended = ended;
    this.pass = new Pass(config.unconfirmedMax());
    pass.take(access, loop.now());
    this.feed = loop.feed(access.tenant(), pass, this);
    this.heartbeatAt = loop.now().plus(config.heartbeat());
  }

  /**
   * @param from null for a snapshot
   * @return completes when there is something to send or nothing has happened since; fails, and the
   *     subscription is over, when what is asked for is not there
   */
  Future<Void> follow(Watch watch, @Nullable Long from) {
    feed.subscribe(watch, from).onSuccess(live -> send(Messages.live(id))).onFailure(this::failed);
    return begun.future();
  }

  private void failed(Throwable failure) {
    if (begun.tryFail(failure)) {
      end();
      return;
    }
    send(Messages.error(id, Messages.known(failure)));
    close();
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
    dropWaiting();
    send(
        Messages.error(
            id,
            new BacklotException(
                ErrorCode.UNAUTHENTICATED, "The token or key is no longer valid.")));
    close();
  }

  /** Nobody may have it any more. What is under way is out of our hands. */
  private void dropWaiting() {
    while (waiting.size() > underWay) {
      waitingBytes -= waiting.removeLast().bytes();
    }
  }

  @Override
  public void tick(Instant now) {
    if (over || underWay > 0) {
      return;
    }
    if (unheardSince != null && now.isAfter(unheardSince.plus(lease))) {
      end();
      return;
    }
    if (!closing && pass.hasExpired(now)) {
      endCredential();
      return;
    }
    if (!closing && pass.isDoubtful(now)) {
      resync(CloseCode.TRY_AGAIN, "unavailable");
      return;
    }
    if (!closing && !now.isBefore(heartbeatAt)) {
      heartbeat(now);
    }
    sendNext();
  }

  private void heartbeat(Instant now) {
    heartbeatAt = now.plus(config.heartbeat());
    if (waiting.isEmpty()) {
      send(Messages.heartbeat(access.tenant(), feed.cursor(), now));
    }
  }

  @Override
  public void shutdown() {
    resync(CloseCode.GOING_AWAY, "shutdown");
  }

  @Override
  public void send(Message message) {
    queue(message.text().length(), () -> new JsonObject(message.text()));
  }

  @Override
  public void send(Frame event) {
    queue(event.text().length(), event::json);
  }

  private void queue(int bytes, Supplier<JsonObject> json) {
    if (isClosed()) {
      return;
    }
    waiting.add(new Waiting(bytes, json));
    waitingBytes += bytes;
    sendNext();
    begun.tryComplete();
  }

  @Override
  public boolean isFull() {
    return isClosed() || waitingBytes > config.queueBytesMax() || place.isOverdrawn(waitingBytes);
  }

  @Override
  public boolean isClosed() {
    return closing;
  }

  @Override
  public void whenDrained(Runnable ready) {
    whenDrained = ready;
  }

  @Override
  public void resync(CloseCode code, String reason) {
    OptionalLong cursor = feed.cursor();
    send(Messages.resync(access.tenant(), cursor, reason));
    close();
  }

  /** Nothing more is queued; what waits is sent, as long as somebody takes it. */
  private void close() {
    closing = true;
    feed.close();
    sendNext();
  }

  /** At once, whatever waits. */
  void end() {
    if (over) {
      return;
    }
    over = true;
    closing = true;
    feed.close();
    waiting.clear();
    ended.run();
  }

  private void sendNext() {
    if (underWay > 0 || over) {
      return;
    }
    if (waiting.isEmpty()) {
      if (closing) {
        end();
      }
      return;
    }
    if (unheardSince == null) {
      unheardSince = loop.now();
    }
    JsonArray messages = new JsonArray();
    int bytes = 0;
    for (Waiting next : waiting) {
      bytes += next.bytes();
      if (messages.size() == MESSAGES_MAX || (bytes > BYTES_MAX && !messages.isEmpty())) {
        break;
      }
      messages.add(next.json().get());
    }
    underWay = messages.size();
    line.apply(new JsonObject().put("subscription", id).put("messages", messages))
        .onComplete(answered -> answered(messages.size(), answered));
  }

  private void answered(int taken, AsyncResult<Void> answer) {
    underWay = 0;
    if (over) {
      return;
    }
    if (answer.failed()) {
      unanswered(answer.cause());
      return;
    }
    unheardSince = null;
    for (int i = 0; i < taken; i++) {
      waitingBytes -= waiting.remove().bytes();
    }
    drained();
    sendNext();
  }

  /** Where nobody listens yet, or for a moment, the next tick tries again. */
  private void unanswered(Throwable failure) {
    boolean surelyLost =
        failure instanceof ReplyException reply && reply.failureType() == ReplyFailure.NO_HANDLERS;
    if (!surelyLost || closing) {
      end();
    }
  }

  private void drained() {
    Runnable ready = whenDrained;
    if (ready != null && !isClosed() && waitingBytes <= config.queueBytesMax() / 2) {
      whenDrained = null;
      ready.run();
    }
  }
}
